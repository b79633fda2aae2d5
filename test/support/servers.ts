import { spawnSync } from 'node:child_process';
import { besideServers, serversAreRequired } from '../servers/binaries.ts';

/**
 * Where the servers are required, they are installed before the tests: the ordinary test command is all that CI
 * needs. What cannot be installed is named here, and the tests that need it fail.
 */
export function setup(): void {
  if (serversAreRequired()) spawnSync(besideServers('install.sh'), { stdio: 'inherit' });
}
