import type { Severity } from '../finding.ts';
import { type Html, html } from './html.ts';

/** Counts by severity, one entry a slot of time. */
export type Slots = readonly Readonly<Record<Severity, number>>[];

const WIDTH = 4;
const HEIGHT = 28;
const ORDER: readonly Severity[] = ['critical', 'warning', 'info'];

export const totalOf = (slot: Readonly<Record<Severity, number>>): number =>
  slot.critical + slot.warning + slot.info;

/** Small stacked bars; `highest` is common to all that are to be compared. For readers of the screen it is `label`. */
export const sparkline = (slots: Slots, highest: number, label: string): Html =>
  html`<svg class="spark" role="img" aria-label="${label}" viewBox="0 0 ${slots.length * WIDTH} ${HEIGHT}" preserveAspectRatio="none">${slots.flatMap(
    (slot, at) => bars(slot, at, highest),
  )}</svg>`;

const bars = (slot: Readonly<Record<Severity, number>>, at: number, highest: number): readonly Html[] => {
  let floor = HEIGHT;
  return ORDER.filter((severity) => slot[severity] > 0).map((severity) => {
    // Something that happened is never too small to be seen.
    const height = Math.max(2, Math.round((slot[severity] / highest) * (HEIGHT - 2)));
    floor -= height;
    return html`<rect class="${severity}" x="${at * WIDTH}" y="${Math.max(0, floor)}" width="${WIDTH - 1}" height="${height}"/>`;
  });
};
