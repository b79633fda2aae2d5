import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Html, html } from './html.ts';

export interface PageOptions {
  readonly title: string;
  /** Links to the sections, in order: `[id, name]`. */
  readonly sections: readonly (readonly [string, string])[];
  readonly body: Html;
  /** Scripts of the page, in order; none works too. */
  readonly scripts: readonly string[];
  /** More style sheets than the common one. */
  readonly styles: readonly string[];
}

const asset = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../assets/${name}`, import.meta.url)), 'utf8');

const uplot = (name: string): string =>
  readFileSync(createRequire(import.meta.url).resolve(`uplot/dist/${name}`), 'utf8');

/** Scripts and styles of the report, read when they are asked for. */
export const assets = {
  style: () => asset('page.css'),
  theme: () => asset('theme.js'),
  report: () => asset('report.js'),
  chart: () => uplot('uPlot.iife.min.js'),
  chartStyle: () => uplot('uPlot.min.css'),
} as const;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What the page may do: run these scripts and nothing else, fetch nothing, send nothing. */
export const policyOf = (scripts: readonly string[], styles: readonly string[]): string =>
  [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(' ') || "'none'"}`,
    `style-src ${styles.map(hashOf).join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

/** Our own text, hashed by the policy above; a closing tag in it would end its element. */
const inline = (element: 'script' | 'style', text: string): Html => {
  if (text.toLowerCase().includes(`</${element}`)) throw new Error(`an asset closes its own ${element}`);
  return { markup: `<${element}>${text}</${element}>` };
};

/** A whole document that needs no network: one file to mail, to keep or to serve. */
export const renderPage = (options: PageOptions): string => {
  const styles = [assets.style(), ...options.styles];
  const policy = policyOf(options.scripts, styles);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${options.title}</title>
${styles.map((text) => inline('style', text))}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<p class="brand">detector</p>
<nav aria-label="Sections"><ul>${options.sections.map(
    ([id, name]) => html`<li><a href="#${id}">${name}</a></li>`,
  )}</ul></nav>
<button type="button" id="theme" hidden>Dark</button>
</header>
<main id="main" tabindex="-1">
${options.body}
</main>
${options.scripts.map((text) => inline('script', text))}
</body>
</html>
`.markup;
};
