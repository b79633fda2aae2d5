import { createHttpAccess } from '../../src/http-access.ts';
import { createAlertmanagerSink } from '../../src/sinks/alertmanager.ts';
import type { PostableAlert } from '../../src/sinks/alertmanager-alert.ts';
import { createSlackSink, type SlackMessage } from '../../src/sinks/slack.ts';
import { createSlackClient } from '../../src/sinks/slack-client.ts';
import { describeSink } from '../contracts/sink.ts';
import { type HttpAnswer, type HttpRequest, startHttpDouble } from '../support/http-double.ts';

const PASSWORD = 'correct-horse-battery';
const TOKEN = 'xoxb-1234567890-abcdefghij';

const anAlert = (name: string): PostableAlert => ({
  labels: { alertname: name },
  annotations: {},
  startsAt: '2026-11-20T10:00:00Z',
  endsAt: '2026-11-20T10:05:00Z',
});

const echo = ({ authorization, body }: HttpRequest): string => {
  const decoded = Buffer.from((authorization ?? '').replace('Basic ', ''), 'base64').toString();
  return `you sent ${authorization} that is ${decoded} with ${body.slice(0, 50)}`;
};

describeSink('Alertmanager', async () => {
  const server = await startHttpDouble();
  const access = createHttpAccess(
    { basic_auth: { username: 'u', password: { variable: 'P' } } },
    { P: PASSWORD },
  );
  const will = (answer: (request: HttpRequest) => HttpAnswer) => () => server.answer(answer);
  return {
    sink: createAlertmanagerSink({ url: server.url, access }),
    messages: [anAlert('A'), anAlert('B')],
    behave: {
      takes: () => {},
      busy: will(() => ({ status: 503, body: 'busy' })),
      refuses: will(() => ({ status: 422, body: '{"code":602,"message":"labels in body is required"}' })),
      echo: will((request) => ({ status: 403, body: echo(request) })),
      hangs: will(() => ({ hang: true })),
    },
    secrets: [PASSWORD, Buffer.from(`u:${PASSWORD}`).toString('base64')],
  };
});

describeSink<SlackMessage>('Slack', async () => {
  const server = await startHttpDouble();
  const will = (answer: (request: HttpRequest) => HttpAnswer) => () => server.answer(answer);
  const slackError = (error: string): HttpAnswer => ({ body: JSON.stringify({ ok: false, error }) });
  server.answer(() => ({ body: JSON.stringify({ ok: true, channel: 'C1', ts: '1.2' }) }));
  const client = createSlackClient({
    token: async () => TOKEN,
    apiUrl: `${server.url}/api/`,
    timeoutMs: 5_000,
  });
  const context = {
    links: { logs: () => undefined, runbook: () => undefined, silence: () => undefined },
    nodeOf: () => undefined,
  };
  return {
    sink: createSlackSink({ channel: '#security', client, context }),
    messages: [
      { kind: 'notice', text: 'one' },
      { kind: 'notice', text: 'two' },
    ],
    behave: {
      takes: () => {},
      busy: will(() => ({ status: 503 })),
      refuses: will(() => slackError('invalid_auth')),
      echo: will((request) => slackError(echo(request))),
      hangs: will(() => ({ hang: true })),
    },
    secrets: [TOKEN],
  };
});
