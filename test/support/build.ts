import { execFileSync } from 'node:child_process';

/** Tests of the command line run the real executable, so it is built once before them. */
export function setup(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}
