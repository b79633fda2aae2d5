// Builds the WebAssembly of `scanner.ts` into `src/fast/scanner-wasm.ts`. With --check: says whether that is what it is.
import { readFile, writeFile } from 'node:fs/promises';
import asc from 'assemblyscript/asc';

const target = new URL('../src/fast/scanner-wasm.ts', import.meta.url);
const source = await readFile(new URL('scanner.ts', import.meta.url), 'utf8');

const files = new Map([['scanner.ts', source]]);
let binary;
const { error, stderr } = await asc.main(
  [
    'scanner.ts',
    ...['--outFile', 'scanner.wasm', '--runtime', 'stub', '--noAssert', '-O3', '--converge'],
    ...['--enable', 'simd', '--enable', 'bulk-memory', '--initialMemory', '160', '--maximumMemory', '160'],
  ],
  {
    readFile: (name) => files.get(name) ?? null,
    writeFile: (_name, contents) => {
      binary = contents;
    },
    listFiles: () => [],
  },
);
if (error) throw new Error(String(stderr), { cause: error });

const lines = Buffer.from(binary).toString('base64').match(/.{1,100}/g);
const module = `// Built from scanner/scanner.ts by \`node scanner/build.mjs\`; a test compares the two.

/** The scanner as base64 of WebAssembly. */
export const SCANNER_WASM = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('');
`;

if (!process.argv.includes('--check')) await writeFile(target, module);
else if ((await readFile(target, 'utf8')) !== module) {
  process.stderr.write('src/fast/scanner-wasm.ts is not what scanner/scanner.ts gives: run node scanner/build.mjs\n');
  process.exitCode = 1;
}
