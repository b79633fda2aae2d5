import type { Labels } from '../event.ts';
import type { Severity } from '../finding.ts';

/** Something that is wrong with the detector itself, told for as long as it lasts. */
export interface Condition {
  /** `alertname` at Alertmanager. */
  readonly name: string;
  readonly severity: Severity;
  readonly summary: string;
  /** More labels; few and bounded. */
  readonly labels?: Labels;
  readonly sinceMs: number;
}

export interface Conditions {
  /** Begins, or goes on with another summary. */
  raise(condition: Omit<Condition, 'sinceMs'>, nowMs: number): void;
  clear(which: Pick<Condition, 'name' | 'labels'>, nowMs: number): void;
  readonly active: readonly Condition[];
  /** Conditions that ended a short while ago: Alertmanager is told so. */
  ended(nowMs: number): readonly (Condition & { readonly endedMs: number })[];
  onChange(listener: () => void): void;
}

const keyOf = ({ name, labels }: Pick<Condition, 'name' | 'labels'>): string =>
  JSON.stringify([name, Object.entries(labels ?? {}).sort()]);

const TOLD_ENDED_MS = 300_000;

/** In memory: after a restart whatever is still wrong is noticed anew, and the rest ends by itself at Alertmanager. */
export function createConditions(): Conditions {
  const active = new Map<string, Condition>();
  const over = new Map<string, Condition & { readonly endedMs: number }>();
  const listeners: (() => void)[] = [];
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    raise: (condition, nowMs) => {
      const key = keyOf(condition);
      const before = active.get(key);
      active.set(key, { ...condition, sinceMs: before?.sinceMs ?? nowMs });
      over.delete(key);
      if (before?.summary !== condition.summary) changed();
    },
    clear: (which, nowMs) => {
      const key = keyOf(which);
      const condition = active.get(key);
      if (condition === undefined) return;
      active.delete(key);
      over.set(key, { ...condition, endedMs: nowMs });
      changed();
    },
    get active() {
      return [...active.values()];
    },
    ended: (nowMs) => {
      for (const [key, { endedMs }] of over) if (nowMs - endedMs > TOLD_ENDED_MS) over.delete(key);
      return [...over.values()];
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
