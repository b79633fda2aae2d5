import type { Format } from '../event.ts';
import type { Lists } from './placeholders.ts';

/** What rule files are checked against: the configuration and the decoders. */
export interface RuleContext {
  /** `lists:` of the configuration, for `%name%`. */
  readonly lists: Lists;
  /** Names of `zones:`. */
  readonly zones: readonly string[];
  /** Names of the derived fields that the decoder of `format` declares. */
  derivedFields(format: Format): readonly string[];
}
