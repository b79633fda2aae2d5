// The bare loop that everything is measured against: reads, splits, and parses each line (or each record and the line in it).
import { openSync, readSync } from 'node:fs';

const CHUNK = 256 * 1024;
const [, , file, form] = process.argv;
const descriptor = openSync(file);
const buffer = Buffer.allocUnsafeSlow(CHUNK + 1024 * 1024);
let kept = 0;
let lines = 0;
for (;;) {
  const read = readSync(descriptor, buffer, kept, CHUNK, null);
  if (read === 0) break;
  const end = kept + read;
  let start = 0;
  for (let at = buffer.indexOf(10); at >= 0 && at < end; at = buffer.indexOf(10, start)) {
    const doc = JSON.parse(buffer.latin1Slice(start, at));
    if (form === 'logcli') JSON.parse(doc.line);
    lines++;
    start = at + 1;
  }
  buffer.copy(buffer, 0, start, end);
  kept = end - start;
}
process.stdout.write(`${lines}\n`);
