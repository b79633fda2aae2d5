import { keyPlaceOf, nodeAt, type Path, placeOf, plainOf, readTree, type Tree } from './config/tree.ts';
import { ConfigError, type Mistake } from './errors.ts';
import type { Severity } from './finding.ts';
import { suggest } from './nearest.ts';

/** A finding that is expected at one line of the input. What is undefined may be anything. */
export interface Expected {
  readonly rule: string;
  readonly line: number;
  readonly file: string | undefined;
  readonly severity: Severity | undefined;
  readonly verified: boolean | undefined;
  readonly why: string | undefined;
}

/** Names of rule documents (`K5.many`) for which an input is a proof; `test/replays.test.ts` says which are missing. */
export interface Proves {
  /** The document fires. */
  readonly firing: readonly string[];
  /** Lines that all but fire. */
  readonly nearMiss: readonly string[];
  /** Lines made to fool it, in either direction. */
  readonly injection: readonly string[];
}

/** What a replay of known input must find: these and, but for `unsure`, nothing else. */
export interface Expectation {
  /** The file it was read from. */
  readonly name: string;
  readonly description: string | undefined;
  /** In the order of the file. */
  readonly findings: readonly Expected[];
  /** Neither required nor forbidden. */
  readonly unsure: readonly Expected[];
  readonly proves: Proves;
}

/** `policy` and `why` are for people. */
const KEYS = ['description', 'policy', 'proves', 'findings', 'unsure'];
const PROVES_KEYS = ['firing', 'near_miss', 'injection'];
const ENTRY_KEYS = ['rule', 'line', 'file', 'severity', 'verified', 'why'];
const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];
const EXAMPLE = '`- {rule: K4, line: 12}`';

/**
 * Reads an expectation file. `rules` are the codes that can be expected; undefined leaves that unchecked. Throws
 * ConfigError with every mistake.
 */
export function parseExpectation(
  name: string,
  text: string,
  rules: readonly string[] | undefined,
): Expectation {
  const { tree, mistakes: syntax } = readTree(name, text);
  const mistakes = [...syntax];
  const reader: Reader = { tree, rules, mistake: (mistake) => mistakes.push(mistake) };
  if (syntax.length === 0) checkKeys(reader, [], KEYS);
  const expectation: Expectation = {
    name,
    description: readText(reader, ['description']),
    findings: readEntries(reader, 'findings', syntax.length === 0),
    unsure: readEntries(reader, 'unsure', false),
    proves: readProves(reader),
  };
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return expectation;
}

interface Reader {
  readonly tree: Tree;
  readonly rules: readonly string[] | undefined;
  readonly mistake: (mistake: Mistake) => void;
}

const say = ({ tree, mistake }: Reader, path: Path, message: string): undefined => {
  mistake({ place: placeOf(tree, path), message });
};

function checkKeys({ tree, mistake }: Reader, path: Path, valid: readonly string[]): void {
  const node = nodeAt(tree, path);
  if (node?.kind !== 'map') return;
  for (const key of node.entries.keys()) {
    if (valid.includes(key)) continue;
    mistake({
      place: keyPlaceOf(tree, [...path, key]),
      message: `unknown key \`${key}\`; ${suggest(key, valid)}`,
    });
  }
}

function readEntries(reader: Reader, key: 'findings' | 'unsure', required: boolean): readonly Expected[] {
  const node = nodeAt(reader.tree, [key]);
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) {
    if (required)
      say(reader, [key], `\`${key}\` is missing: a list such as ${EXAMPLE}, or [] for no finding`);
    return [];
  }
  if (node.kind !== 'list') {
    say(reader, [key], `\`${key}\` must be a list such as ${EXAMPLE}`);
    return [];
  }
  return node.items.map((_, at) => readEntry(reader, [key, at])).filter((entry) => entry !== undefined);
}

function readProves(reader: Reader): Proves {
  const node = nodeAt(reader.tree, ['proves']);
  if (node !== undefined && node.kind !== 'map')
    say(reader, ['proves'], '`proves` must be a map such as `{firing: [K5.many]}`');
  checkKeys(reader, ['proves'], PROVES_KEYS);
  const [firing = [], nearMiss = [], injection = []] = PROVES_KEYS.map((key) => readNames(reader, key));
  return { firing, nearMiss, injection };
}

function readNames(reader: Reader, key: string): readonly string[] {
  const path = ['proves', key];
  const node = nodeAt(reader.tree, path);
  if (node === undefined) return [];
  const names = node.kind === 'list' ? node.items.map(plainOf) : [];
  if (names.length > 0 && names.every((name) => typeof name === 'string')) return names;
  say(reader, path, `\`${key}\` must be a list of rule documents such as [K5.many]`);
  return [];
}

function readEntry(reader: Reader, path: Path): Expected | undefined {
  if (nodeAt(reader.tree, path)?.kind !== 'map')
    return say(reader, path, `an entry is a map such as ${EXAMPLE}`);
  checkKeys(reader, path, ENTRY_KEYS);
  const rule = readRule(reader, [...path, 'rule']);
  const line = readLine(reader, [...path, 'line']);
  const entry = {
    file: readText(reader, [...path, 'file']),
    severity: readSeverity(reader, [...path, 'severity']),
    verified: readVerified(reader, [...path, 'verified']),
    why: readText(reader, [...path, 'why']),
  };
  return rule === undefined || line === undefined ? undefined : { rule, line, ...entry };
}

/** The plain value at `path`; undefined when it is missing or empty. */
const valueAt = ({ tree }: Reader, path: Path): unknown => {
  const node = nodeAt(tree, path);
  return node === undefined ? undefined : (plainOf(node) ?? undefined);
};

function readRule(reader: Reader, path: Path): string | undefined {
  const value = valueAt(reader, path);
  if (value === undefined) return say(reader, path, '`rule` is missing: the code of a rule, such as K4');
  if (typeof value !== 'string') return say(reader, path, '`rule` must be the code of a rule, such as K4');
  if (reader.rules === undefined || reader.rules.includes(value)) return value;
  return say(reader, path, `there is no rule \`${value}\`; ${suggest(value, reader.rules)}`);
}

function readLine(reader: Reader, path: Path): number | undefined {
  const value = valueAt(reader, path);
  if (value === undefined) return say(reader, path, '`line` is missing: the line that completes the finding');
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
  return say(reader, path, '`line` must be a whole number from 1 on');
}

function readSeverity(reader: Reader, path: Path): Severity | undefined {
  const value = valueAt(reader, path);
  const severity = SEVERITIES.find((each) => each === value);
  if (value === undefined || severity !== undefined) return severity;
  return say(reader, path, `\`severity\` must be one of ${SEVERITIES.join(', ')}`);
}

function readVerified(reader: Reader, path: Path): boolean | undefined {
  const value = valueAt(reader, path);
  if (value === undefined || typeof value === 'boolean') return value;
  return say(reader, path, '`verified` must be true or false');
}

function readText(reader: Reader, path: Path): string | undefined {
  const value = valueAt(reader, path);
  if (value === undefined || typeof value === 'string') return value;
  return say(reader, path, `\`${String(path.at(-1))}\` must be text: put it in quotes`);
}
