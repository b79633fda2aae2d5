import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DETECTOR_KEYS } from '../../src/rules/detector-keys.ts';
import { loadRules } from '../../src/rules/load.ts';
import { MODIFIER_NAMES } from '../../src/rules/modifiers.ts';
import { ruleContext } from '../support/rule-context.ts';

const page = readFileSync(new URL('../../docs/rule-files.md', import.meta.url), 'utf8');

describe('docs/rule-files.md', () => {
  it.each([...MODIFIER_NAMES.known, ...MODIFIER_NAMES.leftOut, ...DETECTOR_KEYS])(
    'speaks of `%s`',
    (name) => {
      expect(page).toContain(`\`${name}\``);
    },
  );

  it('opens with a rule that loads', () => {
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const [rule] = loadRules([{ path: 'docs/rule-files.md', text: example }], ruleContext());
    expect(rule).toMatchObject({ code: 'T1', format: 'kube-audit' });
  });
});
