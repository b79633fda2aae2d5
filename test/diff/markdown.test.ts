import { describe, expect, it } from 'vitest';
import { markdown } from '../../src/diff/markdown.ts';
import { aFinding } from '../support/told.ts';

describe('markdown of a comparison', () => {
  it('shows what a log says as text: no link, mention, image, HTML, table cell, control or way out of the fence', () => {
    const hostile = '<img src=x> [a](http://evil) @team | # x ```\n```js\u001b[31m\u202e ![i](j)';
    const finding = aFinding({
      summary: hostile,
      evidence: [{ time: undefined, file: hostile, line: 1, text: hostile }],
    });
    const lines = markdown.finding('+', finding, '');
    const [sentence = ''] = lines;
    expect(sentence).toContain(`\`\`\`\` <img`);
    expect(sentence.endsWith(' ````')).toBe(true);
    const text = lines.join('\n');
    expect(text).not.toMatch(/[\u001b\u202e]/);
    const fences = lines.filter((line) => /^ *`{4,}/.test(line));
    expect(fences).toHaveLength(2);
    expect(markdown.table(['a'], [['x | y']]).at(-2)).toBe('| x \\| y |');
  });
});
