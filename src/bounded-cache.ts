/** A map that forgets: holds the newest `capacity` entries at least, twice as many at most. For keys that attackers choose. */
export interface BoundedCache<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  /** Entries forgotten so far. */
  readonly evicted: number;
}

/** Two generations: when the young one is full it becomes the old one; a hit in the old one moves the entry up. */
export function createBoundedCache<K, V>(capacity: number): BoundedCache<K, V> {
  let young = new Map<K, V>();
  let old = new Map<K, V>();
  let evicted = 0;
  const set = (key: K, value: V): void => {
    if (young.size >= capacity) {
      for (const key of old.keys()) if (!young.has(key)) evicted++;
      old = young;
      young = new Map();
    }
    young.set(key, value);
  };
  return {
    get(key) {
      const found = young.get(key);
      if (found !== undefined) return found;
      const aged = old.get(key);
      if (aged !== undefined) set(key, aged);
      return aged;
    },
    set,
    get evicted() {
      return evicted;
    },
  };
}
