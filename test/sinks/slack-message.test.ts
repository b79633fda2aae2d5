import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openRecord } from '../../src/alerts/record.ts';
import { renderBurst } from '../../src/sinks/slack-burst.ts';
import { type AlertView, fits, renderAlert } from '../../src/sinks/slack-message.ts';
import { slackCode, slackCodeBlock, slackText } from '../../src/sinks/slack-text.ts';
import { UNPRINTABLE } from '../../src/unprintable.ts';
import { anyText, anyTold, aTold } from '../support/told.ts';

const context = {
  links: { logs: () => undefined, runbook: () => undefined, silence: () => undefined },
  nodeOf: () => undefined,
};

const viewOf = (told: ReturnType<typeof aTold>): AlertView => ({
  record: openRecord(told, 0),
  reason: 'new',
  labels: {},
  first: true,
  suspect: false,
  meantFor: undefined,
});

/** All text that Slack reads as markup or shows. */
function textsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'text' && typeof item === 'string' ? [item] : textsIn(item),
  );
}

/** Our own: `<!date^…>` with a number and our own format. */
const withoutDates = (text: string): string =>
  text.replace(/<!date\^\d+\^\{date_short_pretty\} \{time_secs\}\|[0-9: UTC-]+>/g, '');

const HOSTILE = [
  '<!channel> <@U012345> <https://evil.example|click>',
  '&lt;!channel&gt;',
  '```\n*bold* `code`\n```',
  '\u202Egnp.exe\u200B\u0000\u001b[31m',
  'a'.repeat(100_000),
  '<'.repeat(20_000),
  '𝒳'.repeat(5_000),
];

test.each(HOSTILE.map((text) => ({ name: JSON.stringify(text.slice(0, 30)), text })))(
  '$name mentions nobody, links nowhere and stays within the limits',
  ({ text }) => {
    const told = aTold({
      summary: text,
      actor: text,
      object: text,
      title: text,
      peer: text,
      zones: [text],
      stream: text,
      evidence: Array.from({ length: 5 }, () => ({ time: 0, file: text, line: 1, text })),
    });
    const { text: fallback, blocks, level } = renderAlert(viewOf(told), context);
    expect(level).not.toBe('plain');
    expect(fits(blocks)).toBe(true);
    expect(fallback.length).toBeLessThan(4_000);
    for (const shown of [fallback, ...textsIn(blocks).slice(1)].map(withoutDates)) {
      expect(shown).not.toMatch(/[<>]/);
      expect(shown.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
    }
  },
);

test('whatever a finding holds, its message can be posted', () => {
  fc.assert(
    fc.property(anyTold, ({ finding }) => {
      const { text, blocks } = renderAlert(viewOf(aTold(finding)), context);
      expect(fits(blocks)).toBe(true);
      expect(text.length).toBeLessThan(4_000);
      for (const shown of [text, ...textsIn(blocks).slice(1)].map(withoutDates)) {
        expect(shown).not.toMatch(/[<>]/);
        expect(shown.length).toBeLessThanOrEqual(3_000);
      }
    }),
  );
});

test('text is cut between characters, and no escape is torn apart', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 4, max: 60 }), (text, longest) => {
      for (const shown of [slackText(text, longest), slackCode(text, longest)]) {
        expect(shown.length).toBeLessThanOrEqual(longest);
        expect(shown).not.toMatch(/\p{Surrogate}/u);
        expect(shown.replace(/&(?:amp|lt|gt);/g, '')).not.toMatch(/[<>&]/);
      }
    }),
  );
});

test('code cannot be ended from within', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(slackCode(text, 200).slice(1, -1)).not.toContain('`');
      expect(slackCodeBlock([text], 200).slice(3, -3)).not.toContain('`');
    }),
  );
});

test('a burst has a line for each actor, whatever they are called', () => {
  const names = Array.from({ length: 25 }, (_, index) => `${index}-${'<&`'.repeat(40)}`);
  const rendered = renderBurst(
    names.map((actor) => viewOf(aTold({ actor, object: 'x'.repeat(300), peer: '2001:db8::1' }))),
    context,
  );
  expect(fits(rendered.blocks)).toBe(true);
  const lines = textsIn(rendered.blocks)
    .join('\n')
    .split('\n')
    .filter((line) => line.startsWith('•'));
  expect(lines).toHaveLength(25);
});

test('who owns an address, and how sure we are, is said', () => {
  const view = viewOf(aTold({ verified: false, zones: [], peer: '100.64.0.1' }));
  const { blocks } = renderAlert(view, { ...context, nodeOf: () => 'laptop-3 of viktor' });
  const shown = textsIn(blocks).join('\n');
  expect(shown).toContain('`100.64.0.1` (laptop-3 of viktor, in no known zone)');
  expect(shown).toContain('Not certain');
});
