// Draws docs/replay.svg from what `detector replay` really prints on a terminal. Run it after a build when that changes:
//   npm run build && node docs/picture.mjs
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const COLUMNS = 108;
const command = 'replay examples/intrusion.jsonl';
const args = ['dist/cli.js', ...command.split(' '), '-o', 'human', '--color', 'always', '--no-progress'];
const { stdout, stderr } = spawnSync('node', args, {
  encoding: 'utf8',
  env: { ...process.env, COLUMNS: String(COLUMNS) },
});

const COLOURS = { 31: '#ff7b72', 33: '#e3b341', 36: '#79c0ff' };
const LINE = 17;
const CHARACTER = 7.83;
const escapeXml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** One line with its colours as SVG text: every piece at its own column, so that no font can shift it. */
const draw = (line, row) => {
  const style = { bold: false, dim: false, colour: undefined };
  let column = 0;
  let drawn = '';
  for (const [, code, text] of line.matchAll(/\u001b\[(\d+)m|([^\u001b]+)/g)) {
    if (code !== undefined) {
      if (code === '0') Object.assign(style, { bold: false, dim: false, colour: undefined });
      else if (code === '1') style.bold = true;
      else if (code === '2') style.dim = true;
      else if (code === '22') Object.assign(style, { bold: false, dim: false });
      else if (code === '39') style.colour = undefined;
      else style.colour = COLOURS[code];
      continue;
    }
    const attributes = [
      style.bold ? ' font-weight="bold"' : '',
      style.colour ? ` fill="${style.colour}"` : style.dim ? ' fill="#8b949e"' : '',
    ].join('');
    // Runs of blanks would be collapsed, so every run of words gets its own place.
    for (const words of text.matchAll(/\S+(?: \S+)*/g)) {
      const x = (16 + (column + words.index) * CHARACTER).toFixed(1);
      const length = (words[0].length * CHARACTER).toFixed(1);
      drawn += `<text x="${x}" y="${40 + row * LINE}" textLength="${length}"${attributes}>${escapeXml(words[0])}</text>`;
    }
    column += text.length;
  }
  return drawn;
};

// The time that a run took belongs to a machine, not to the picture.
const summary = stderr.split('\n').filter((line) => !/^read |^ +(?:\S+ )*memory$/.test(line));
const lines = [`$ detector ${command}`, '', ...stdout.trimEnd().split('\n'), ...summary].filter(
  (line, at, all) => line !== '' || all[at - 1] !== '',
);
const width = Math.round(32 + COLUMNS * CHARACTER);
const height = 52 + lines.length * LINE;
writeFileSync(
  'docs/replay.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Findings of a replay in a terminal">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13" fill="#e6edf3" xml:space="preserve">
${lines.map(draw).join('\n')}
</g>
</svg>
`,
);
