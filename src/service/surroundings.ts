import { alertName } from '../alerts/labels.ts';
import type { Loaded } from '../commands/load.ts';
import type { Surroundings } from '../delivery.ts';

/** What the configuration and its rules say to whoever writes messages. */
export const surroundingsOf = ({ config, rules }: Loaded): Omit<Surroundings, 'nodeOf'> => {
  const byCode = new Map(rules.map((rule) => [rule.code, rule] as const));
  const selectors = new Map(config.sources.map((source) => [source.name, source.selector?.text] as const));
  const { runbooks } = config.settings;
  return {
    quietPeriodMsOf: (rule) => byCode.get(rule)?.quietPeriodMs ?? config.settings.rules.quiet_period,
    nameOf: (rule) => {
      const file = byCode.get(rule)?.file;
      return file === undefined ? rule : alertName(rule, file);
    },
    selectorOf: (stream) => selectors.get(stream),
    runbookOf: (rule) => {
      const page = byCode.get(rule)?.references.find((reference) => reference.startsWith('docs/runbook/'));
      return runbooks === undefined || page === undefined
        ? undefined
        : `${runbooks.url.replace(/\/$/, '')}/${page}`;
    },
  };
};
