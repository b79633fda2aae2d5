import { accessSync, constants, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type ServerName =
  | 'loki'
  | 'alertmanager'
  | 'headscale'
  | 'promtool'
  | 'helm'
  | 'kustomize'
  | 'manifests';

const here = fileURLToPath(new URL('.', import.meta.url));
const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'detector-servers');

export const installCommand = 'test/servers/install.sh';

/** A file of this folder: configurations and the installer lie beside the code. */
export const besideServers = (name: string): string => join(here, name);

/** The version that `<folder>/go.mod` pins, so that it stands in one place only. */
const pinned = (folder: string, module: string): string => {
  const goMod = readFileSync(besideServers(`${folder}/go.mod`), 'utf8');
  const line = goMod.split('\n').find((candidate) => candidate.trim().startsWith(`${module} v`));
  const version = line?.trim().split(' ')[1];
  if (version === undefined) throw new Error(`test/servers/${folder}/go.mod does not require ${module}`);
  return version.slice(1);
};

const built = (folder: string, module: string, binary: string): readonly string[] => [
  join(cache, `${folder}-${pinned(folder, module)}`, binary),
];

const inPath = (binary: string): readonly string[] =>
  (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, binary));

const candidates: Record<ServerName | 'logcli', () => readonly string[]> = {
  loki: () => built('loki', 'github.com/grafana/loki/v3', 'loki'),
  logcli: () => built('loki', 'github.com/grafana/loki/v3', 'logcli'),
  headscale: () => built('headscale', 'github.com/juanfont/headscale', 'headscale'),
  helm: () => built('kubernetes', 'helm.sh/helm/v3', 'helm'),
  kustomize: () => built('kubernetes', 'helm.sh/helm/v3', 'kustomize'),
  manifests: () => built('kubernetes', 'helm.sh/helm/v3', 'manifests'),
  alertmanager: () => inPath('prometheus-alertmanager'),
  promtool: () => inPath('promtool'),
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Where the installer has put a program, or undefined. */
export const findBinary = (name: ServerName | 'logcli'): string | undefined =>
  candidates[name]().find(isExecutable);

/** As `findBinary`; throws with the command that installs it. */
export const requireBinary = (name: ServerName | 'logcli'): string => {
  const path = findBinary(name);
  if (path === undefined) throw new Error(`${name} is not installed: run ${installCommand}`);
  return path;
};

/** Under these a missing server fails the tests that need it: CI must not pass by skipping. */
export const serversAreRequired = (env: NodeJS.ProcessEnv = process.env): boolean =>
  env['DETECTOR_REQUIRE_SERVERS'] === '1' || env['CI'] === 'true';
