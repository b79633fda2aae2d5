import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export const EXECUTABLE = join(ROOT, 'dist/cli.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface DetectorOptions {
  /** Written to standard input. */
  readonly input?: string | Buffer;
  /** A shell command in which `$DETECTOR` is the executable, in place of the arguments alone. */
  readonly shell?: string;
}

/** Runs the real executable as a child process; `built.ts` has built it. */
export const detector = (
  args: readonly string[],
  { input = '', shell }: DetectorOptions = {},
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const env = {
      ...process.env,
      COLUMNS: '100',
      NO_COLOR: '1',
      DETECTOR: `${process.execPath} ${EXECUTABLE}`,
    };
    const child =
      shell === undefined
        ? spawn(process.execPath, [EXECUTABLE, ...args], { cwd: ROOT, env })
        : spawn('bash', ['-c', `set -o pipefail; ${shell}`, 'bash', ...args], { cwd: ROOT, env });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    // a child that ends before it has read all is no failure of the test
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });

/** One audit line of a shell in the namespace vault: a finding of K4. */
export const shellLine = (id: number, changes: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    stage: 'ResponseStarted',
    requestURI: `/api/v1/namespaces/vault/pods/vault-${id}/exec?command=sh`,
    verb: 'get',
    user: { username: 'dana@example.org', groups: ['system:authenticated'] },
    sourceIPs: ['10.0.20.5'],
    userAgent: 'kubectl/v1.35.4',
    objectRef: {
      resource: 'pods',
      namespace: 'vault',
      name: `vault-${id}`,
      apiVersion: 'v1',
      subresource: 'exec',
    },
    responseStatus: { metadata: {}, code: 101 },
    requestReceivedTimestamp: new Date(Date.UTC(2026, 10, 20, 8) + id * 1000).toISOString(),
    stageTimestamp: new Date(Date.UTC(2026, 10, 20, 8) + id * 1000 + 5).toISOString(),
    ...changes,
  });
