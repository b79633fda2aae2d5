import type { Config } from '../config/config.ts';
import { compileText } from '../engine/text-comparators.ts';
import type { Micros } from '../event.ts';
import { parseAddress } from '../network/address.ts';
import { holds, parseNetwork } from '../network/network.ts';
import type { Rule } from '../rules/rule.ts';
import { parseListEntry, textTest } from '../rules/text-pattern.ts';
import { exemptionsOf } from './exemptions.ts';

/** An entry of a zone or list by which some rule leaves somebody out. */
export interface AllowlistEntry {
  readonly kind: 'list' | 'zone';
  /** Of the list or zone. */
  readonly name: string;
  readonly value: string;
  readonly reason: string | undefined;
  readonly until: Micros | undefined;
  /** Rules that it exempts from. */
  readonly rules: readonly string[];
  /** Whether it stands for this name or address. */
  readonly covers: (subject: string) => boolean;
}

export const coversName = (value: string): ((subject: string) => boolean) =>
  compileText(textTest(parseListEntry(value), 'equals', true));

export const coversAddress = (cidr: string): ((subject: string) => boolean) => {
  const network = parseNetwork(cidr);
  return (subject) => {
    const address = parseAddress(subject);
    return !('problem' in network) && address !== undefined && holds(network, address);
  };
};

/** Every entry that exempts from one of the rules, in the order of the configuration. */
export const allowlistEntries = (config: Config, rules: readonly Rule[]): readonly AllowlistEntry[] => {
  const exempting = (kind: 'list' | 'zone', name: string): readonly string[] =>
    rules
      .filter((rule) =>
        exemptionsOf(rule).some((each) =>
          kind === 'list' ? each.kind === 'list' && each.name === name : each.zones.includes(name),
        ),
      )
      .map(({ code }) => code);
  const lists = [...config.lists].flatMap(([name, entries]) =>
    entries.map(({ value, reason, until }) => {
      const by = exempting('list', name);
      return { kind: 'list' as const, name, value, reason, until, rules: by, covers: coversName(value) };
    }),
  );
  const zones = config.zones.names.flatMap((name) =>
    config.zones.entries(name).map(({ cidr, reason, until }) => {
      const by = exempting('zone', name);
      return {
        kind: 'zone' as const,
        name,
        value: cidr,
        reason,
        until,
        rules: by,
        covers: coversAddress(cidr),
      };
    }),
  );
  return [...zones, ...lists].filter(({ rules: by }) => by.length > 0);
};

/** An entry counts before its end only. */
export const countsAt = ({ until }: Pick<AllowlistEntry, 'until'>, at: Micros): boolean =>
  until === undefined || at < until;
