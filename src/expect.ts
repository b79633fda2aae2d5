import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { ConfigError, type Mistake } from './errors.ts';
import type { Severity } from './finding.ts';

/** A finding that is expected at one line of the input. What is undefined may be anything. */
export interface Expected {
  readonly rule: string;
  readonly line: number;
  readonly file: string | undefined;
  readonly severity: Severity | undefined;
  readonly verified: boolean | undefined;
  readonly why: string | undefined;
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
}

const expected = z.strictObject({
  rule: z.string().min(1),
  line: z.int().min(1),
  file: z.string().min(1).optional(),
  severity: z.enum(['info', 'warning', 'critical']).optional(),
  verified: z.boolean().optional(),
  why: z.string().optional(),
});

const expectation = z.strictObject({
  description: z.string().optional(),
  /** Under which policy the input was recorded; for people. */
  policy: z.string().optional(),
  findings: z.array(expected),
  unsure: z.array(expected).nullable().default([]),
});
