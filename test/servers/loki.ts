import { besideServers, requireBinary } from './binaries.ts';
import { freePorts } from './ports.ts';
import { answersOk } from './process.ts';
import { type RunningServer, startServer } from './server.ts';

export interface LokiOptions {
  /** Lifts the ingestion limits, for tests that push much. Everything else stays Loki's default. */
  readonly unlimitedPush?: boolean;
  /** Loki ends every tail after this time (`15s`; one hour by default). */
  readonly tailMaxDuration?: string;
  /** With `auth_enabled` every request needs X-Scope-OrgID. */
  readonly tenants?: boolean;
  /** More command line arguments (`-querier.compress-http-responses=true`). */
  readonly args?: readonly string[];
}

/** A value is `[ns, line]` or `[ns, line, structured metadata]`. */
export interface PushStream {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [
    ns: string,
    line: string,
    metadata?: Readonly<Record<string, string>>,
  ])[];
}

export interface RunningLoki extends RunningServer {
  readonly url: string;
  /** Stores lines. Throws with Loki's words when it does not take all of them. */
  push(streams: readonly PushStream[], tenant?: string): Promise<void>;
  /** Writes what is in memory to the store. */
  flush(): Promise<void>;
}

const unlimited = [
  '-distributor.ingestion-rate-limit-mb=1000',
  '-distributor.ingestion-burst-size-mb=1000',
  '-ingester.per-stream-rate-limit=1GB',
  '-ingester.per-stream-rate-limit-burst=1GB',
];

const argumentsFor = (options: LokiOptions): readonly string[] => [
  `-config.file=${besideServers('loki/loki.yaml')}`,
  '-config.expand-env=true',
  ...(options.unlimitedPush ? unlimited : []),
  ...(options.tailMaxDuration === undefined ? [] : [`-querier.tail-max-duration=${options.tailMaxDuration}`]),
  ...(options.tenants ? ['-auth.enabled=true'] : []),
  ...(options.args ?? []),
];

/** A Loki of one process on free ports of 127.0.0.1, with its data in a scratch folder. */
export const startLoki = async (options: LokiOptions = {}): Promise<RunningLoki> => {
  const command = requireBinary('loki');
  const [httpPort, grpcPort] = await freePorts(2);
  const url = `http://127.0.0.1:${httpPort}`;
  const server = await startServer('loki', (folder) => ({
    command,
    args: argumentsFor(options),
    env: { LOKI_DIR: folder, LOKI_PORT: String(httpPort), LOKI_GRPC_PORT: String(grpcPort) },
    ready: answersOk(`${url}/ready`),
    readyWithinMs: 40_000,
  }));
  const post = async (path: string, body?: unknown, tenant?: string): Promise<void> => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(tenant === undefined ? {} : { 'X-Scope-OrgID': tenant }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.status === 204) return;
    throw new Error(`loki answered ${path} with ${response.status}: ${await response.text()}`);
  };
  return {
    ...server,
    url,
    push: (streams, tenant) => post('/loki/api/v1/push', { streams }, tenant),
    flush: () => post('/flush'),
  };
};
