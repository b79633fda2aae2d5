import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/config.ts';
import { listValues } from '../../src/config/lists.ts';
import { createKubeAudit } from '../../src/decoders/kube-audit.ts';
import { createSshd } from '../../src/decoders/sshd.ts';
import { createVaultAudit } from '../../src/decoders/vault-audit.ts';
import { loadRules } from '../../src/rules/load.ts';
import type { Rule } from '../../src/rules/rule.ts';

const ROOT = join(import.meta.dirname, '../..');

const EXAMPLE = join(ROOT, 'examples/detector.yaml');

/** The rules of some folders below `rules/`, with the lists and zones of the shipped example. */
export const shippedRules = (...folders: readonly string[]): readonly Rule[] => {
  const config = loadConfig([{ path: EXAMPLE, text: readFileSync(EXAMPLE, 'utf8') }], {});
  const context = { zones: config.zones, trustedProxies: config.trustedProxies };
  const decoders = [createKubeAudit(context), createVaultAudit(context), createSshd(context)];
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, 'rules', folder)).map((name) => {
      const path = join('rules', folder, name);
      return { path, text: readFileSync(join(ROOT, path), 'utf8') };
    }),
  );
  return loadRules(files, {
    lists: listValues(config.lists),
    zones: config.zones.names,
    derivedFields: (format) => Object.keys(decoders.find((each) => each.format === format)?.fields ?? {}),
  });
};
