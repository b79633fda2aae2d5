/**
 * A map that remembers at least the last `capacity` entries written and at most twice as many: two generations,
 * of which the older is dropped whole. `evicted` counts the dropped ones.
 */
export interface Recent<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  readonly evicted: number;
}

export const createRecent = <V>(capacity: number): Recent<V> => {
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  let evicted = 0;
  return {
    get: (key) => young.get(key) ?? old.get(key),
    set(key, value) {
      young.set(key, value);
      if (young.size < capacity) return;
      for (const kept of old.keys()) if (!young.has(kept)) evicted++;
      old = young;
      young = new Map();
    },
    get evicted() {
      return evicted;
    },
  };
};
