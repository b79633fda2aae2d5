import { parseNetwork } from '../network/network.ts';
import { compileRegex } from '../regex.ts';
import type { YamlScalar } from '../yaml/yaml-tree.ts';
import type { Comparison, Modifiers } from './modifiers.ts';
import type { Lists } from './placeholders.ts';
import { placeholderName, resolvePlaceholder } from './placeholders.ts';
import { isText } from './read-keys.ts';
import type { Report } from './report.ts';
import type { ValueTest } from './rule.ts';
import { parseListEntry, parseSigmaText, textTest } from './text-pattern.ts';

export interface ValueContext {
  readonly lists: Lists;
  readonly report: Report;
  readonly checkField: (field: string, place: YamlScalar['place']) => void;
}

type ReadValue = (node: YamlScalar, modifiers: Modifiers, context: ValueContext) => readonly ValueTest[];

const readTextual: ReadValue = (node, { comparison, options }, { lists, report }) => {
  const where =
    comparison === 'contains' || comparison === 'startswith' || comparison === 'endswith'
      ? comparison
      : 'equals';
  const cased = options.has('cased');
  if (node.value === null) {
    if (where === 'equals' && !cased && !options.has('expand')) return [{ op: 'null' }];
    report.mistake(node.place, '`null` (or no value at all) is compared without modifiers only');
    return [];
  }
  if (options.has('expand')) {
    if (isText(node))
      return resolvePlaceholder(node, lists, report).map((entry) =>
        typeof entry === 'string'
          ? textTest(parseListEntry(entry), where, cased)
          : { op: 'until', until: entry.until, test: textTest(parseListEntry(entry.value), where, cased) },
      );
    report.mistake(node.place, '`expand` needs the name of a list as the whole value: `%name%`');
    return [];
  }
  const text = String(node.value);
  const list = placeholderName(text);
  if (list !== undefined && lists.has(list))
    report.mistake(node.place, `\`${text}\` is replaced by the list only with the modifier \`expand\``);
  if (text === '' && where !== 'equals') {
    report.mistake(node.place, `an empty text with \`${where}\` matches every value: use \`exists\``);
    return [];
  }
  return [textTest(parseSigmaText(text), where, cased)];
};

const REGEX_FLAGS = ['i', 'm', 's'] as const;

const readRegex: ReadValue = (node, { options }, { report }) => {
  if (!isText(node) || node.value === '') {
    report.mistake(
      node.place,
      '`re` needs a regular expression as text (in quotes where it looks like a number)',
    );
    return [];
  }
  const flags = REGEX_FLAGS.filter((flag) => options.has(flag)).join('');
  const compiled = compileRegex(node.value, flags);
  if ('reason' in compiled) {
    report.mistake(node.place, `regular expression: ${compiled.reason}`);
    return [];
  }
  return [{ op: 're', source: node.value, flags }];
};

const readCidr: ReadValue = (node, _modifiers, { report }) => {
  const problem = isText(node)
    ? problemOf(node.value)
    : 'a network is text; valid: 10.0.20.0/22, 2001:db8::/32';
  if (problem === undefined && isText(node)) return [{ op: 'cidr', network: node.value }];
  report.mistake(node.place, `\`cidr\`: ${problem}`);
  return [];
};

const problemOf = (text: string): string | undefined => {
  const network = parseNetwork(text);
  return 'problem' in network ? network.problem : undefined;
};

const readExists: ReadValue = (node, _modifiers, { report }) => {
  if (typeof node.value === 'boolean') return [{ op: 'exists', expected: node.value }];
  report.mistake(node.place, '`exists` needs true or false, without quotes');
  return [];
};

const readNumber: ReadValue = (node, { comparison }, { report }) => {
  const op = comparison === 'gt' || comparison === 'gte' || comparison === 'lt' ? comparison : 'lte';
  if (typeof node.value === 'number') return [{ op, value: node.value }];
  report.mistake(node.place, `\`${comparison}\` needs a number, without quotes`);
  return [];
};

const readFieldref: ReadValue = (node, { options }, { report, checkField }) => {
  if (isText(node) && node.value !== '') {
    checkField(node.value, node.place);
    return [{ op: 'fieldref', field: node.value, cased: options.has('cased') }];
  }
  report.mistake(node.place, '`fieldref` needs the name of another field');
  return [];
};

/** What each comparison accepts as a value, and the test it becomes. */
export const READ_VALUE: Readonly<Record<Comparison, ReadValue>> = {
  equals: readTextual,
  contains: readTextual,
  startswith: readTextual,
  endswith: readTextual,
  re: readRegex,
  cidr: readCidr,
  exists: readExists,
  gt: readNumber,
  gte: readNumber,
  lt: readNumber,
  lte: readNumber,
  fieldref: readFieldref,
};
