/** Why a condition did or did not hold: the same tree as the condition, with what was seen. */
export type Trace =
  | { readonly kind: 'and' | 'or'; readonly matched: boolean; readonly of: readonly Trace[] }
  | { readonly kind: 'not'; readonly matched: boolean; readonly of: Trace }
  | { readonly kind: 'selection'; readonly name: string; readonly matched: boolean; readonly of: Trace }
  | FieldTrace
  | KeywordTrace;

export interface FieldTrace {
  readonly kind: 'field';
  readonly field: string;
  /** 1-based line in the rule file. */
  readonly line: number;
  readonly matched: boolean;
  /** What the event has in the field; undefined when it does not have it. Not redacted. */
  readonly saw: unknown;
  /** Values of the rule that matched, as a reader of the rule would write them. */
  readonly by: readonly string[];
  /** What the rule asks for, spelled the same way. */
  readonly wanted: readonly string[];
  /** Lists of the configuration that `wanted` comes from. */
  readonly lists: readonly string[];
}

export interface KeywordTrace {
  readonly kind: 'keywords';
  readonly line: number;
  readonly matched: boolean;
  readonly by: readonly string[];
  readonly wanted: readonly string[];
}
