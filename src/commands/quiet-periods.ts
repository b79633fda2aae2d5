import type { Loaded } from './load.ts';

/** Milliseconds after which an alert of a rule is over: the rule's own, else the configured ones. */
export const quietPeriods = ({
  config,
  rules,
}: Pick<Loaded, 'config' | 'rules'>): ((code: string) => number) => {
  const own = new Map(rules.map(({ code, quietPeriodMs }) => [code, quietPeriodMs] as const));
  return (code) => own.get(code) ?? config.settings.rules.quiet_period;
};
