import { defineConfig } from 'vitest/config';

const serverTests = 'test/**/*.servers.test.ts';

export default defineConfig({
  test: {
    reporters: ['default', './test/support/closing-line.ts'],
    globalSetup: ['./test/support/build.ts', './test/support/servers.ts'],
    // The projects do not extend this file: each would run the global setup again.
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [serverTests],
          testTimeout: 30_000,
        },
      },
      {
        // Real servers need the machine for themselves: one file at a time, after the others.
        test: {
          name: 'servers',
          include: [serverTests],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
