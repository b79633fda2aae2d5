import type { Mistake } from '../errors.ts';
import { nodeAt, type Tree, type TreeEntry, type TreeMap } from './tree.ts';

/**
 * Puts a later layer over an earlier one: single settings, whole zones and whole lists are replaced by name, sources
 * by their name. Nothing is appended to a list, so that what a zone holds can be read in one place.
 */
export function mergeTrees(earlier: TreeMap, later: TreeMap): TreeMap {
  const merged = mergeMaps(earlier, later);
  const before = nodeAt(earlier, ['sources']);
  const after = nodeAt(later, ['sources']);
  const entry = merged.entries.get('sources');
  if (before?.kind !== 'list' || after?.kind !== 'list' || entry === undefined) return merged;
  const replaced = new Set(after.items.map(nameOf));
  const kept = before.items.filter((source) => !replaced.has(nameOf(source)));
  const value: Tree = { ...after, items: [...kept, ...after.items] };
  return { ...merged, entries: new Map([...merged.entries, ['sources', { ...entry, value }]]) };
}

function nameOf(source: Tree): unknown {
  const name = nodeAt(source, ['name']);
  return name?.kind === 'scalar' ? name.value : undefined;
}

function mergeMaps(earlier: TreeMap, later: TreeMap, depth = 0): TreeMap {
  const entries = new Map<string, TreeEntry>(earlier.entries);
  for (const [key, entry] of later.entries) {
    // A section with nothing behind it (all its lines are comments) says nothing. Deeper down that is a mistake: an
    // empty `lan:` could mean no network or the ones before.
    if (depth === 0 && isNothing(entry.value)) continue;
    const rival = rivalOf(key);
    if (!later.entries.has(rival) && entries.get(rival)?.value.kind === 'scalar') entries.delete(rival);
    const before = entries.get(key)?.value;
    const value =
      before?.kind === 'map' && entry.value.kind === 'map'
        ? mergeMaps(before, entry.value, depth + 1)
        : entry.value;
    entries.set(key, { ...entry, value });
  }
  return { kind: 'map', place: later.place, entries };
}

/** `token` for `token_file` and the other way round: whoever sets one no longer means the other. */
const rivalOf = (key: string): string =>
  key.endsWith('_file') ? key.slice(0, -'_file'.length) : `${key}_file`;

const isNothing = (value: Tree): boolean => value.kind === 'scalar' && value.value === null;

/** Two sources of one file with the same name: only across files does the later one replace the earlier. */
export function duplicateSources(tree: TreeMap): readonly Mistake[] {
  const sources = nodeAt(tree, ['sources']);
  if (sources?.kind !== 'list') return [];
  const lines = new Map<unknown, number>();
  const mistakes: Mistake[] = [];
  for (const source of sources.items) {
    const name = nodeAt(source, ['name']);
    if (name?.kind !== 'scalar') continue;
    const line = lines.get(name.value);
    if (line === undefined) lines.set(name.value, name.place.line);
    else {
      const message = `there are two sources named \`${name.value}\`, the first on line ${line}: give this one another name`;
      mistakes.push({ place: name.place, message });
    }
  }
  return mistakes;
}
