import { createGrouping } from '../alerts/grouping.ts';
import { createPipeline } from '../decoders/pipeline.ts';
import { createEngine } from '../engine/engine.ts';
import { compileProgram } from '../engine/program.ts';
import type { Rule } from '../rules/rule.ts';
import { findingJson } from '../sinks/finding-json.ts';
import { noLine, PipelineEvent } from '../watch/observation.ts';
import type { Canary } from './canary-line.ts';

/** A rule that fires on every canary. Never told to people. */
const RULE: Rule = {
  code: 'canary',
  id: 'canary',
  title: 'Canary',
  status: 'stable',
  description: '',
  tags: [],
  falsepositives: [],
  references: [],
  logsource: {},
  format: 'pipeline',
  fields: ['pipeline.stream'],
  key: ['pipeline.stream'],
  quietPeriodMs: undefined,
  file: 'canary',
  branches: [
    {
      kind: 'detection',
      name: 'canary',
      title: 'Canary',
      severity: 'info',
      verified: true,
      summary: ['The canary of ', { field: 'pipeline.stream' }, ' came back'],
      requires: [],
      line: 1,
      countedOnly: false,
      condition: {
        kind: 'field',
        field: 'pipeline.kind',
        all: false,
        values: [{ op: 'equals', value: 'canary', cased: true }],
        line: 1,
      },
    },
  ],
};

/** Takes a canary through engine, alerts and rendering, as a real line would go; false when nothing came of it. */
export const createRehearsal = (): ((canary: Canary) => boolean) => {
  const program = compileProgram(createPipeline(), [RULE], { lateness: 0, maxKeys: 10 });
  const engine = createEngine([program], { hold: 0, maxOccurrences: 1_000 });
  const grouping = createGrouping({ quietPeriodMsOf: () => 0 });
  let sequence = 0;
  return ({ stream, sentMs, nonce }) => {
    const event = new PipelineEvent({
      kind: 'canary',
      stream,
      line: noLine(stream),
      time: sentMs * 1000,
      subject: nonce,
      facts: {},
    });
    const [finding] = engine.step(event, sequence++);
    if (finding === undefined) return false;
    const alert = grouping.step(finding);
    return findingJson({ finding, alert }, undefined).includes(`The canary of ${stream} came back`);
  };
};
