import { z } from 'zod';
import { about, channel, duration, name, nameKey, path, secret, text, url } from './fields.ts';
import { severity } from './schema-rules.ts';

/** How to speak to an HTTP service. */
const access = {
  basic_auth: about(
    z
      .strictObject({
        username: about(text, 'User name.'),
        password: about(secret.optional(), 'Password, from the environment.'),
        password_file: about(path.optional(), 'File that holds the password.'),
      })
      .optional(),
    'HTTP basic authentication.',
  ),
  bearer_token: about(secret.optional(), 'Bearer token, from the environment.'),
  bearer_token_file: about(path.optional(), 'File that holds the bearer token.'),
  tls: about(
    z
      .strictObject({
        ca_file: about(path.optional(), 'Certificate authorities to trust instead of the usual ones (PEM).'),
        cert_file: about(path.optional(), 'Client certificate (PEM).'),
        key_file: about(path.optional(), 'Key of the client certificate (PEM).'),
        server_name: about(
          text.optional(),
          'Name that the server’s certificate must carry, if not that of the URL.',
        ),
      })
      .optional(),
    'TLS of https URLs.',
  ),
};

const count = (most: number) => z.int().min(1).max(most);

export const loki = z.strictObject({
  url: about(url.optional(), 'Base URL of Loki or of the gateway before it.'),
  tenant: about(text.optional(), 'Tenant, sent as `X-Scope-OrgID`. Tailing works with a single tenant only.'),
  ...access,
  poll: about(duration.prefault('2s'), 'Time between two polls of a stream.'),
  overlap: about(
    duration.prefault('30s'),
    'How far each poll looks back behind its cursor, for lines that arrive a little late.',
  ),
  lateness: about(
    duration.prefault('1h'),
    'How late a line may come and still be found, by a slower sweep. Loki itself accepts one hour behind a stream’s newest line.',
  ),
  sweep: about(duration.prefault('5m'), 'Time between two sweeps for late lines.'),
  tail: about(
    z.boolean().default(true),
    'Listen to Loki’s tail as well, to be faster than the poll. Polling decides.',
  ),
  pushdown: about(
    z.enum(['auto', 'off', 'verify']).default('auto'),
    'Let Loki drop lines that can be part of no finding: `auto` where that is provably right, `off` reads everything, `verify` also reads everything for a share of the time and compares.',
  ),
  query_budget: about(
    z
      .strictObject({
        parallel: about(count(64).default(4), 'Queries at the same time.'),
        per_minute: about(count(100_000).default(600), 'Queries a minute.'),
      })
      .prefault({}),
    'What the detector may ask of Loki at most.',
  ),
});

export const headscale = z.strictObject({
  url: about(url, 'Base URL of Headscale.'),
  api_key: about(secret.optional(), 'API key, from the environment.'),
  api_key_file: about(path.optional(), 'File that holds the API key.'),
  zone: about(name.prefault('tailnet'), 'Zone that holds the addresses of the nodes.'),
  refresh: about(duration.prefault('1m'), 'Time between two refreshes.'),
  tls: access.tls,
});

export const alertmanager = z.strictObject({
  urls: about(z.array(url).min(1), 'Every Alertmanager instance, never a load balancer before them.'),
  labels: about(
    z.record(nameKey, text).prefault({}),
    'Labels that every alert carries besides its own, for routing.',
  ),
  watchdog: about(
    z.boolean().optional(),
    'Send an alert that always fires (`DetectorWatchdog`, `lane="deadman"`), for a receiver that calls when it stops.',
  ),
  ...access,
});

const route = z.strictObject({
  channel: about(channel, 'Where these alerts go.'),
  severity: about(z.array(severity).min(1).optional(), 'Severities; all when absent.'),
  rules: about(z.array(text).min(1).optional(), 'Rule codes, `*` is a wildcard (`K*`); all when absent.'),
  streams: about(z.array(text).min(1).optional(), 'Names of sources; all when absent.'),
});

export const slack = z.strictObject({
  token: about(secret.optional(), 'Bot token, from the environment.'),
  token_file: about(path.optional(), 'File that holds the bot token.'),
  channel: about(
    channel.prefault('#security'),
    'Channel of all alerts that no route takes. IDs survive renames.',
  ),
  routes: about(
    z.array(route).prefault([]),
    'Other channels for some alerts; the first route that fits decides.',
  ),
  api_url: about(url.prefault('https://slack.com/api/'), 'Slack’s API, or a stand-in for tests.'),
});

export const grafana = z.strictObject({
  url: about(url, 'Base URL, for links into Explore.'),
  loki_datasource: about(text.prefault('loki'), 'UID or name of the Loki data source.'),
});
