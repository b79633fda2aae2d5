import { expect, test } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatRate } from '../../src/sinks/quantities.ts';

test.each([
  { name: 'no bytes', shown: formatBytes(0), text: '0 B' },
  { name: 'bytes', shown: formatBytes(999), text: '999 B' },
  { name: 'kilobytes', shown: formatBytes(4250), text: '4.25 kB' },
  { name: 'megabytes', shown: formatBytes(132_400_000), text: '132 MB' },
  { name: 'gigabytes', shown: formatBytes(1_500_000_000), text: '1.5 GB' },
  { name: 'a count', shown: formatCount(1_234_567), text: '1,234,567' },
  { name: 'one thing', shown: formatCount(1, 'line'), text: '1 line' },
  { name: 'no things', shown: formatCount(0, 'line'), text: '0 lines' },
  { name: 'a blink', shown: formatDuration(42), text: '0.042 s' },
  { name: 'seconds', shown: formatDuration(5910), text: '5.91 s' },
  { name: 'minutes', shown: formatDuration(72_400), text: '1 min 12 s' },
  { name: 'hours', shown: formatDuration(7_500_000), text: '2 h 5 min' },
  { name: 'a rate', shown: formatRate(1000, 500), text: '2,000' },
  { name: 'a rate over no time', shown: formatRate(0, 0), text: '0' },
])('$name: $text', ({ shown, text }) => {
  expect(shown).toBe(text);
});
