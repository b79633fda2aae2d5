import type { Micros } from '../event.ts';
import type { Severity } from '../finding.ts';
import { formatRfc3339 } from '../time.ts';
import { type Html, html } from './html.ts';

/** Pieces that the sections share. */

export const section = (id: string, title: string, lead: string, body: Html): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2><p class="lead">${lead}</p>${body}</section>`;

export const badge = (severity: Severity): Html => html`<span class="badge ${severity}">${severity}</span>`;

/** `2026-05-12 07:30:00`, in UTC. */
export const clock = (time: Micros | undefined): string =>
  time === undefined ? 'no time' : formatRfc3339(time).slice(0, 19).replace('T', ' ');

export const count = (value: number): string => value.toLocaleString('en-US');

export const plural = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

export interface Column {
  readonly name: string;
  readonly number?: boolean;
}

/** A table that scrolls by itself where it is wider than the page. */
export const table = (
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly (Html | string | number)[])[],
): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption class="quiet">${caption}</caption><thead><tr>${columns.map(
    ({ name, number }) => html`<th scope="col" class="${number ? 'number' : ''}">${name}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr>${row.map((cell, at) =>
        at === 0
          ? html`<th scope="row">${cell}</th>`
          : html`<td class="${columns[at]?.number ? 'number' : ''}">${typeof cell === 'number' ? count(cell) : cell}</td>`,
      )}</tr>`,
  )}</tbody></table></div>`;

/** A value that, with the script, fills the search of the findings; plain text without it. */
export const searchable = (value: string): Html =>
  html`<span class="find" data-find="${value}">${value}</span>`;

/** Rows beyond so many say nothing that a search does not say better. */
export const MOST_ROWS = 50;

export const more = (all: number): Html | undefined =>
  all > MOST_ROWS
    ? html`<p class="lead">And ${count(all - MOST_ROWS)} more: search the findings.</p>`
    : undefined;
