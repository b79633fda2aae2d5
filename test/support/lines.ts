import type { DecodeContext, Decoded, Decoder } from '../../src/decoders/decoder.ts';
import { isReject } from '../../src/decoders/decoder.ts';
import type { Event, Line, Reject } from '../../src/event.ts';
import { createZones } from '../../src/zones.ts';

/** The TRUSTED zones of the shipped example configuration. */
export const EXAMPLE_ZONES = {
  lan: ['10.0.20.0/22', '192.168.1.0/24'],
  control_plane: ['10.0.10.0/24'],
  pods: ['10.10.0.0/16'],
  services: ['10.96.0.0/12'],
  tailnet: ['100.64.0.0/10'],
  loopback: ['127.0.0.0/8', '::1/128'],
};

export const aContext = (): DecodeContext => ({
  zones: createZones(EXAMPLE_ZONES),
  trustedProxies: createZones({}),
});

export const aLine = (text: string, changes: Partial<Line> = {}): Line => ({
  text,
  file: 'input.log',
  number: 1,
  labels: undefined,
  time: undefined,
  notAfter: undefined,
  ...changes,
});

export const events = (decoded: Decoded): readonly Event[] =>
  decoded.filter((item): item is Event => !isReject(item));

export const rejects = (decoded: Decoded): readonly Reject[] => decoded.filter(isReject);

/** The one event of a line; throws when there is none. */
export const oneEvent = (decoder: Decoder, line: Line | string): Event => {
  const [event, ...more] = events(decoder.decode(typeof line === 'string' ? aLine(line) : line, 'stream'));
  if (event === undefined || more.length > 0) throw new Error('not exactly one event');
  return event;
};

/** The value of a derived field. */
export const fieldOf = (decoder: Decoder, event: Event, name: string): unknown => {
  const field = decoder.fields[name];
  if (field === undefined) throw new Error(`no field ${name}`);
  return field.read(event);
};

/** The named fields of a line that are there. */
export const fieldsOf = (
  decoder: Decoder,
  line: Line | string,
  names: readonly string[],
): Record<string, unknown> => {
  const event = oneEvent(decoder, line);
  return Object.fromEntries(
    names.map((name) => [name, fieldOf(decoder, event, name)]).filter(([, value]) => value !== undefined),
  );
};
