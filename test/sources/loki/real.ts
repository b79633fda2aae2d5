import { wallClock } from '../../../src/clock.ts';
import { type AccessSettings, createHttpAccess } from '../../../src/http-access.ts';
import { createBudget, defaultBudget } from '../../../src/sources/loki/budget.ts';
import { createLokiClient, type LokiClient } from '../../../src/sources/loki/client.ts';
import { connectTo, type LokiConnection } from '../../../src/sources/loki/connection.ts';

export interface TestAddress {
  readonly url: string;
  readonly tenant?: string;
  readonly access?: AccessSettings;
}

export const connectionTo = ({ url, tenant, access = {} }: TestAddress): LokiConnection =>
  connectTo({ url, tenant, access: createHttpAccess(access, {}) });

/** A client as the program makes it, but with as many queries as it likes: tests page in tiny steps. */
export const clientFor = (address: TestAddress, timeoutMs?: number): LokiClient =>
  createLokiClient({
    connection: connectionTo(address),
    budget: createBudget({ ...defaultBudget, perMinute: 100_000 }, wallClock),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
