import type { Line, Micros } from '../event.ts';
import { parseRfc3339 } from '../time.ts';
import { readSyslog } from './syslog.ts';

const KEYS = ['"requestReceivedTimestamp":"', '"time":"', '"timestamp":"'];
const LONGEST_STAMP = 40;

/**
 * The time of a raw line at a glance, to put files in order before anything is decoded. An attacker can make it wrong,
 * which costs order only: what is decided about an event uses the decoder's time.
 */
export const peekTime = (line: Line): Micros | undefined => {
  if (line.time !== undefined) return line.time;
  if (!line.text.startsWith('{')) {
    const header = readSyslog(line);
    return 'reason' in header ? undefined : header.time;
  }
  for (const key of KEYS) {
    const found = line.text.lastIndexOf(key);
    if (found < 0) continue;
    const start = found + key.length;
    const end = line.text.indexOf('"', start);
    if (end > 0 && end - start <= LONGEST_STAMP) return parseRfc3339(line.text.slice(start, end));
  }
  return undefined;
};
