import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html, jsonScript } from '../../src/report/html.ts';
import { policyOf, renderPage } from '../../src/report/page.ts';
import { anyText } from '../support/told.ts';

describe('html', () => {
  it('makes text of everything but its own markup', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { markup } = html`<p title="${text}">${text}</p>`;
        expect(markup.replace(/^<p title="|<\/p>$/g, '').replace('">', '')).not.toMatch(/[<>"']/);
        expect(markup).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/);
      }),
    );
  });

  it('keeps JSON inside its script element, and the same JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), anyText, (value, text) => {
        const { markup } = jsonScript([value, text, '</script><!--']);
        expect(markup).not.toMatch(/[<\u2028\u2029]/);
        expect(JSON.parse(markup)).toEqual(JSON.parse(JSON.stringify([value, text, '</script><!--'])));
      }),
    );
  });
});

describe('renderPage', () => {
  it('allows its own scripts and styles by their hashes, and nothing else', () => {
    const page = renderPage({ title: 'x', sections: [], body: html``, scripts: ['1'], styles: ['a{}'] });
    const policy = policyOf(['1'], []);
    expect(page).toContain('default-src &#39;none&#39;');
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^' ]+'; /);
    expect(page).not.toMatch(/unsafe-|https?:\/\/(?!www\.w3\.org)/);
  });

  it('runs no script at all where it has none', () => {
    expect(policyOf([], ['a{}'])).toContain("script-src 'none'");
  });
});
