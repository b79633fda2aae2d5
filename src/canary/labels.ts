import type { Labels } from '../event.ts';
import type { Selector } from '../selector/selector.ts';

/**
 * Labels and room for a line that `selector` would select, or why there are none: only `name="value"` says what a
 * stream is called, and a line filter or a stage behind it may leave the canary out.
 */
export const labelsFor = (
  { matchers, filters, pipeline }: Selector,
  line: string,
): Labels | { readonly problem: string } => {
  const labels = Object.fromEntries(
    matchers.filter(({ operator }) => operator === '=').map(({ label, value }) => [label, value]),
  );
  if (Object.keys(labels).length === 0) return { problem: 'its selector has no matcher `label="value"`' };
  const other = matchers.find(({ label, test }) => !test(labels[label] ?? ''));
  if (other !== undefined) return { problem: `its selector asks for ${other.label} by a pattern` };
  if (!filters.every(({ test }) => test(line)))
    return { problem: 'a line filter of its selector leaves it out' };
  return pipeline.trim() === '' ? labels : { problem: 'a stage of its selector may leave it out' };
};

export const isProblem = (
  found: Labels | { readonly problem: string },
): found is { readonly problem: string } => Object.keys(found).length === 1 && 'problem' in found;
