// Writes lines to standard output as the commands do, and says on standard error how it ended.
import { createOutput, standardOutput } from '../../dist/commands/output.js';

const count = Number(process.argv[2]);
const output = createOutput(standardOutput());
try {
  for (let i = 0; i < count && !output.signal.aborted; i++) {
    output.write(`${i} ${'x'.repeat(100)}\n`);
    if (i % 1000 === 0) await output.ready();
  }
  await output.end();
  process.stderr.write('done\n');
} catch (error) {
  process.stderr.write(`${error.name}: ${error.message}\n`);
}
