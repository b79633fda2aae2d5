import { ADVICE } from '../coverage/advice.ts';
import { createEstimator, type Estimate } from '../coverage/estimate.ts';
import { generatePolicy } from '../coverage/generate-policy.ts';
import { readAuditPolicy } from '../coverage/read-policy.ts';
import { writePolicy } from '../coverage/write-policy.ts';
import { KubeEvent } from '../decoders/kube-event.ts';
import { UsageError } from '../errors.ts';
import { EXIT, type Io } from './io.ts';
import { load } from './load.ts';
import { readEvents } from './read-events.ts';

export interface AuditPolicyArgs {
  /** Recorded audit logs to estimate the volume from. */
  readonly files: readonly string[];
  readonly config: readonly string[];
  readonly rules: readonly string[];
}

/** Writes the smallest audit policy under which all enabled rules can fire. Returns the exit code. */
export const auditPolicy = async (args: AuditPolicyArgs, io: Io): Promise<number> => {
  const loaded = await load({
    config: args.config,
    rules: args.rules,
    env: io.env,
    orExample: true,
    pipeline: true,
  });
  const wanted = generatePolicy(loaded.rules);
  if (wanted.length === 0)
    throw new UsageError('no enabled rule reads Kubernetes audit logs: there is nothing to record');
  const notes = [
    'Written by `detector audit-policy`: the smallest policy under which these rules can fire.',
    'For kube-apiserver: --audit-policy-file=… --audit-log-path=… (no truncation, mode blocking).',
    'The first rule that matches decides.',
  ];
  const plain = writePolicy(wanted, notes);
  if (args.files.length === 0) io.stdout.write(plain);
  else {
    const policy = readAuditPolicy('generated', plain);
    const estimator = createEstimator(policy);
    const { events } = await readEvents(args.files, 'kube-audit', loaded, io);
    await events((event) => event instanceof KubeEvent && estimator.note(event));
    io.stdout.write(writePolicy(wanted, [...notes, '', ...estimateLines(estimator.result())]));
  }
  for (const format of ['vault-audit', 'sshd'] as const)
    if (loaded.rules.some((rule) => rule.format === format))
      io.stderr.write(`${format}:\n${ADVICE[format].map((line) => `  ${line}\n`).join('')}`);
  return EXIT.ok;
};

const DAY = 86_400;

const estimateLines = ({ before, after, larger, seconds }: Estimate): readonly string[] => {
  if (before.lines === 0) return ['Volume: the given files hold no audit event.'];
  const per = seconds === undefined ? undefined : DAY / seconds;
  const say = ({ lines, bytes }: Estimate['before']): string =>
    per === undefined
      ? `${lines} lines, ${megabytes(bytes)}`
      : `${Math.round(lines * per)} lines and ${megabytes(bytes * per)} a day`;
  return [
    `Volume, estimated from ${before.lines} recorded lines${seconds === undefined ? '' : ` of ${Math.round(seconds)} s`}:`,
    `  before: ${say(before)}`,
    `  after:  ${say(after)}`,
    ...(larger === 0
      ? []
      : [`  ${larger} of the lines get a body that the file does not hold: they will be larger.`]),
    '  What the old policy did not record cannot be counted here.',
  ];
};

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} MB`;
