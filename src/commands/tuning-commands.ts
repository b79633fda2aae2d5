import type { Command } from 'commander';
import { addAllowlist } from './allowlist-command.ts';
import { addConfig } from './config-command.ts';
import { addExplain } from './explain-command.ts';
import { addReport } from './report-command.ts';
import type { Shared } from './shared-options.ts';
import { addTune } from './tune-command.ts';

/** The commands with which a rule set is understood and changed. */
export const addTuningCommands = (program: Command, shared: Shared): void => {
  addExplain(program, shared);
  addReport(program, shared);
  addAllowlist(program, shared);
  addTune(program, shared);
  addConfig(program, shared);
};
