import type { ZoneEntry, Zones, ZoneTable } from './zones.ts';

/** Zones of which one is refreshed while events are decoded: decoders keep this object, its content changes. */
export interface LiveZones extends Zones {
  replace(zone: string, entries: readonly (string | ZoneEntry)[]): void;
  readonly table: ZoneTable;
}

export const createLiveZones = (initial: ZoneTable): LiveZones => {
  let table = initial;
  let replaced = false;
  return {
    get names() {
      return table.names;
    },
    get expires() {
      return replaced || table.expires;
    },
    of: (address, at) => table.of(address, at),
    replace(zone, entries) {
      table = table.with(zone, entries);
      replaced = true;
    },
    get table() {
      return table;
    },
  };
};
