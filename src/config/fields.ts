import { z } from 'zod';
import { DURATION_FORM, parseDurationMs } from '../duration.ts';
import { type Micros, SECOND } from '../event.ts';
import { parseNetwork } from '../network/network.ts';
import { parseSelector } from '../selector/selector.ts';
import { parseRfc3339 } from '../time.ts';
import { parseEnvReference } from './secret.ts';

/** Kinds of settings, with what is valid; the kind stands in the JSON Schema as `x-kind`. */
export const KINDS = {
  text: 'text',
  duration: `a duration: ${DURATION_FORM}`,
  network: 'a network or an address: 10.0.20.0/22, 192.0.2.7, 2001:db8::/32',
  moment: 'a date (holds until its end, UTC) or a time with zone: 2026-12-31, 2026-12-31T18:00:00Z',
  url: 'an http or https URL: https://host.example.org:3100',
  path: 'the path of a file or folder',
  secret: `\${NAME}, the name of an environment variable`,
  selector: 'a Loki log query: {job="kubernetes-audit"} |= "text"',
  listen: 'host:port: 127.0.0.1:9464, [::1]:9464, 0.0.0.0:9464',
  channel: 'a channel ID or a name: C0123456789, #security',
  name: 'a name of letters, digits, - and _, starting with a letter',
} as const;

export type Kind = keyof typeof KINDS;

interface Problem {
  readonly problem: string;
}

/** A setting that is text and means something else: read once, here. The parser says what is wrong. */
const parsed = <T>(kind: Kind, parse: (text: string) => T) =>
  z
    .string()
    .transform((text, context) => {
      const value = parse(text);
      if (isProblem(value)) {
        context.addIssue({ code: 'custom', message: value.problem });
        return z.NEVER;
      }
      return value as Exclude<T, Problem>; // not a problem, which narrowing of a type parameter does not express
    })
    .meta({ 'x-kind': kind });

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'problem' in value;

const bad = (kind: Kind, text: string): Problem => ({
  problem: `${JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)} is not ${KINDS[kind]}`,
});

export const text = parsed('text', (given) =>
  given.trim() === '' ? { problem: 'must not be empty' } : given,
);

/** Milliseconds. */
export const duration = parsed('duration', (given) => parseDurationMs(given) ?? bad('duration', given));

export const network = parsed('network', (given) => {
  const read = parseNetwork(given);
  return 'problem' in read ? read : given;
});

/** A date alone means its end. */
export const moment = parsed('moment', (given): Micros | Problem => {
  const day = parseRfc3339(`${given}T00:00:00Z`);
  return parseRfc3339(given) ?? (day === undefined ? bad('moment', given) : day + 86_400 * SECOND);
});

export const url = parsed('url', (given) => {
  if (!/^https?:\/\//i.test(given) || !URL.canParse(given)) return bad('url', given);
  const { username, password } = new URL(given);
  if (username === '' && password === '') return given;
  return { problem: 'a URL does not carry a user or a password here: use basic_auth' };
});

export const path = parsed('path', (given) =>
  given === '' || given.includes('\0') ? bad('path', given) : given,
);

export const secret = parsed('secret', parseEnvReference);

export const selector = parsed('selector', parseSelector);

export const listen = parsed('listen', (given) => {
  const [, bracketed, plain, digits] = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(given) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  return host === undefined || port > 65_535 ? bad('listen', given) : { host, port };
});

export const channel = parsed('channel', (given) =>
  /^(?:#[^\s#,]{1,80}|[CGD][A-Z0-9]{6,})$/.test(given) ? given : bad('channel', given),
);

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

export const problemOfName = (given: string): string | undefined =>
  NAME.test(given) ? undefined : bad('name', given).problem;

export const name = parsed('name', (given) => (NAME.test(given) ? given : bad('name', given)));

/** Names as keys. Not checked by the schema: zod would leave out what stands behind a bad one. */
export const nameKey = z.string().meta({ 'x-kind': 'name', pattern: NAME.source });

export const about = <T extends z.ZodType>(schema: T, description: string): T => schema.meta({ description });
