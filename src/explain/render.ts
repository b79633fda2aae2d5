import { formatDuration } from '../duration.ts';
import { cut, show } from '../engine/describe.ts';
import type { Trace } from '../engine/trace.ts';
import { redactText } from '../redact.ts';
import type { Palette } from '../sinks/colour.ts';
import { toTerminal } from '../sinks/terminal-text.ts';
import { formatRfc3339 } from '../time.ts';
import type { ZoneMatch } from '../zones.ts';
import { type Obstacle, obstacles } from './distance.ts';
import type { BranchExplanation, Explanation, RuleExplanation, Verdict } from './explanation.ts';

export interface RenderOptions {
  readonly palette: Palette;
  /** Show the whole condition of rules that did not fire too. */
  readonly whole: boolean;
  /** Milliseconds of a rule's quiet period. */
  readonly quietPeriodMsOf: (rule: string) => number;
}

/** An explanation for people, one string a line. Nothing in it comes through to the terminal but as text. */
export const renderExplanation = (explanation: Explanation, options: RenderOptions): readonly string[] => {
  const { fired, others } = sorted(explanation.rules);
  return [
    ...renderEvent(explanation, options.palette),
    ...fired.flatMap((rule) => ['', ...renderRule(rule, options)]),
    ...(others.length === 0 ? [] : ['', options.palette.bold('Did not fire, the nearest first')]),
    ...others.flatMap((rule) => renderRule(rule, options)),
  ];
};

const met = ({ verdict }: BranchExplanation): boolean => verdict.kind !== 'no-match';

const distanceOf = ({ branches }: RuleExplanation): number =>
  Math.min(...branches.map(({ trace }) => obstacles(trace, true).length));

const sorted = (rules: readonly RuleExplanation[]) => ({
  fired: rules.filter(({ branches }) => branches.some(met)),
  others: rules.filter(({ branches }) => !branches.some(met)).sort((a, b) => distanceOf(a) - distanceOf(b)),
});

const text = (value: unknown): string => toTerminal(redactText(cut(show(value) ?? '', 200)));

const renderEvent = ({ event, zones }: Explanation, { bold, dim }: Palette): readonly string[] => {
  const time = event.time === undefined ? 'no usable time' : formatRfc3339(event.time);
  const from = event.peer === undefined ? 'no address' : `${text(event.peer)} (${describeZones(zones)})`;
  return [
    `${bold(`${toTerminal(event.line.file)}:${event.line.number}`)}  ${dim(`${time}  ${event.stream}`)}`,
    `  ${text(event.actor) || 'nobody'} → ${text(event.object) || 'nothing named'}, from ${from}: ${event.outcome}`,
    ...(event.evaluated ? [] : ['  This line is no evaluation of a request, so no rule looks at it.']),
  ];
};

const describeZones = (zones: readonly ZoneMatch[]): string =>
  zones.length === 0 ? 'in no zone' : zones.map(describeZone).join(', ');

const describeZone = ({ zone, entry, counts }: ZoneMatch): string => {
  const reason = entry.reason === undefined ? '' : `, “${toTerminal(entry.reason)}”`;
  const until =
    entry.until === undefined ? '' : `, ${counts ? 'until' : 'expired'} ${formatRfc3339(entry.until)}`;
  return `${zone}: ${entry.cidr}${reason}${until}`;
};

const renderRule = ({ rule, branches }: RuleExplanation, options: RenderOptions): readonly string[] => {
  const { bold } = options.palette;
  const shown =
    branches.some(met) && !options.whole ? branches.filter(met) : nearest(branches, options.whole);
  return shown.flatMap((branch) => [
    `${bold(branch.branch.name)} ${toTerminal(branch.branch.title)}`,
    ...renderVerdict(rule.code, branch, options).map((line) => `    ${line}`),
    ...(met(branch) || options.whole ? renderTrace(branch.trace, options.palette, '    ') : []),
  ]);
};

/** Of the branches of a rule that did not fire, the one that was closest says enough. */
const nearest = (branches: readonly BranchExplanation[], whole: boolean): readonly BranchExplanation[] => {
  if (whole) return branches;
  const byDistance = [...branches].sort(
    (a, b) => obstacles(a.trace, true).length - obstacles(b.trace, true).length,
  );
  return byDistance.slice(0, 1);
};

const renderVerdict = (
  code: string,
  { verdict, trace, branch }: BranchExplanation,
  options: RenderOptions,
): readonly string[] => {
  switch (verdict.kind) {
    case 'finding':
      return renderFinding(code, verdict, options);
    case 'counted': {
      const { operator, threshold, timespanMs } = verdict.branch;
      const needed = operator === 'gt' ? threshold + 1 : threshold;
      return [
        `counted: ${verdict.inWindow} in the window of ${formatDuration(timespanMs)}, fires at ${needed} (${needed - verdict.inWindow} more)`,
      ];
    }
    case 'another-line':
      return ['met, but an earlier line of the same request is the one that is evaluated'];
    case 'fired-before':
      return ['met, but the rule has already fired on this request'];
    case 'other-branch':
      return [`met, but ${verdict.fired} is graver and fires instead`];
    case 'no-window':
      return ['met, but not counted: it has no usable time, or a group-by value is missing'];
    case 'not-evaluated':
      return ['would be met, but this line is no evaluation of a request'];
    case 'no-match': {
      const missing = obstacles(trace, true);
      const many = missing.length === 1 ? 'one test' : `${missing.length} tests`;
      return [options.palette.dim(`${many} away (${branch.severity}):`), ...missing.map(describeObstacle)];
    }
  }
};

const renderFinding = (
  code: string,
  { id, told }: Extract<Verdict, { kind: 'finding' }>,
  { palette, quietPeriodMsOf }: RenderOptions,
): readonly string[] => {
  if (told === undefined) return [`fired: finding ${id}`];
  const { finding, alert } = told;
  const quiet = formatDuration(quietPeriodMsOf(code));
  return [
    `${palette.severity[finding.severity](`fired, ${finding.severity}`)}: ${toTerminal(finding.summary)}`,
    `finding ${id}${finding.verified ? '' : ', not verified'}`,
    `alert ${alert.state} (finding ${alert.count} of it); key ${toTerminal(redactText(alert.key))}; quiet period ${quiet}`,
    palette.dim('silences: a replay asks no Alertmanager, so none applies'),
  ];
};

const asked = (wanted: readonly string[]): string => {
  const first = wanted.slice(0, 8).map((value) => toTerminal(value));
  return wanted.length > 8 ? `${first.join(', ')} and ${wanted.length - 8} more` : first.join(', ');
};

const seen = (value: unknown): string =>
  value === undefined
    ? 'not there'
    : value === null
      ? 'null'
      : value === ''
        ? 'empty'
        : text(value) || 'an empty list';

const fromLists = (lists: readonly string[]): string =>
  lists.length === 0 ? '' : ` (list ${lists.map((list) => toTerminal(list)).join(', ')})`;

const describeObstacle = (obstacle: Obstacle): string => {
  if (obstacle.kind === 'keywords')
    return `line ${obstacle.line}: the text ${obstacle.matched ? 'has' : 'lacks'} ${asked(obstacle.wanted)}`;
  const { field, line, saw, matched, by, wanted, lists } = obstacle;
  const because = matched
    ? `matches ${asked(by)}${fromLists(lists)}, which excludes it`
    : `the rule asks for ${asked(wanted) || 'an entry of an empty list'}${fromLists(lists)}`;
  return `line ${line}: ${toTerminal(field)} is ${seen(saw)}; ${because}`;
};

const WORD = { and: 'all of', or: 'any of' } as const;

const renderTrace = (trace: Trace, palette: Palette, indent: string): readonly string[] => {
  const mark = trace.matched ? '✓' : palette.dim('✗');
  const below = `${indent}  `;
  switch (trace.kind) {
    case 'and':
    case 'or':
      return [
        `${indent}${mark} ${palette.dim(WORD[trace.kind])}`,
        ...trace.of.flatMap((part) => renderTrace(part, palette, below)),
      ];
    case 'not':
      return [`${indent}${mark} not`, ...renderTrace(trace.of, palette, below)];
    case 'selection':
      return [`${indent}${mark} ${toTerminal(trace.name)}`, ...renderTrace(trace.of, palette, below)];
    case 'keywords':
      return [`${indent}${mark} text ${asked(trace.matched ? trace.by : trace.wanted)}`];
    case 'field': {
      const { field, saw, matched, by, wanted, lists } = trace;
      const why = matched ? `matches ${asked(by)}` : `asked for ${asked(wanted)}`;
      return [`${indent}${mark} ${toTerminal(field)}: ${seen(saw)}; ${why}${fromLists(lists)}`];
    }
  }
};
