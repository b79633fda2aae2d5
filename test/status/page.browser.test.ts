import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECOND } from '../../src/event.ts';
import { renderStatus, type Status, worries } from '../../src/status/page.ts';
import { noBrowser, openBrowser } from '../support/browser.ts';
import { HOSTILE_MARKUP } from '../support/hostile-markup.ts';
import { aFinding, TEN } from '../support/told.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const well: Status = {
  now: TEN,
  started: TEN - 86_400 * SECOND,
  version: '0.1.0',
  rules: 'abc123',
  ready: true,
  today: { critical: 2, warning: 5, info: 0 },
  recent: [aFinding()],
  streams: [{ name: 'kube-audit', lines: 1200, lastEvent: TEN, lagSeconds: 3, gaps: [], problem: undefined }],
  coverage: [{ rule: 'K2', title: 'Token', state: 'ok', why: '' }],
  silences: [{ id: '1', matchers: 'rule="K4"', until: TEN, by: 'dana', reason: 'maintenance' }],
  delivery: [{ name: 'Slack', waiting: 0, oldestSeconds: undefined, lastDelivered: TEN, problem: undefined }],
  allowlists: [{ name: 'tailnet', entries: 12, refreshed: TEN - 60 * SECOND, problem: undefined }],
};

const hostile: Status = {
  ...well,
  recent: [aFinding({ summary: HOSTILE_MARKUP })],
  streams: [
    {
      name: HOSTILE_MARKUP,
      lines: 1,
      lastEvent: undefined,
      lagSeconds: 4000,
      gaps: [{ from: TEN, to: TEN }],
      problem: HOSTILE_MARKUP,
    },
  ],
  silences: [{ id: '1', matchers: HOSTILE_MARKUP, until: TEN, by: HOSTILE_MARKUP, reason: HOSTILE_MARKUP }],
};

let browser: Browser;
beforeAll(async () => {
  if (noBrowser === undefined) browser = await openBrowser();
});
afterAll(() => browser?.close());

describe('worries', () => {
  it('has none while all is well, and names gaps, blind rules and whoever cannot be told', () => {
    expect(worries(well)).toEqual([]);
    const [stream] = well.streams;
    const [sink] = well.delivery;
    if (stream === undefined || sink === undefined) throw new Error('no example');
    const status: Status = {
      ...well,
      ready: false,
      streams: [{ ...stream, gaps: [{ from: TEN, to: TEN }] }],
      delivery: [{ ...sink, problem: 'channel_not_found' }],
      coverage: [{ rule: 'K7', title: 'x', state: 'blind', why: 'no bodies' }],
    };
    expect(worries(status)).toEqual([
      'not ready: it has not caught up yet',
      'stream kube-audit: 1 gaps that were not evaluated',
      'Slack: channel_not_found',
      'K7 is blind: no bodies',
    ]);
  });
});

describe.skipIf(noBrowser !== undefined)('the status page in Chromium', () => {
  it.each(['light', 'dark'] as const)(
    'has no axe violation in the %s theme, and loads nothing',
    async (colorScheme) => {
      const page = await browser.newPage({ colorScheme });
      const trouble: string[] = [];
      page.on('console', (message) => trouble.push(message.text()));
      await page.setContent(renderStatus(hostile));
      await page.evaluate(AXE);
      const found = await page.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))',
      );
      expect(found).toEqual([]);
      expect(trouble).toEqual([]);
    },
  );

  it('says everything without scripts, and what others wrote as text', async () => {
    const page = await browser.newPage({ javaScriptEnabled: false });
    await page.setContent(renderStatus(hostile));
    const text = String(await page.locator('main').textContent());
    expect(text).toContain("<script>document.title = 'owned'</script>");
    expect(text).toContain('Needs attention');
    expect(text).not.toMatch(/[\u202e\u001b\u200b]/);
    expect(await page.locator('img, iframe, [onerror], [onclick]').count()).toBe(0);
    expect(await page.locator('#theme').isVisible()).toBe(false);
  });
});
