import { expect, test } from 'vitest';
import { renderReference } from '../../src/config/reference.ts';

test('docs/configuration.md says what the schema says (-u writes it)', async () => {
  await expect(renderReference()).toMatchFileSnapshot('../../docs/configuration.md');
});
