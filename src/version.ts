import { readFileSync } from 'node:fs';

/** The version of package.json, which stands beside `dist/` and `src/` alike. */
export const version: string = readVersion();

function readVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const found =
    typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined;
  return String(found ?? 'unknown');
}
