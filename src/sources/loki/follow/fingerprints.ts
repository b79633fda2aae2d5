/** How a line reached us: read by a query, or told by the tail, which loses lines and proves nothing. */
export type Via = 'query' | 'tail';

/** The fingerprints of the lines of one second, eight bytes each in an open table. */
export interface Fingerprints {
  /** Slots that the table takes. */
  slots(): number;
  /** Notes a line; what was known of it before. */
  note(fingerprint: number, via: Via): Via | 'nothing';
}

const firstSlots = 8;

// A slot holds twice the fingerprint, plus one when a query has read the line; 0 is an empty slot. 52 bits: exact.
const packed = (fingerprint: number, via: Via): number => fingerprint * 2 + (via === 'query' ? 1 : 0);
const fingerprintIn = (slot: number): number => Math.floor(slot / 2);

const slotFor = (table: Float64Array, fingerprint: number): number => {
  let at = fingerprint % table.length;
  for (let slot = table[at]; slot !== 0 && slot !== undefined; slot = table[at]) {
    if (fingerprintIn(slot) === fingerprint) break;
    at = (at + 1) % table.length;
  }
  return at;
};

const grown = (table: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
  const larger = new Float64Array(table.length * 2);
  for (const slot of table) if (slot !== 0) larger[slotFor(larger, fingerprintIn(slot))] = slot;
  return larger;
};

export const createFingerprints = (): Fingerprints => {
  let table = new Float64Array(firstSlots);
  let used = 0;
  return {
    slots: () => table.length,
    note: (fingerprint, via) => {
      const at = slotFor(table, fingerprint);
      const slot = table[at] ?? 0;
      if (slot !== 0) {
        const known = slot % 2 === 1 ? 'query' : 'tail';
        if (via === 'query') table[at] = packed(fingerprint, via);
        return known;
      }
      table[at] = packed(fingerprint, via);
      used += 1;
      if (used > table.length * 0.75) table = grown(table);
      return 'nothing';
    },
  };
};
