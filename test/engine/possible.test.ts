import { expect, test } from 'vitest';
import { createJson } from '../../src/decoders/json.ts';
import { pathReader } from '../../src/engine/path-reader.ts';
import { compilePossible } from '../../src/engine/possible.ts';
import { conditionOf } from '../support/detections.ts';
import { oneEvent } from '../support/lines.ts';

/** `known` and `other` can be known; `hidden` cannot. */
const verdict = (condition: string, doc: object): boolean | undefined => {
  const yaml = `yes:\n  known: 1\nhid:\n  hidden: 1\nref:\n  known|fieldref: hidden\nword:\n  - text\ncondition: ${condition}`;
  const possible = compilePossible(conditionOf(yaml), pathReader, (field) => field !== 'hidden');
  return possible(oneEvent(createJson(), JSON.stringify(doc)));
};

test.each([
  ['a known field that matches', 'yes', { known: 1 }, true],
  ['a known field that does not', 'yes', { known: 2 }, false],
  ['a field that is not known', 'hid', { known: 1 }, undefined],
  ['the opposite of it', 'not hid', { known: 1 }, undefined],
  ['a known part that refuses', 'yes and hid', { known: 2 }, false],
  ['a known part that agrees', 'yes and hid', { known: 1 }, undefined],
  ['an alternative that agrees', 'yes or hid', { known: 1 }, true],
  ['an alternative that refuses', 'yes or hid', { known: 2 }, undefined],
  ['the opposite of a known field', 'not yes', { known: 1 }, false],
  ['a comparison with a field that is not known', 'ref', { known: 1 }, undefined],
  ['words of the text', 'word', { known: 1 }, undefined],
])('%s', (_, condition, doc, expected) => {
  expect(verdict(condition, doc)).toBe(expected);
});
