import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { startLoop } from '../loop.ts';
import { parseAddress } from '../network/address.ts';
import { parseNetwork } from '../network/network.ts';
import { createPrefixIndex, type PrefixIndex } from '../network/prefix-index.ts';
import type { Meta } from '../state/meta.ts';
import type { ZoneEntry } from '../zones.ts';
import type { HeadscaleClient } from './client.ts';
import { describeNode, type Node } from './nodes.ts';

/** The nodes of the tailnet, as Headscale last told them. */
export interface Tailnet {
  /** One for each address of each node. An expired node counts for events before its end only. */
  readonly entries: readonly ZoneEntry[];
  /** `laptop-3 of viktor`; for an address behind a subnet router, which router that is. */
  nodeOf(address: string): string | undefined;
  status(): TailnetStatus;
  /** Resolves after the first attempt. */
  readonly ready: Promise<void>;
  refresh(): void;
  close(): Promise<void>;
}

export interface TailnetStatus {
  readonly nodes: number;
  /** When the list that is in use was told; undefined while there is none. */
  readonly listedMs: number | undefined;
  /** Why it is not newer. */
  readonly problem: string | undefined;
  readonly keyExpiresMs: number | undefined;
}

export interface TailnetOptions {
  readonly client: HeadscaleClient;
  /** Keeps the last good list over restarts. */
  readonly meta: Meta;
  readonly clock: Clock;
  readonly refreshMs: number;
  /** Other nodes, addresses or ends than before: zones have to be made anew. */
  readonly onChange: (entries: readonly ZoneEntry[]) => void;
}

const KEY = 'headscale-nodes';
const KEY_CHECK_MS = 3_600_000;

interface Listed {
  readonly nodes: readonly Node[];
  readonly entries: readonly ZoneEntry[];
  readonly index: PrefixIndex<string>;
}

export function startTailnet({ client, meta, clock, refreshMs, onChange }: TailnetOptions): Tailnet {
  const kept = readKept(meta);
  let listed = listOf(kept?.nodes ?? []);
  let listedMs = kept?.savedMs;
  let problem: string | undefined;
  let keyExpiresMs: number | undefined;
  let keyCheckedMs = Number.NEGATIVE_INFINITY;
  let settle: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    settle = resolve;
  });

  const use = (nodes: readonly Node[]): void => {
    const next = listOf(nodes);
    const changed = JSON.stringify(next.entries) !== JSON.stringify(listed.entries);
    listed = next;
    listedMs = clock.now();
    meta.write(KEY, nodes, listedMs);
    if (changed) onChange(next.entries);
  };

  const round = async (signal: AbortSignal): Promise<void> => {
    const nodes = await client.nodes(signal);
    // A tailnet without a single node is an answer from the wrong server, or of one that lost its database.
    if (nodes.every(({ addresses }) => addresses.length === 0))
      throw new Error('Headscale lists no node with an address; the last list stays in use');
    use(nodes);
    problem = undefined;
    if (clock.now() - keyCheckedMs < KEY_CHECK_MS) return;
    keyCheckedMs = clock.now();
    // Some versions do not let an API key list keys: no reason to distrust the nodes.
    keyExpiresMs = await client.keyExpiresMs(signal).catch(() => keyExpiresMs);
  };

  const failed = (error: unknown): void => {
    problem = error instanceof Error ? error.message : String(error);
  };

  const loop = startLoop(
    async (signal) => {
      await round(signal).catch(failed);
      settle();
    },
    { clock, everyMs: refreshMs, onError: failed },
  );
  if (listed.entries.length > 0) onChange(listed.entries);
  return {
    get entries() {
      return listed.entries;
    },
    nodeOf: (address) => {
      const parsed = parseAddress(address);
      return parsed === undefined ? undefined : listed.index.holding(parsed).at(-1);
    },
    status: () => ({ nodes: listed.nodes.length, listedMs, problem, keyExpiresMs }),
    ready,
    refresh: () => loop.wake(),
    close: () => loop.close(),
  };
}

function listOf(nodes: readonly Node[]): Listed {
  const entries = nodes.flatMap((node) =>
    node.addresses.map((cidr): ZoneEntry => ({ cidr, reason: describeNode(node), until: node.expires })),
  );
  // Routes are for telling where an address is, never for trusting it: whole networks stand behind them.
  const routes = nodes.flatMap((node) =>
    node.routes.map((cidr) => [cidr, `behind the subnet router ${describeNode(node)}`] as const),
  );
  const own = entries.map(({ cidr, reason }) => [cidr, reason ?? ''] as const);
  const index = createPrefixIndex(
    [...routes, ...own].flatMap(([cidr, text]) => {
      const network = parseNetwork(cidr);
      return 'problem' in network ? [] : [[network, text] as const];
    }),
  );
  return { nodes, entries, index };
}

const keptSchema = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    user: z.string().optional(),
    tags: z.array(z.string()),
    addresses: z.array(z.string()),
    routes: z.array(z.string()),
    expires: z.number().optional(),
  }),
);

function readKept(meta: Meta): { readonly nodes: readonly Node[]; readonly savedMs: number } | undefined {
  const kept = meta.read(KEY);
  const read = keptSchema.safeParse(kept?.value);
  if (kept === undefined || !read.success) return undefined;
  return {
    savedMs: kept.savedMs,
    nodes: read.data.map((node) => ({ ...node, user: node.user, expires: node.expires })),
  };
}
