import type { Format } from '../event.ts';
import type { DecodeContext, Decoder } from './decoder.ts';
import { createJson } from './json.ts';
import { createKubeAudit } from './kube-audit.ts';
import { createNetfilter } from './netfilter.ts';
import { createPf } from './pf.ts';
import { createPipeline } from './pipeline.ts';
import { createSshd } from './sshd.ts';
import { createVaultAudit } from './vault-audit.ts';
import { createVlmcsd } from './vlmcsd.ts';

/** The table of decoders: a new format is one file and one line here. */
export const createDecoders = (context: DecodeContext): ReadonlyMap<Format, Decoder> =>
  new Map(
    [
      createKubeAudit(context),
      createVaultAudit(context),
      createSshd(context),
      createNetfilter(context),
      createPf(context),
      createVlmcsd(context),
      createJson(),
      createPipeline(),
    ].map((decoder) => [decoder.format, decoder] as const),
  );
