import type { Rule } from '../rules/rule.ts';
import type { Row } from './row.ts';

/** A finding about a setting that concerns several rules alike. */
export type Judgement = Pick<Row, 'alternative' | 'state' | 'why' | 'where' | 'fix'>;

export const rowsFor = (rules: readonly Rule[], judgement: Judgement): readonly Row[] =>
  rules.map(({ code }) => ({ rule: code, proof: 'configuration', ...judgement }));
