/**
 * `can_fire`: nothing known stands in the way. `unverified`: it can only say that something happened that it cannot
 * judge. `blind`: it cannot fire. `not_seen`: the log had nothing yet that it needs.
 */
export type State = 'can_fire' | 'unverified' | 'blind' | 'not_seen';

/** One line of the coverage table: what is known of one way in which a rule fires. */
export interface Row {
  readonly rule: string;
  /** What it is known by: what is configured, or what was really seen in logs. */
  readonly proof: 'configuration' | 'observation';
  /** Which requests: `get pods/exec (WebSocket)`. */
  readonly alternative: string;
  readonly state: State;
  readonly why: string;
  /** The line of the configuration that decides. */
  readonly where: { readonly file: string; readonly line: number } | undefined;
  /** What to change; undefined when there is nothing to do. */
  readonly fix: string | undefined;
}

const GRAVITY: Record<State, number> = { can_fire: 0, not_seen: 1, unverified: 2, blind: 3 };

/** Positive when `a` is the worse. */
export const compareStates = (a: State, b: State): number => GRAVITY[a] - GRAVITY[b];
