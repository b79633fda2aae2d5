import { createHmac, timingSafeEqual } from 'node:crypto';

/** One mark that the detector sends through a stream, to see that what goes in comes out. */
export interface Canary {
  readonly stream: string;
  readonly sentMs: number;
  /** 32 hex digits. */
  readonly nonce: string;
}

const PREFIX = '{"kind":"DetectorCanary",';
const LONGEST = 600;
const FORM =
  /^\{"kind":"DetectorCanary","stream":"([A-Za-z][A-Za-z0-9_-]{0,63})","sent":"(\d{1,16})","nonce":"([0-9a-f]{32})","mac":"([0-9a-f]{64})"\}$/;

/** The line of a canary. JSON, so that it harms no other reader of a JSON stream. */
export const canaryLine = (canary: Canary, key: string): string => {
  const { stream, sentMs, nonce } = canary;
  return JSON.stringify({
    kind: 'DetectorCanary',
    stream,
    sent: String(sentMs),
    nonce,
    mac: macOf(canary, key),
  });
};

const macOf = ({ stream, sentMs, nonce }: Canary, key: string): string =>
  createHmac('sha256', key).update(`detector-canary/1\n${stream}\n${sentMs}\n${nonce}`).digest('hex');

/**
 * The canary in a line, or undefined when the line is anything else, a forged canary too: such a line goes the way of
 * all lines. The form leaves no room for anything but the mark, so nobody can hide behind one.
 */
export const readCanary = (text: string, stream: string, key: string): Canary | undefined => {
  if (!text.startsWith(PREFIX) || text.length > LONGEST) return undefined;
  const [, named, sent, nonce, mac] = FORM.exec(text) ?? [];
  if (named !== stream || sent === undefined || nonce === undefined || mac === undefined) return undefined;
  const canary: Canary = { stream: named, sentMs: Number(sent), nonce };
  const expected = Buffer.from(macOf(canary, key), 'hex');
  return timingSafeEqual(expected, Buffer.from(mac, 'hex')) ? canary : undefined;
};
