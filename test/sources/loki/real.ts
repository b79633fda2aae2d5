import { wallClock } from '../../../src/clock.ts';
import { createBudget, defaultBudget } from '../../../src/sources/loki/budget.ts';
import { createLokiClient, type LokiClient } from '../../../src/sources/loki/client.ts';
import { connectTo, type LokiAddress } from '../../../src/sources/loki/connection.ts';

/** A client as the program makes it, but with as many queries as it likes: tests page in tiny steps. */
export const clientFor = (address: LokiAddress, timeoutMs?: number): LokiClient =>
  createLokiClient({
    connection: connectTo(address),
    budget: createBudget({ ...defaultBudget, perMinute: 100_000 }, wallClock),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
