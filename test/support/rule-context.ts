import type { Format } from '../../src/event.ts';
import type { RuleContext } from '../../src/rules/context.ts';

const FIELDS: Partial<Record<Format, readonly string[]>> = {
  'kube-audit': ['k8s.outcome', 'k8s.actor', 'net.peer', 'net.zones', 'event.time'],
  'vault-audit': ['vault.outcome', 'net.peer', 'net.zones'],
};

/** A small configuration and a few derived fields, enough to check rule files against. */
export const ruleContext = (lists: Readonly<Record<string, readonly string[]>> = {}): RuleContext => ({
  lists: new Map(Object.entries({ secret_readers: ['system:node:*', 'Vault'], ...lists })),
  zones: ['lan', 'pods'],
  derivedFields: (format) => FIELDS[format] ?? [],
});
