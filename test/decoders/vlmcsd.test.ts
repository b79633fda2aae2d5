import { describe, expect, test } from 'vitest';
import { detectFormat } from '../../src/decoders/detect.ts';
import { createVlmcsd } from '../../src/decoders/vlmcsd.ts';
import { aContext, aLine, events, fieldOf } from '../support/lines.ts';

const stepsOf = (texts: readonly string[]): readonly string[] => {
  const decoder = createVlmcsd(aContext());
  return texts
    .flatMap((text, at) => events(decoder.decode(aLine(text, { number: at + 1 }), 'kms')))
    .map((event) =>
      ['vlmcsd.event', 'net.peer', 'vlmcsd.product', 'vlmcsd.workstation', 'vlmcsd.certain']
        .map((name) => String(fieldOf(decoder, event, name) ?? '-'))
        .join(' '),
    );
};

const opened = (at: string) => `2026-11-21 12:00:00: IPv4 connection accepted: ${at}.`;
const shut = (at: string) => `2026-11-21 12:00:01: IPv4 connection closed: ${at}.`;
const asked = (name: string, product = 'Windows 11') =>
  `2026-11-21 12:00:00: KMS v6.0 request from ${name} for ${product}`;
const SENT = '2026-11-21 12:00:00: Sending ePID (Windows): 06401-00206-271-000000-03-1033-9600.0000-0542016';
const A = '10.10.5.21:49152';
const B = '10.10.5.22:49153';
const EVIL = '203.0.113.9:1';

describe('what the lines of a KMS server mean', () => {
  test.each([
    {
      name: 'open and close alone are a probe',
      texts: [opened(A), shut(A)],
      steps: ['accepted 10.10.5.21 - - true', 'probe 10.10.5.21 - - true'],
    },
    {
      name: 'a request that is answered is an activation of the only one connected',
      texts: [opened(A), asked('pc-1'), SENT, shut(A)],
      steps: [
        'accepted 10.10.5.21 - - true',
        'request 10.10.5.21 Windows 11 pc-1 true',
        'activation 10.10.5.21 Windows 11 pc-1 true',
        'closed 10.10.5.21 - - true',
      ],
    },
    {
      name: 'a probe beside a request is not known to be one',
      texts: [opened(A), opened(B), asked('pc-1'), SENT, shut(A), shut(B)],
      steps: [
        'accepted 10.10.5.21 - - true',
        'accepted 10.10.5.22 - - true',
        'request - Windows 11 pc-1 false',
        'activation - Windows 11 pc-1 false',
        'closed 10.10.5.21 - - false',
        'closed 10.10.5.22 - - false',
      ],
    },
    {
      name: 'several connections of one source leave no doubt whose request it is',
      texts: [opened(A), opened('10.10.5.21:50000'), asked('pc-1'), SENT],
      steps: [
        'accepted 10.10.5.21 - - true',
        'accepted 10.10.5.21 - - true',
        'request 10.10.5.21 Windows 11 pc-1 true',
        'activation 10.10.5.21 Windows 11 pc-1 true',
      ],
    },
    {
      name: 'of two requests at once, no answer is certain',
      texts: [opened(A), opened('10.10.5.21:50000'), asked('pc-1'), asked('pc-2', 'Office 2021'), SENT, SENT],
      steps: [
        'accepted 10.10.5.21 - - true',
        'accepted 10.10.5.21 - - true',
        'request 10.10.5.21 Windows 11 pc-1 true',
        'request 10.10.5.21 Office 2021 pc-2 true',
        'activation 10.10.5.21 Windows 11 pc-1 false',
        'activation 10.10.5.21 Office 2021 pc-2 true',
      ],
    },
    {
      name: 'a verbose log says the same in many lines',
      texts: [
        opened(A),
        '<<< Incoming KMS request',
        'Licensing status                : 2 (OOB grace)',
        'SKU ID (aka Activation ID)      : 73111121-5638-40f6-bc11-f1d7b0d64300 (Windows 10 Enterprise)',
        'Workstation name                : pc-1',
        '>>> Sending response, ePID source = Windows',
      ],
      steps: [
        'accepted 10.10.5.21 - - true',
        'request 10.10.5.21 - - true',
        'other - - - true',
        'other - - - true',
        'other - - - true',
        'activation 10.10.5.21 Windows 10 Enterprise pc-1 true',
      ],
    },
    {
      name: 'a refusal is no activation',
      texts: [opened(A), asked('pc-1'), 'Refusing unknown product (0xC004F042)', shut(A)],
      steps: [
        'accepted 10.10.5.21 - - true',
        'request 10.10.5.21 Windows 11 pc-1 true',
        'refused 10.10.5.21 Windows 11 pc-1 true',
        'closed 10.10.5.21 - - true',
      ],
    },
    {
      name: 'a line that a newline in a name forges is no connection',
      texts: [
        opened(A),
        '2026-11-21 12:00:00: KMS v6.0 request from x',
        `IPv4 connection accepted: ${EVIL}.`,
        'y for Windows 11',
        SENT,
        shut(A),
      ],
      steps: [
        'accepted 10.10.5.21 - - true',
        'broken 10.10.5.21 - - true',
        'forged - - - true',
        'forged - - - true',
        'activation 10.10.5.21 - - true',
        'closed 10.10.5.21 - - true',
      ],
    },
    {
      name: 'a name that contains " for " does not choose the product',
      texts: [opened(A), asked('x for Office 2019')],
      steps: ['accepted 10.10.5.21 - - true', 'request 10.10.5.21 Windows 11 x for Office 2019 true'],
    },
    {
      name: 'an answer that nobody asked for is nobody’s',
      texts: [SENT],
      steps: ['activation - - - false'],
    },
    {
      name: 'IPv6 addresses stand in brackets',
      texts: [
        'IPv6 connection accepted: [2001:db8::1]:49152.',
        'IPv6 connection closed: [2001:db8::1]:49152.',
      ],
      steps: ['accepted 2001:db8::1 - - true', 'probe 2001:db8::1 - - true'],
    },
  ])('$name', ({ texts, steps }) => {
    expect(stepsOf(texts)).toEqual(steps);
  });

  test('open connections of one source are counted, closed ones are not', () => {
    const decoder = createVlmcsd(aContext());
    const texts = [
      ...Array.from({ length: 50 }, (_, at) => opened(`10.0.20.9:${at + 1}`)),
      shut('10.0.20.9:1'),
      opened(B),
      opened('10.0.20.9:99'),
    ];
    const counts = texts
      .flatMap((text) => events(decoder.decode(aLine(text), 'kms')))
      .map((event) => fieldOf(decoder, event, 'vlmcsd.open'))
      .filter((open) => open !== undefined);
    expect(counts.slice(-3)).toEqual([50, 1, 50]);
  });

  test.each([
    { address: '10.10.5.21', is: 'internal_pod' },
    { address: '10.0.10.21', is: 'cluster_node' },
    { address: '10.0.20.9', is: 'external' },
    { address: '203.0.113.9', is: 'external' },
  ])('$address is of the class $is', ({ address, is }) => {
    const decoder = createVlmcsd(aContext());
    const [event] = events(decoder.decode(aLine(opened(`${address}:1`)), 'kms'));
    expect(event && fieldOf(decoder, event, 'vlmcsd.source_class')).toBe(is);
  });

  test.each([
    { name: 'a connection', text: opened(A), format: 'vlmcsd' },
    {
      name: 'a request through syslog',
      text: 'Nov 21 12:00:00 kms vlmcsd[7]: KMS v6.0 request from pc for Windows 11',
      format: 'vlmcsd',
    },
    {
      name: 'the same text of another program',
      text: 'Nov 21 12:00:00 kms sudo[7]: KMS v6.0 request from pc for Windows 11',
      format: undefined,
    },
  ])('$name is told by its content', ({ text, format }) => {
    expect(detectFormat(text)).toBe(format);
  });
});
