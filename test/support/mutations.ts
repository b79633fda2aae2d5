import type { Random } from './random.ts';

/** Ways to spoil an audit line. Each takes a whole JSON line and gives bytes that may be anything. */
export interface Mutation {
  readonly name: string;
  readonly apply: (line: string, random: Random) => string | Buffer;
}

type Doc = Record<string, unknown>;

const parse = (line: string): Doc => JSON.parse(line) as Doc; // recordings hold objects

const shuffled = (value: unknown, random: Random): unknown => {
  if (Array.isArray(value)) return value.map((each) => shuffled(each, random));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, shuffled(each, random)] as const);
  for (let at = entries.length - 1; at > 0; at--) {
    const other = random.int(at + 1);
    const [a, b] = [entries[at], entries[other]];
    if (a !== undefined && b !== undefined) [entries[at], entries[other]] = [b, a];
  }
  return Object.fromEntries(entries);
};

/** Values that decide rules, as they stand in documents, right and wrong. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  stage: ['ResponseComplete', 'ResponseStarted', 'RequestReceived', 'Panic', '', null, 1],
  verb: ['get', 'list', 'create', 'delete', 'deletecollection', 'HEAD', 'patch', '', null, ['get']],
  sourceIPs: [
    ['10.10.1.1'],
    ['203.0.113.9'],
    ['10.10.1.1', '203.0.113.9'],
    ['203.0.113.9', '::1'],
    [],
    null,
    '10.10.1.1',
    [1],
  ],
  'user.username': [
    'system:serviceaccount:a:b',
    'kubernetes-admin',
    'mallory',
    'system:node:n1',
    '',
    null,
    7,
  ],
  'user.groups': [
    ['system:masters'],
    ['system:authenticated'],
    [],
    null,
    'system:masters',
    [['system:masters']],
  ],
  'impersonatedUser.username': ['kubernetes-admin', 'nobody', null],
  'impersonatedUser.groups': [['system:masters'], []],
  'objectRef.resource': [
    'secrets',
    'pods',
    'configmaps',
    'clusterroles',
    'rolebindings',
    'leases',
    'nodes',
    '',
    null,
    1,
  ],
  'objectRef.apiGroup': ['', 'rbac.authorization.k8s.io', 'apps', null, undefined],
  'objectRef.subresource': ['exec', 'status', 'log', '', null, undefined],
  'objectRef.namespace': ['vault', 'kube-system', 'default', '', null, undefined],
  'responseStatus.code': [200, 201, 403, 404, 401, '200', null, 1e21, -0, 200.5],
  requestReceivedTimestamp: [
    '2026-05-12T00:00:00.000001Z',
    '2026-02-30T00:00:00.000000Z',
    '2024-02-29T00:00:00.000000Z',
    '2026-05-12T00:00:60.000000Z',
    '2026-05-12T24:00:00.000000Z',
    '2026-05-12T00:00:00Z',
    '2026-05-12T00:00:00.0000001Z',
    '2026-05-12t00:00:00.000000z',
    '2026-05-12T02:00:00.000000+02:00',
    '0000-01-01T00:00:00.000000Z',
    '2026-00-10T00:00:00.000000Z',
    '2026-13-10T00:00:00.000000Z',
    '',
    null,
    5,
    undefined,
  ],
  kind: ['Event', 'EventList', 'event', '', null],
  apiVersion: ['audit.k8s.io/v1', 'audit.k8s.io/v1beta1', 'audit.k8s.io', 'v1', null],
};

const PATHS = Object.keys(VALUES);

const withValue = (line: string, path: string, value: unknown): Doc => {
  const doc = parse(line);
  const [head = '', tail] = path.split('.');
  if (tail === undefined) return { ...doc, [head]: value };
  const inner = doc[head];
  return { ...doc, [head]: { ...(typeof inner === 'object' ? inner : {}), [tail]: value } };
};

const aValue = (random: Random): { path: string; value: unknown } => {
  const path = random.pick(PATHS);
  return { path, value: random.pick(VALUES[path] ?? ['']) };
};

const insertAt = (line: string, at: number, text: string): string =>
  line.slice(0, at) + text + line.slice(at);

/** Right behind the brace of an object: where a key can be put in front of all others. */
const afterBrace = (line: string, random: Random): number => {
  const braces = [...line.matchAll(/\{(?=")/g)].map(({ index }) => index + 1);
  return braces.length === 0 ? 0 : random.pick(braces);
};

const escaped = (text: string): string =>
  [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

const member = ({ path, value }: { path: string; value: unknown }): string =>
  `${JSON.stringify(path.split('.').at(-1))}:${JSON.stringify(value) ?? 'null'}`;

const ODD_NUMBERS = [
  '1e999',
  '4.03e2',
  '403.0',
  '00403',
  '-403',
  '0403',
  '+403',
  '403.',
  '.403',
  '1e',
  '9'.repeat(400),
  'NaN',
  '0x193',
];
const LOOK_ALIKES = [
  'user.username',
  'objectRef.resource',
  'responseStatus.code',
  '__proto__',
  'constructor',
  'sourceIPs',
  'verb',
  'stage',
];
const OTHERS = [
  '{"user":{"username":"kubernetes-admin"}}',
  '{"a":[1,{"b":"}"}]}',
  '"\\"verb\\":\\"delete\\""',
  '[[[]]]',
  'null',
  '"\\u0000"',
];

export const MUTATIONS: readonly Mutation[] = [
  { name: 'nothing', apply: (line) => line },
  {
    name: 'another value',
    apply: (line, random) => {
      const { path, value } = aValue(random);
      return JSON.stringify(withValue(line, path, value));
    },
  },
  { name: 'keys in another order', apply: (line, random) => JSON.stringify(shuffled(parse(line), random)) },
  {
    name: 'a nested copy of the document',
    apply: (line, random) =>
      JSON.stringify({
        ...parse(line),
        [random.pick(['annotations', 'requestObject', 'responseObject', 'extra'])]: parse(line),
      }),
  },
  {
    name: 'a key twice',
    apply: (line, random) => insertAt(line, afterBrace(line, random), `${member(aValue(random))},`),
  },
  {
    name: 'a key twice, the second one last',
    apply: (line, random) => `${line.slice(0, -1)},${member(aValue(random))}}`,
  },
  {
    name: 'a look-alike key',
    apply: (line, random) =>
      insertAt(line, afterBrace(line, random), `"${random.pick(LOOK_ALIKES)}":${random.pick(OTHERS)},`),
  },
  {
    name: 'an escaped key',
    apply: (line, random) => {
      const key = random.pick(PATHS).split('.').at(-1) ?? '';
      return line.replace(`"${key}":`, `"${escaped(key)}":`);
    },
  },
  {
    name: 'an escaped character',
    apply: (line, random) => {
      const at = random.int(line.length);
      const char = line[at] ?? '';
      return /[a-z0-9:./-]/i.test(char) ? line.slice(0, at) + escaped(char) + line.slice(at + 1) : line;
    },
  },
  {
    name: 'a blank',
    apply: (line, random) =>
      insertAt(line, random.int(line.length + 1), random.pick([' ', '\t', '\r', '  '])),
  },
  {
    name: 'an odd number',
    apply: (line, random) => line.replace(/"code":\d+/, `"code":${random.pick(ODD_NUMBERS)}`),
  },
  {
    name: 'a broken byte',
    apply: (line, random) => {
      const bytes = Buffer.from(line);
      bytes[random.int(bytes.length)] = random.int(256);
      return bytes;
    },
  },
  {
    name: 'broken UTF-8',
    apply: (line, random) => {
      const at = random.int(line.length);
      return Buffer.concat([
        Buffer.from(line.slice(0, at)),
        Buffer.from([0x80 + random.int(128)]),
        Buffer.from(line.slice(at)),
      ]);
    },
  },
  { name: 'a cut', apply: (line, random) => line.slice(0, random.int(line.length + 1)) },
  { name: 'a split', apply: (line, random) => insertAt(line, random.int(line.length), '\n') },
  {
    name: 'something structural',
    apply: (line, random) =>
      insertAt(line, random.int(line.length), random.pick(['{', '}', '[', ']', ',', ':', '"', '\\', '\0'])),
  },
  {
    name: 'something missing',
    apply: (line, random) => {
      const at = random.int(line.length);
      return line.slice(0, at) + line.slice(at + 1 + random.int(3));
    },
  },
  {
    name: 'two things',
    apply: (line, random) => {
      const { path, value } = aValue(random);
      const other = aValue(random);
      return JSON.stringify(withValue(JSON.stringify(withValue(line, path, value)), other.path, other.value));
    },
  },
];
