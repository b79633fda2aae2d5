import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Told } from '../../src/alert.ts';
import { load } from '../../src/commands/load.ts';
import { SECOND } from '../../src/event.ts';
import { renderReport } from '../../src/report/report.ts';
import { noBrowser, openBrowser } from '../support/browser.ts';
import { HOSTILE_MARKUP as HOSTILE } from '../support/hostile-markup.ts';
import { aSummary, aTold, TEN } from '../support/told.ts';

const folder = mkdtempSync(join(tmpdir(), 'detector-report-'));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
beforeAll(async () => {
  if (noBrowser === undefined) browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

const { rules } = await load({ config: [], rules: [], env: {}, orExample: true });

const severities = ['critical', 'warning', 'info'] as const;
const codes = ['K2', 'K3', 'K4', 'K9', 'S1', 'V5'];

const many = (count: number): readonly Told[] =>
  Array.from({ length: count }, (_, at) =>
    aTold(
      {
        id: `id${at}`,
        rule: codes[at % codes.length] ?? 'K2',
        severity: severities[at % 3] ?? 'info',
        time: TEN + at * 60 * SECOND,
        actor: `actor-${at % 40}@example.org`,
        peer: `203.0.113.${at % 200}`,
        summary: `finding number ${at} of actor-${at % 40}`,
      },
      { state: at % 4 === 0 ? 'new' : 'repeat' },
    ),
  );

interface Opened {
  readonly page: Page;
  /** What the page asked the network for, and what went wrong in it. */
  readonly trouble: readonly string[];
}

let files = 0;
const open = async (tolds: readonly Told[], colorScheme: 'light' | 'dark' = 'light'): Promise<Opened> => {
  const file = join(folder, `${++files}.html`);
  const range = { first: TEN, last: TEN + 86_400 * SECOND };
  const ownerOf = () => HOSTILE;
  writeFileSync(file, renderReport({ tolds, rules, summary: aSummary({ range }), ownerOf }));
  const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 900 } });
  const trouble: string[] = [];
  page.on('console', (message) => trouble.push(message.text()));
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('dialog', (dialog) => trouble.push(`dialog ${dialog.message()}`));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) trouble.push(request.url());
  });
  await page.goto(pathToFileURL(file).href);
  return { page, trouble };
};

/** Waits until the result line starts with `text`. */
const shows = (page: Page, text: string) =>
  page
    .locator('#result')
    .filter({ hasText: new RegExp(`^${text}`) })
    .waitFor();

const resultOf = (page: Page) => page.locator('#result').textContent();

describe.skipIf(noBrowser !== undefined)('the report in Chromium', () => {
  it('draws the timeline, asks the network for nothing and breaks no rule of its policy', async () => {
    const { page, trouble } = await open(many(500));
    expect(await page.locator('#chart canvas').count()).toBe(1);
    expect(await page.locator('#rules svg rect').count()).toBeGreaterThan(50);
    expect(await resultOf(page)).toBe('500 of 500 findings');
    expect(trouble).toEqual([]);
  });

  it('searches, filters by severity, rule and time, and clears', async () => {
    const { page } = await open(many(600));
    await page.fill('#search', 'ID599 actor');
    await shows(page, '1 of');
    await page.click('button[type=reset]');
    await shows(page, '600 of');
    await page.uncheck('[value=warning]');
    await page.uncheck('[value=info]');
    await shows(page, '200 of');
    await page.selectOption('#rule', 'K2');
    await shows(page, '100 of');
    await page.fill('#from', '2026-11-20 10:00');
    await page.fill('#to', '2026-11-20 10:30');
    await shows(page, '5 of');
    expect(await page.locator('#list tbody tr').count()).toBe(5);
  });

  it('opens the evidence of a finding with the keyboard, and finds by an actor of the table', async () => {
    const { page } = await open(many(100));
    await page.locator('#list summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('#list pre').first().textContent()).toContain('audit.jsonl:7');
    await page.locator('#actors button.find').first().press('Enter');
    expect(await page.inputValue('#search')).toMatch(/^actor-/);
    expect(await page.evaluate('document.activeElement.id')).toBe('search');
  });

  it('shows the findings of a time that is dragged over', async () => {
    const { page } = await open(many(600));
    const box = await page.locator('#chart .u-over').boundingBox();
    if (box === null) throw new Error('no chart');
    await page.mouse.move(box.x + box.width * 0.2, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 50, { steps: 5 });
    await page.mouse.up();
    expect(await page.inputValue('#from')).toMatch(/^2026-11-20 /);
    expect(Number((await resultOf(page))?.split(' ')[0])).toBeLessThan(400);
  });

  it.each(['light', 'dark'] as const)('has no axe violation in the %s theme', async (scheme) => {
    const { page } = await open(many(200), scheme);
    await page.locator('#list summary').first().click();
    // evaluate is the debugger's, which the page's policy does not bind
    await page.evaluate(AXE);
    const found = await page.evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))',
    );
    expect(found).toEqual([]);
  });

  it('changes its theme by the button', async () => {
    const { page } = await open(many(10));
    const colour = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await colour();
    await page.click('#theme');
    expect(await colour()).not.toBe(light);
    expect(await page.locator('#chart canvas').count()).toBe(1);
  });

  it('holds 50,000 findings: shows a page of them, searches and turns pages', async () => {
    const { page, trouble } = await open(many(50_000));
    expect(await resultOf(page)).toBe('50,000 of 50,000 findings');
    expect(await page.locator('#list tbody tr').count()).toBe(50);
    await page.click('#next');
    expect(await page.locator('#page').textContent()).toBe('Page 2 of 1,000');
    await page.fill('#search', 'number 49999 ');
    await shows(page, '1 of');
    expect(trouble).toEqual([]);
  });

  it('shows what an attacker wrote as text, everywhere', async () => {
    const hostile = {
      actor: HOSTILE,
      peer: HOSTILE,
      object: HOSTILE,
      stream: HOSTILE,
      summary: HOSTILE,
      title: HOSTILE,
      zones: [HOSTILE],
      evidence: [{ time: TEN, file: HOSTILE, line: 1, text: HOSTILE }],
    };
    const { page, trouble } = await open([aTold(hostile)]);
    await page.locator('#list summary').first().click();
    const text = String(await page.locator('main').textContent()).replace(/\s+/g, ' ');
    expect(text.match(/<script>document\.title = 'owned'<\/script>/g)?.length).toBeGreaterThan(5);
    expect(text).not.toMatch(/[\u202e\u001b\u200b]/);
    expect(await page.title()).toBe('Detection report');
    expect(await page.locator('img, iframe, [onerror], [onclick]').count()).toBe(0);
    expect(trouble).toEqual([]);
  });

  it('says the essentials without scripts', async () => {
    const file = join(folder, 'plain.html');
    const ownerOf = () => undefined;
    writeFileSync(file, renderReport({ tolds: many(20), rules, summary: aSummary({}), ownerOf }));
    const page = await browser.newPage({ javaScriptEnabled: false });
    await page.goto(pathToFileURL(file).href);
    expect(await page.locator('#list tbody tr').count()).toBe(20);
    expect(await page.locator('#filter').isVisible()).toBe(false);
  });
});
