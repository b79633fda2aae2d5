import { z } from 'zod';
import type { Format } from '../event.ts';
import type { Severity } from '../finding.ts';
import type { ZoneEntry } from '../zones.ts';
import { about, duration, moment, name, nameKey, network, path, selector, text } from './fields.ts';

export const SEVERITIES = ['info', 'warning', 'critical'] as const satisfies readonly Severity[];
export const FORMATS = [
  'kube-audit',
  'vault-audit',
  'sshd',
  'netfilter',
  'pf',
  'vlmcsd',
  'json',
] as const satisfies readonly Format[];

export const severity = z.enum(SEVERITIES);

const why = {
  reason: about(text.optional(), 'Why the entry is there; `allowlist audit` asks for it.'),
  until: about(moment.optional(), 'The entry counts before this moment only.'),
};

const zoneEntry = z.union([
  network.transform((cidr): ZoneEntry => ({ cidr })),
  z.strictObject({ cidr: about(network, 'CIDR or single address.'), ...why }),
]);

/** A value of a list: `*` is a wildcard, case counts. */
export interface ListEntry {
  readonly value: string;
  readonly reason?: string | undefined;
  readonly until?: number | undefined;
}

const listEntry = z.union([
  text.transform((value): ListEntry => ({ value })),
  z.strictObject({ value: about(text, 'The value; `*` is a wildcard, case counts.'), ...why }),
]);

export const zones = z.record(nameKey, z.array(zoneEntry)).prefault({});
export const lists = z.record(nameKey, z.array(listEntry)).prefault({});

export const kubernetes = z.strictObject({
  trusted_proxies: about(
    z.array(zoneEntry).prefault([]),
    'Proxies before the apiserver whose `X-Forwarded-For` entry is believed. Whoever can reach the apiserver from one of them can claim any address.',
  ),
});

export const source = z.strictObject({
  name: about(name, 'Name of the stream in findings; a later file replaces the source of the same name.'),
  loki: about(selector.optional(), 'Log query of the stream in Loki.'),
  file: about(path.optional(), 'File that is followed.'),
  format: about(z.enum(FORMATS), 'What its lines are.'),
  silence: about(
    duration.optional(),
    'Longest time without a line; D1 tells of more. Without it a stream is compared with its own longest pause.',
  ),
});

export const rules = z.strictObject({
  paths: about(
    z.array(path).min(1).prefault(['shipped']),
    'Files and folders with rules. `shipped` stands for the rules that come with the detector.',
  ),
  disabled: about(z.array(text).prefault([]), 'Codes of rules that are not evaluated.'),
  severity: about(z.record(z.string(), severity).default({}), 'Other severities, by rule code.'),
  quiet_period: about(
    duration.prefault('1h'),
    'Findings with the same key join an alert until nothing came for this long.',
  ),
});

export const canary = z.strictObject({
  every: about(duration.prefault('5m'), 'Time between two canary lines in each stream.'),
  deadline: about(duration.prefault('1m'), 'How long one may take from Loki to a rendered alert.'),
  key_file: about(path, 'File with the key that signs canary lines, so that nobody else can.'),
});
