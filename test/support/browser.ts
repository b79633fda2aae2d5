import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const executable = [process.env['DETECTOR_CHROMIUM'] ?? '', ...PATHS].find(
  (path) => path !== '' && existsSync(path),
);

const required = (process.env['CI'] ?? process.env['DETECTOR_REQUIRE_SERVERS'] ?? '') !== '';

/** Why tests with a browser skip on this machine; where servers are required a missing one is a failure. */
export const noBrowser: string | undefined =
  executable === undefined && !required
    ? 'no Chromium (test/servers/install.sh installs it; DETECTOR_CHROMIUM names it)'
    : undefined;

if (noBrowser !== undefined) process.stderr.write(`skipped tests in a browser: ${noBrowser}\n`);

export const openBrowser = (): Promise<Browser> => {
  if (executable === undefined) throw new Error('Chromium is required and not installed');
  return chromium.launch({
    executablePath: executable,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
};
