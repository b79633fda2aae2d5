import { createBoundedCache } from '../bounded-cache.ts';
import type { Labels } from '../event.ts';
import { matchesLabels, type Selector } from './selector.ts';

interface Selecting {
  /** Undefined for a source that is not read from Loki: it never matches. */
  readonly selector?: Selector | undefined;
}

type Finder<S> = (labels: Labels) => S | undefined;

const CACHED_LABEL_SETS = 1024;
const finders = new WeakMap<readonly Selecting[], Finder<Selecting>>();

/** The first source whose stream selector these labels meet. Remembers answers by label set. */
export function sourceOfLabels<S extends Selecting>(sources: readonly S[], labels: Labels): S | undefined {
  // the finder kept for this array only ever returns its own members
  let find = finders.get(sources) as Finder<S> | undefined;
  if (find === undefined) {
    find = createFinder(sources);
    finders.set(sources, find);
  }
  return find(labels);
}

function createFinder<S extends Selecting>(sources: readonly S[]): Finder<S> {
  const byObject = new WeakMap<Labels, { readonly found: S | undefined }>();
  const byText = createBoundedCache<string, { readonly found: S | undefined }>(CACHED_LABEL_SETS);
  return (labels) => {
    let answer = byObject.get(labels);
    if (answer !== undefined) return answer.found;
    const text = JSON.stringify(labels);
    answer = byText.get(text);
    if (answer === undefined) {
      answer = {
        found: sources.find(({ selector }) => selector !== undefined && matchesLabels(selector, labels)),
      };
      byText.set(text, answer);
    }
    byObject.set(labels, answer);
    return answer.found;
  };
}
