import type { Command } from 'commander';
import { addExplain } from './explain-command.ts';
import { addReport } from './report-command.ts';
import type { Shared } from './shared-options.ts';

/** The commands with which a rule set is understood and changed. */
export const addTuningCommands = (program: Command, shared: Shared): void => {
  addExplain(program, shared);
  addReport(program, shared);
};
