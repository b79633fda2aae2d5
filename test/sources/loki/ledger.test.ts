import { describe, expect, test } from 'vitest';
import { createLedger } from '../../../src/sources/loki/ledger.ts';
import { rangeOfSeconds } from '../../../src/sources/loki/nanos.ts';

const hour = 3_600_000;

describe('the ledger of a stream', () => {
  test('is read again from its text', () => {
    const ledger = createLedger(undefined, hour);
    expect(ledger.resumption).toBeUndefined();
    ledger.prove(rangeOfSeconds(100, 109), [{ second: 103, lines: 2 }]);
    ledger.prove(rangeOfSeconds(110, 119), [{ second: 112, lines: 5 }]);
    const again = createLedger(ledger.text, hour);
    expect(again.proven).toEqual([rangeOfSeconds(100, 119)]);
    expect(again.resumption).toMatchObject({ from: rangeOfSeconds(120, 120).from, gaps: [] });
    const counted = again.resumption?.counts?.filter(({ lines }) => lines > 0);
    expect(counted).toEqual([
      { second: 103, lines: 2 },
      { second: 112, lines: 5 },
    ]);
  });

  test('knows the holes, and closes them', () => {
    const ledger = createLedger(undefined, hour);
    ledger.prove(rangeOfSeconds(200, 209), []);
    ledger.prove(rangeOfSeconds(100, 109), []);
    expect(ledger.resumption?.gaps).toEqual([rangeOfSeconds(110, 199)]);
    ledger.prove(rangeOfSeconds(110, 199), []);
    expect(ledger.resumption?.gaps).toEqual([]);
    expect(ledger.proven).toEqual([rangeOfSeconds(100, 209)]);
  });

  test('stays small: counts are forgotten when lines of their second can come no more', () => {
    const ledger = createLedger(undefined, hour);
    for (let second = 1; second <= 20_000; second += 1) {
      ledger.prove(rangeOfSeconds(second, second), [{ second, lines: 1_000 }]);
    }
    expect(ledger.resumption?.counts?.length).toBeLessThanOrEqual(3_601);
    expect(ledger.text.length).toBeLessThan(20_000);
  });

  test.each(['', 'no json', '{}', '{"proven":[["x","1"]],"counts":{"from":0,"lines":[]}}', '[1]'])(
    'begins afresh with a text that is none: %s',
    (text) => {
      expect(createLedger(text, hour).resumption).toBeUndefined();
    },
  );
});
