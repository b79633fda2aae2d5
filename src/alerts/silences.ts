import { RE2JS } from 're2js';
import type { Labels } from '../event.ts';

export interface SilenceMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

export interface Silence {
  readonly id: string;
  readonly startsMs: number;
  readonly endsMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly matchers: readonly SilenceMatcher[];
}

/** Silences, compiled once, asked often. */
export interface Silences {
  readonly all: readonly Silence[];
  /** The silence that mutes these labels at this moment, as Alertmanager would decide; the one that ends last. */
  muting(labels: Labels, nowMs: number): Silence | undefined;
}

export const noSilences: Silences = { all: [], muting: () => undefined };

interface Compiled {
  readonly silence: Silence;
  readonly matches: (labels: Labels) => boolean;
}

/** A silence that cannot be compiled mutes nothing: better told twice than not at all. */
export function createSilences(silences: readonly Silence[]): Silences {
  const compiled = silences
    .map((silence): Compiled => ({ silence, matches: compileMatchers(silence.matchers) }))
    .sort((a, b) => b.silence.endsMs - a.silence.endsMs);
  return {
    all: silences,
    muting: (labels, nowMs) =>
      compiled.find(({ silence, matches }) => isActive(silence, nowMs) && matches(labels))?.silence,
  };
}

/** By time, not by the state that was fetched: that ages. */
export const isActive = ({ startsMs, endsMs }: Silence, nowMs: number): boolean =>
  startsMs <= nowMs && nowMs < endsMs;

/** All must hold. A label that is missing is empty, so `actor!="dana"` also mutes alerts that have no actor. */
function compileMatchers(matchers: readonly SilenceMatcher[]): (labels: Labels) => boolean {
  const tests = matchers.map(compileMatcher);
  return (labels) => tests.length > 0 && tests.every((test) => test(labels));
}

function compileMatcher({ name, value, isRegex, isEqual }: SilenceMatcher): (labels: Labels) => boolean {
  const accepts = isRegex ? compileAnchored(value) : (text: string) => text === value;
  if (accepts === undefined) return () => false;
  return (labels) => accepts((Object.hasOwn(labels, name) ? labels[name] : undefined) ?? '') === isEqual;
}

/** RE2, anchored textually as Alertmanager does. */
function compileAnchored(source: string): ((text: string) => boolean) | undefined {
  try {
    const compiled = RE2JS.compile(`^(?:${source})$`);
    return (text) => compiled.test(text);
  } catch {
    return undefined;
  }
}
