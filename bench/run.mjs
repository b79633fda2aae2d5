// `npm run bench`: one table, every row measured side by side in this run. Ratios count; absolute figures are the machine's.
//   BENCH_BYTES=100e6 BENCH_LARGE=1e9 BENCH_REPEAT=5 npm run bench
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { write } from './generate.mjs';

const BYTES = Number(process.env.BENCH_BYTES ?? 100e6);
const LARGE = Number(process.env.BENCH_LARGE ?? 1e9);
const REPEAT = Number(process.env.BENCH_REPEAT ?? 5);
const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'detector-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const node = (...args) => [process.execPath, ...args];
const replay = (file, ...args) => node(at('../dist/cli.js'), 'replay', file, '-o', 'ndjson', '-q', ...args);
const floor = (file, form = 'raw') => node(at('floor.mjs'), file, form);

/** Wall and processor time of a program, its largest memory, and how many lines it printed. */
const measure = async (command) => {
  const started = performance.now();
  const child = spawn('/usr/bin/time', ['-f', '%U %S %M', ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
  let lines = 0;
  let told = '';
  child.stdout.on('data', (chunk) => {
    for (const byte of chunk) if (byte === 10) lines++;
  });
  child.stderr.on('data', (chunk) => {
    told += chunk;
  });
  const [code] = await new Promise((done) => child.on('close', (...result) => done(result)));
  const [user, system, memory] = told.trim().split('\n').at(-1).split(' ').map(Number);
  if (code !== 0 && !told.includes('status 1')) throw new Error(`${command.join(' ')}: ${told}`);
  return { wall: (performance.now() - started) / 1000, cpu: user + system, memory: memory / 1024, lines };
};

/** All rows of one file, taking turns, so that a busy moment hits every one of them. */
const race = async (rows, repeat) => {
  const taken = rows.map(() => []);
  for (let turn = 0; turn < repeat; turn++)
    for (const [index, { command }] of rows.entries()) taken[index].push(await measure(command));
  const sums = taken.map((runs) => ({
    wall: median(runs.map(({ wall }) => wall)),
    cpu: median(runs.map(({ cpu }) => cpu)),
    memory: Math.max(...runs.map(({ memory }) => memory)),
    lines: runs[0].lines,
  }));
  const [base] = sums;
  return rows.map(({ name }, index) => ({
    name,
    ...sums[index],
    ratio: base.wall / sums[index].wall,
    cpuRatio: base.cpu / sums[index].cpu,
  }));
};

const print = (title, size, rows) => {
  console.log(`\n### ${title}\n`);
  console.log('| Program | × the bare loop (wall) | × (processor) | MB/s | peak memory | lines out |');
  console.log('|---|---|---|---|---|---|');
  for (const { name, ratio, cpuRatio, wall, memory, lines } of rows)
    console.log(
      `| ${name} | ${ratio.toFixed(2)} | ${cpuRatio.toFixed(2)} | ${(size / 1e6 / wall).toFixed(0)} | ${memory.toFixed(0)} MB | ${lines} |`,
    );
};

/** Two of the sixteen rules, as somebody without the detector would ask for them. */
const JQ =
  'select((.user.username // "" | startswith("system:serviceaccount:")) and (.sourceIPs[-1] // "" | test("^10\\\\.") | not))' +
  ' , select(.objectRef.resource == "secrets" and .objectRef.namespace == "vault" and .user.username == "mallory") | .auditID';
const LITERALS =
  '203\\.0\\.113\\.|198\\.51\\.100\\.|"exec"|"attach"|"portforward"|"namespace":"vault"|"deletecollection"|kubeadm-config|"clusterroles"|bindings"|mallory';

const others = (file) => [
  { name: '`wc -l`', needs: 'wc', command: ['wc', '-l', file] },
  { name: 'ripgrep, eleven literals', needs: 'rg', command: ['rg', '-c', LITERALS, file] },
  { name: 'jq, two rules', needs: 'jq', command: ['jq', '-c', JQ, file] },
];

const day = async () => {
  const file = join(folder, 'day.jsonl');
  const { size, planted } = await write({ bytes: BYTES, out: file });
  const rows = [
    { name: 'bare split-and-parse loop', command: floor(file) },
    { name: 'replay, fast path (default)', command: replay(file) },
    { name: 'replay --engine plain', command: replay(file, '--engine', 'plain') },
    ...others(file).filter(({ needs }) => has(needs)),
  ];
  print(
    `A day of ${(size / 1e6).toFixed(0)} MB, ${planted.length} planted findings`,
    size,
    await race(rows, REPEAT),
  );
  for (const { name, needs } of others(file))
    if (!has(needs)) console.log(`\n(${name}: not measured, no ${needs} here)`);
};

const worst = async () => {
  const file = join(folder, 'suspicious.jsonl');
  const { size } = await write({ bytes: BYTES / 5, out: file, shape: 'suspicious' });
  const rows = [
    { name: 'replay --engine plain', command: replay(file, '--engine', 'plain') },
    { name: 'replay, fast path (default)', command: replay(file) },
  ];
  print(
    'Worst input for the fast path: every line concerns a rule, keys in any order (ratio to plain)',
    size,
    await race(rows, REPEAT),
  );
};

const records = async () => {
  const file = join(folder, 'records.jsonl');
  const { size } = await write({ bytes: BYTES, out: file, form: 'logcli' });
  const rows = [
    { name: 'bare loop, both parses', command: floor(file, 'logcli') },
    { name: 'replay (default)', command: replay(file) },
  ];
  print('logcli records', size, await race(rows, REPEAT));
};

const large = async () => {
  const file = join(folder, 'large.jsonl');
  const { size } = await write({ bytes: LARGE, out: file });
  const rows = [
    { name: 'bare split-and-parse loop', command: floor(file) },
    { name: 'replay, fast path (default)', command: replay(file) },
    { name: 'replay --engine plain', command: replay(file, '--engine', 'plain') },
  ];
  print(`${(size / 1e9).toFixed(2)} GB`, size, await race(rows, Math.min(REPEAT, 3)));
  rmSync(file);
};

/** Synthetic rules of the usual shape, on resources that a cluster could have. */
const writeRules = (count) => {
  const rules = join(folder, `rules-${count}`);
  mkdirSync(rules);
  for (let index = 0; index < count; index++) {
    const id = `00000000-0000-5000-8000-${String(index).padStart(12, '0')}`;
    const detection = `  selection:\n    objectRef.resource: kind${index}\n    verb: [create, delete]\n  filter:\n    user.username|startswith: 'system:'\n  condition: selection and not filter`;
    writeFileSync(
      join(rules, `r${index}.yaml`),
      `title: Synthetic ${index}\nid: ${id}\nlogsource: {product: kubernetes, service: audit}\ndetection:\n${detection}\nlevel: medium\n`,
    );
  }
  return rules;
};

const manyRules = async () => {
  const file = join(folder, 'rules.jsonl');
  const { size } = await write({ bytes: BYTES, out: file });
  const counts = [16, 100, 1000];
  const rows = [{ name: 'bare split-and-parse loop', command: floor(file) }];
  for (const count of counts)
    for (const engine of ['plain', 'auto'])
      rows.push({
        name: `${count} rules, ${engine}`,
        command: replay(file, '--format', 'kube-audit', '--rules', writeRulesOnce(count), '--engine', engine),
      });
  print('Growth with rules', size, await race(rows, Math.min(REPEAT, 3)));
};

const written = new Map();
const writeRulesOnce = (count) => {
  const known = written.get(count) ?? writeRules(count);
  written.set(count, known);
  return known;
};

console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`,
);
const wanted = process.argv.slice(2);
for (const [name, part] of Object.entries({ day, worst, records, large, rules: manyRules }))
  if (wanted.length === 0 || wanted.includes(name)) await part();
