#!/usr/bin/env node
import { createProgram } from './commands/program.ts';
import { runMain } from './commands/main.ts';

process.exitCode = await runMain(createProgram, process);
