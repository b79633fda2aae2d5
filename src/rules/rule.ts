import type { Format, Micros } from '../event.ts';
import type { Severity } from '../finding.ts';
import type { WildcardPart } from '../wildcard.ts';

/** A rule file after loading: placeholders resolved, every name checked. Data only; `engine/compile.ts` makes it run. */
export interface Rule {
  /** `K4`. */
  readonly code: string;
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly falsepositives: readonly string[];
  readonly references: readonly string[];
  readonly logsource: Readonly<Record<string, string>>;
  /** The decoder whose events the rule reads; undefined for a logsource that no decoder of ours serves. */
  readonly format: Format | undefined;
  /** What the evidence shows. */
  readonly fields: readonly string[];
  /** Fields of the alert key; actor and object when undefined. */
  readonly key: readonly string[] | undefined;
  readonly quietPeriodMs: number | undefined;
  readonly file: string;
  readonly branches: readonly Branch[];
}

interface BranchBase {
  /** `K5`, `K5.delete`. */
  readonly name: string;
  readonly title: string;
  readonly severity: Severity;
  /** False: the log does not hold what would be needed to be sure. */
  readonly verified: boolean;
  readonly summary: Summary;
  /** Fields that must be seen for the branch to be able to fire. */
  readonly requires: readonly string[];
  /** 1-based line of the document in `file`. */
  readonly line: number;
}

export type Branch = DetectionBranch | CountBranch;

export interface DetectionBranch extends BranchBase {
  readonly kind: 'detection';
  readonly condition: Condition;
  /** True when the document is only counted by a correlation and does not fire by itself. */
  readonly countedOnly: boolean;
}

export interface CountBranch extends BranchBase {
  readonly kind: 'count';
  readonly type: 'event_count' | 'value_count';
  /** Names of the detection branches that are counted. */
  readonly of: readonly string[];
  readonly groupBy: readonly string[];
  /** Field whose distinct values are counted; only for `value_count`. */
  readonly valueField: string | undefined;
  readonly timespanMs: number;
  readonly operator: 'gt' | 'gte';
  readonly threshold: number;
}

/** A sentence with `{field}` slots, split at load. */
export type Summary = readonly (string | { readonly field: string })[];

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  /** A named identifier of the detection; the name is for `explain`. */
  | { readonly kind: 'selection'; readonly name: string; readonly of: Condition }
  | FieldTest
  | KeywordTest;

/** One `field|modifiers: values` line. */
export interface FieldTest {
  readonly kind: 'field';
  readonly field: string;
  /** True: every value must match (`|all`); else any. */
  readonly all: boolean;
  readonly values: readonly ValueTest[];
  /** Lists of the configuration that values come from. */
  readonly lists?: readonly string[];
  /** 1-based line in the rule file. */
  readonly line: number;
}

/** Words searched in the raw line. */
export interface KeywordTest {
  readonly kind: 'keywords';
  readonly all: boolean;
  readonly values: readonly TextTest[];
  readonly line: number;
}

export type ValueTest =
  | TextTest
  /** An entry of a list that counts for events before `until` only, and for none without a time. */
  | { readonly op: 'until'; readonly until: Micros; readonly test: TextTest }
  | { readonly op: 'null' }
  | { readonly op: 'exists'; readonly expected: boolean }
  | { readonly op: 'gt' | 'gte' | 'lt' | 'lte'; readonly value: number }
  | { readonly op: 'cidr'; readonly network: string }
  | { readonly op: 'fieldref'; readonly field: string; readonly cased: boolean };

export type TextTest =
  /** `value` is lower-cased unless `cased`; compared with the field's string form. */
  | {
      readonly op: 'equals' | 'startswith' | 'endswith' | 'contains';
      readonly value: string;
      readonly cased: boolean;
    }
  /** Full match of literals (lower-cased unless `cased`) and wildcards. */
  | { readonly op: 'wildcard'; readonly parts: readonly WildcardPart[]; readonly cased: boolean }
  | { readonly op: 're'; readonly source: string; readonly flags: string };
