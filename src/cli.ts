#!/usr/bin/env node
import { runMain } from './commands/main.ts';
import { createProgram } from './commands/program.ts';

process.exitCode = await runMain(createProgram, process);
