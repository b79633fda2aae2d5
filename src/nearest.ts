/** Edits (insert, delete, replace, swap neighbours) that turn `a` into `b`. */
const distance = (a: string, b: string): number => {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let edits = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (row > 1 && column > 1 && swapped) edits = Math.min(edits, (before[column - 2] ?? 0) + 1);
      next.push(edits);
    }
    before = last;
    last = next;
  }
  return last[b.length] ?? 0;
};

const LONGEST_NAME = 100;
const MOST_NAMES = 12;

/** Up to three of `names` that `name` was probably meant to be, best first. */
export const nearestNames = (name: string, names: readonly string[]): readonly string[] => {
  if (name.length > LONGEST_NAME) return [];
  const wanted = name.toLowerCase();
  return names
    .map((candidate) => ({ candidate, edits: distance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(Math.max(candidate.length, 4) / 3)))
    .sort((a, b) => a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
};

/** What would be valid instead of `name`, for the end of a message: near names, else all if they are few. */
export const suggest = (name: string, names: readonly string[]): string => {
  if (names.length === 0) return 'there are none';
  const near = nearestNames(name, names);
  const all = [...names].sort();
  if (all.length <= MOST_NAMES) {
    const first = near[0] === undefined ? '' : `did you mean \`${near[0]}\`? `;
    return `${first}valid: ${all.join(', ')}`;
  }
  if (near.length > 0) return `did you mean ${near.map((each) => `\`${each}\``).join(' or ')}?`;
  return `valid: ${all.slice(0, MOST_NAMES).join(', ')}, … (${all.length} in all)`;
};
