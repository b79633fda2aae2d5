import { compileRegex } from '../regex.ts';
import type { TextTest } from '../rules/rule.ts';
import { compileWildcard } from '../wildcard.ts';

export type TextComparator = (text: string) => boolean;

type Literal = Extract<TextTest, { value: string }>;

const COMBINING_DOT = '\u0307';

/**
 * True when no other text lower-cases to `literal`, so that it can be compared as it is. The combining dot is what
 * lower-casing `İ` leaves behind.
 */
const isCaseless = (literal: string): boolean =>
  literal.toLowerCase() === literal.toUpperCase() && !literal.includes(COMBINING_DOT);

const CASED: Readonly<Record<Literal['op'], (value: string) => TextComparator>> = {
  equals: (value) => (text) => text === value,
  startswith: (value) => (text) => text.startsWith(value),
  endswith: (value) => (text) => text.endsWith(value),
  contains: (value) => (text) => text.includes(value),
};

/** Lower-casing keeps the length except for `İ`, so that most texts are refused without it. */
const ANY_CASE: Readonly<Record<Literal['op'], (value: string) => TextComparator>> = {
  equals: (value) =>
    value.includes(COMBINING_DOT)
      ? (text) => text.toLowerCase() === value
      : (text) => text.length === value.length && text.toLowerCase() === value,
  startswith: (value) => (text) => text.toLowerCase().startsWith(value),
  endswith: (value) => (text) => text.toLowerCase().endsWith(value),
  contains: (value) => (text) => text.toLowerCase().includes(value),
};

/** The comparison of one value of a rule with the text of an event. */
export const compileText = (test: TextTest): TextComparator => {
  switch (test.op) {
    case 're': {
      const regex = compileRegex(test.source, test.flags);
      if ('reason' in regex) throw new Error(`a loaded rule holds a bad regular expression: ${regex.reason}`);
      return (text) => regex.test(text);
    }
    case 'wildcard': {
      const matches = compileWildcard(test.parts);
      return test.cased ? matches : (text) => matches(text.toLowerCase());
    }
    default:
      return (test.cased || isCaseless(test.value) ? CASED : ANY_CASE)[test.op](test.value);
  }
};

const escapeLiteral = (literal: string): string => literal.replace(/[\\*?]/g, '\\$&');

/** The value as a rule would spell it. */
export const spellText = (test: TextTest): string => {
  switch (test.op) {
    case 're':
      return `/${test.source}/${test.flags}`;
    case 'wildcard':
      return test.parts
        .map((part) => ('literal' in part ? escapeLiteral(part.literal) : part.any === 'one' ? '?' : '*'))
        .join('');
    case 'equals':
      return escapeLiteral(test.value);
    case 'startswith':
      return `${escapeLiteral(test.value)}*`;
    case 'endswith':
      return `*${escapeLiteral(test.value)}`;
    case 'contains':
      return `*${escapeLiteral(test.value)}*`;
  }
};
