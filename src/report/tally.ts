import type { Told } from '../alert.ts';
import type { Micros } from '../event.ts';
import { compareSeverity, type Severity } from '../finding.ts';
import type { Slots } from './sparkline.ts';

export interface Group {
  readonly name: string;
  readonly tolds: readonly Told[];
  readonly alerts: number;
  readonly worst: Severity;
}

/** Opened an alert; the others only made it longer or graver. */
export const opensAlert = ({ alert }: Told): boolean => alert.state === 'new';

/** Groups by a name, the gravest and then the largest first; what has no name is left out. */
export const groupBy = (
  tolds: readonly Told[],
  nameOf: (told: Told) => string | undefined,
): readonly Group[] => {
  const groups = new Map<string, Told[]>();
  for (const told of tolds) {
    const name = nameOf(told);
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [told]);
    else group.push(told);
  }
  return [...groups]
    .map(([name, members]) => ({
      name,
      tolds: members,
      alerts: members.filter(opensAlert).length,
      worst: worstOf(members),
    }))
    .sort(
      (a, b) =>
        compareSeverity(b.worst, a.worst) || b.tolds.length - a.tolds.length || (a.name < b.name ? -1 : 1),
    );
};

const worstOf = (tolds: readonly Told[]): Severity => {
  let worst: Severity = 'info';
  for (const { finding } of tolds) if (compareSeverity(finding.severity, worst) > 0) worst = finding.severity;
  return worst;
};

export interface Range {
  readonly first: Micros;
  readonly last: Micros;
}

const SLOTS = 60;

/** Findings by slot of time and severity; those without a time are in none. */
export const slotsOf = (tolds: readonly Told[], range: Range | undefined): Slots => {
  const slots = Array.from({ length: SLOTS }, () => ({ info: 0, warning: 0, critical: 0 }));
  if (range === undefined) return slots;
  const width = Math.max(1, range.last - range.first + 1) / SLOTS;
  for (const { finding } of tolds) {
    if (finding.time === undefined) continue;
    const slot = slots[Math.min(SLOTS - 1, Math.max(0, Math.floor((finding.time - range.first) / width)))];
    if (slot !== undefined) slot[finding.severity]++;
  }
  return slots;
};

export const distinct = (
  tolds: readonly Told[],
  of: (told: Told) => string | undefined,
): readonly string[] => [...new Set(tolds.map(of).filter((value) => value !== undefined))];
