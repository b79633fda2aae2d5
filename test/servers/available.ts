import { describe, test } from 'vitest';
import { findBinary, installCommand, type ServerName, serversAreRequired } from './binaries.ts';

/**
 * `describe` for tests that talk to real servers. Where one is not installed, the whole block is one skipped
 * test whose line names the server and the command that installs it.
 */
export const describeWithServers = (
  servers: readonly ServerName[],
  name: string,
  define: () => void,
): void => {
  const missing = servers.filter((server) => findBinary(server) === undefined);
  if (missing.length === 0) {
    describe(name, define);
    return;
  }
  const reason = `${missing.join(' and ')} not installed: run ${installCommand}`;
  test(name, (context) => {
    if (serversAreRequired()) throw new Error(reason);
    context.skip(reason);
  });
};
