import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const PROJECT = join(import.meta.dirname, '../..');

export interface CodeBlock {
  /** `docs/runbook/K3.md:21`, for messages. */
  readonly place: string;
  readonly language: string;
  readonly text: string;
}

/** Fenced code of a page, also within lists, without the list's indentation. */
export const codeBlocks = (path: string): readonly CodeBlock[] => {
  const lines = readFileSync(join(PROJECT, path), 'utf8').split('\n');
  const blocks: CodeBlock[] = [];
  let open: { indent: number; language: string; at: number; body: string[] } | undefined;
  for (const [index, line] of lines.entries()) {
    const fence = /^( *)```(\S*)$/.exec(line);
    if (open === undefined) {
      if (fence !== null) {
        open = { indent: fence[1]?.length ?? 0, language: fence[2] ?? '', at: index + 1, body: [] };
      }
    } else if (fence !== null && fence[2] === '') {
      blocks.push({ place: `${path}:${open.at}`, language: open.language, text: open.body.join('\n') });
      open = undefined;
    } else {
      open.body.push(line.slice(open.indent));
    }
  }
  if (open !== undefined) throw new Error(`${path}:${open.at}: the code block is never closed`);
  return blocks;
};

/** The anchors that GitHub gives the headings of a page. */
export const anchorsOf = (path: string): ReadonlySet<string> =>
  new Set(
    [...readFileSync(join(PROJECT, path), 'utf8').matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

/** The links of a page to other pages of the project: `[text](other.md#anchor)`. */
export const linksOf = (path: string): readonly string[] =>
  [...readFileSync(join(PROJECT, path), 'utf8').matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

/** Files below a folder of the project, as paths below the project, sorted. */
export const filesBelow = (folder: string, pattern: RegExp): readonly string[] =>
  readdirSync(join(PROJECT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => relative(PROJECT, join(entry.parentPath, entry.name)))
    .sort();
