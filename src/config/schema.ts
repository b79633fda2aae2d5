import { z } from 'zod';
import { about, listen, path, url } from './fields.ts';
import { canary, kubernetes, lists, rules, source, zones } from './schema-rules.ts';
import { alertmanager, grafana, headscale, loki, slack } from './schema-services.ts';

/** Everything that can be configured: types, defaults, checks, the JSON Schema and the reference page come from here. */
export const settingsSchema = z.strictObject({
  zones: about(zones, 'Named sets of networks that rules compare addresses with.'),
  lists: about(lists, 'Named lists that rules use as `%name%`.'),
  kubernetes: about(kubernetes.prefault({}), 'How Kubernetes audit lines are read.'),
  headscale: about(headscale.optional(), 'Fills a zone with the addresses of tailnet nodes.'),
  loki: about(loki.prefault({}), 'Where streams are read from.'),
  sources: about(z.array(source).prefault([]), 'The streams. Each has `loki` or `file`.'),
  rules: about(rules.prefault({}), 'Which rules are evaluated, and how.'),
  alertmanager: about(alertmanager.optional(), 'Sends alerts to Alertmanager, and reads its silences.'),
  slack: about(slack.optional(), 'Sends alerts to Slack.'),
  grafana: about(grafana.optional(), 'Adds links to findings.'),
  runbooks: about(
    z
      .strictObject({
        url: about(url, 'Where the files of the repository can be read, for links to docs/runbook.'),
      })
      .optional(),
    'Adds links to runbooks.',
  ),
  canary: about(canary.optional(), 'Sends signed lines through every stream, to prove that it is watched.'),
  state_dir: about(path.prefault('state'), 'Folder of the state store.'),
  http: about(
    z
      .strictObject({ listen: about(listen.prefault('127.0.0.1:9464'), 'Address to listen on.') })
      .prefault({}),
    'Health, metrics and the status page.',
  ),
  log: about(
    z
      .strictObject({
        level: about(z.enum(['debug', 'info', 'warn', 'error']).default('info'), 'Least grave level.'),
      })
      .prefault({}),
    'The detector’s own log, on standard error.',
  ),
});

/** Settings as they are used: durations in milliseconds, moments in microseconds, secrets as references. */
export type Settings = z.output<typeof settingsSchema>;
