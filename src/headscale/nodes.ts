import { z } from 'zod';
import type { Micros } from '../event.ts';
import { formatAddress, parseAddress } from '../network/address.ts';
import { formatNetwork, parseNetwork } from '../network/network.ts';
import { parseRfc3339 } from '../time.ts';

/** A machine of the tailnet. Holds none of the keys that Headscale's answer carries. */
export interface Node {
  readonly id: string;
  readonly name: string;
  /** Undefined for a tagged node: it belongs to nobody. */
  readonly user: string | undefined;
  readonly tags: readonly string[];
  readonly addresses: readonly string[];
  /** Networks that it may speak for; those of an exit node (everything) are left out. */
  readonly routes: readonly string[];
  /** Undefined: never. */
  readonly expires: Micros | undefined;
}

const names = z.array(z.string()).nullish();

/** Versions 0.22 to 0.30: what one has and another lacks is optional, what all have is not. */
const nodeSchema = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  name: z.string().default(''),
  givenName: z.string().nullish(),
  user: z.object({ name: z.string().nullish(), displayName: z.string().nullish() }).nullish(),
  ipAddresses: z.array(z.string()),
  expiry: z.string().nullish(),
  // 0.28 and later
  tags: names,
  // before
  validTags: names,
  forcedTags: names,
  // 0.26 and later
  approvedRoutes: names,
});

const listSchema = z.object({
  nodes: z.array(z.unknown()).optional(),
  machines: z.array(z.unknown()).optional(),
});

/** Since 0.28 the owner of every tagged node. */
const NOBODY = 'tagged-devices';
const LONGEST_NAME = 100;

export interface NodeList {
  readonly nodes: readonly Node[];
  /** Before 0.26 the nodes do not say which routes they have. */
  readonly routesElsewhere: boolean;
}

/** Reads a list of nodes (0.23 and later) or machines (before). Throws when it is none, or when one of them is unreadable. */
export function readNodes(body: unknown): NodeList {
  const { nodes, machines } = listSchema.parse(body);
  const list = nodes ?? machines;
  if (list === undefined) throw new Error('neither nodes nor machines in the answer');
  const read = list.map((item) => nodeSchema.parse(item));
  return {
    nodes: read.map(nodeOf),
    routesElsewhere: read.length > 0 && read.every(({ approvedRoutes }) => approvedRoutes === undefined),
  };
}

function nodeOf(given: z.output<typeof nodeSchema>): Node {
  const tags = [...(given.tags ?? []), ...(given.forcedTags ?? []), ...(given.validTags ?? [])];
  const owner = given.user?.name || given.user?.displayName || undefined;
  return {
    id: given.id,
    name: (given.givenName || given.name).slice(0, LONGEST_NAME),
    user: owner === NOBODY || tags.length > 0 ? undefined : owner?.slice(0, LONGEST_NAME),
    tags: [...new Set(tags)].slice(0, 20),
    // Single addresses only: a network here would trust more than one machine.
    addresses: given.ipAddresses.flatMap(canonicalAddress),
    routes: (given.approvedRoutes ?? []).flatMap(canonicalRoute),
    expires: expiryOf(given.expiry),
  };
}

function canonicalAddress(text: string): readonly string[] {
  const address = parseAddress(text);
  return address === undefined ? [] : [formatAddress(address)];
}

export function canonicalRoute(text: string): readonly string[] {
  const network = parseNetwork(text);
  return 'problem' in network || network.prefix === 0 ? [] : [formatNetwork(network)];
}

/** The zero time means none; nodes that never expire carry it until 0.29. */
function expiryOf(text: string | null | undefined): Micros | undefined {
  if (text === null || text === undefined || text.startsWith('0001-')) return undefined;
  return parseRfc3339(text);
}

const routesSchema = z.object({
  routes: z.array(
    z.object({
      prefix: z.string(),
      enabled: z.boolean().default(false),
      node: z.object({ id: z.union([z.string(), z.number()]) }).nullish(),
      machine: z.object({ id: z.union([z.string(), z.number()]) }).nullish(),
    }),
  ),
});

/** `nodes` with the enabled routes of `/api/v1/routes`, where versions before 0.26 keep them. */
export function withRoutes(nodes: readonly Node[], body: unknown): readonly Node[] {
  const byNode = new Map<string, string[]>();
  for (const { prefix, enabled, node, machine } of routesSchema.parse(body).routes) {
    const id = node?.id ?? machine?.id;
    if (!enabled || id === undefined) continue;
    byNode.set(String(id), [...(byNode.get(String(id)) ?? []), ...canonicalRoute(prefix)]);
  }
  return nodes.map((node) => ({ ...node, routes: byNode.get(node.id) ?? node.routes }));
}

/** `laptop-3 of viktor`, `gw-1 (tag:router)`. */
export function describeNode({ name, user, tags }: Node): string {
  if (user !== undefined) return `${name} of ${user}`;
  return tags.length > 0 ? `${name} (${tags.slice(0, 3).join(', ')})` : name;
}
