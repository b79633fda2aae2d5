import { addressIn, numberIn, type PfPacket, portIn, protocolIn } from './pf-packet.ts';

const LONGEST = 2048;

/** `rule 5.anchor.2/0(match) [uid 0]: block in on em0: …`; OpenBSD writes no colon behind the reason. */
const HEAD =
  /^rule (\S{0,200}?)\/\d{0,3}\(([^()]{1,40})\)((?: \[[^\]]{1,60}\]| \[?(?:uid|ridentifier) \d{1,10}\]?){0,4}):? ([a-z-]{2,20}) (in\/out|in|out|fwd) on ([^\s:]{1,32}):(?: |$)/;

/** `10.0.2.2.53792 > 10.0.2.15.22: …`: the port follows a dot, also behind IPv6. */
const ENDS = /^(?:IP6? )?([\w:.%-]{2,80}) > ([\w:.%-]{2,80})(?:: |:?$)/;

/** The decision of a line of `tcpdump -e -i pflog0`, with the packet where it stands on the same line. */
export const readPflogHead = (message: string): PfPacket | undefined => {
  const text = message.slice(0, LONGEST);
  const match = HEAD.exec(text);
  if (match === null) return undefined;
  const [whole, rule = '', reason = '', , action = '', direction = '', on = ''] = match;
  const [number, ...anchor] = rule.split('.');
  const subrule = anchor.length > 1 ? numberIn(anchor.at(-1)) : undefined;
  return {
    from: 'pflog',
    rule: numberIn(number),
    anchor: (subrule === undefined ? anchor : anchor.slice(0, -1)).join('.') || undefined,
    subrule,
    reason,
    action,
    direction,
    interface: on,
    ...readPflogPacket(text.slice(whole.length)),
  };
};

type Content = Pick<PfPacket, 'src' | 'dst' | 'spt' | 'dpt' | 'proto' | 'flags' | 'len' | 'ttl'>;

/** The packet itself; with -v its IPv4 addresses stand on a second, indented line that is only this. */
export const readPflogPacket = (message: string): Content => {
  const text = message.slice(0, LONGEST).trimStart();
  const about = leadingBrackets(text);
  const rest = text.slice(about.length).trimStart();
  const match = ENDS.exec(rest);
  const body = match === null ? '' : rest.slice(match[0].length);
  const proto = protocolIn(/proto (\w[\w-]{0,20})/.exec(about)?.[1]) ?? protocolOf(body);
  return {
    ...aboutOf(about),
    ...(match === null ? {} : endpoints(match[1], match[2])),
    proto: proto ?? protocolIn(/next-header (\w[\w-]{0,20})/.exec(about)?.[1]),
    flags: /^Flags \[([A-Z.]{1,9})\]/.exec(body)?.[1],
  };
};

/** Whether a line can only be the second one of a packet. */
export const isPflogPacket = (message: string): boolean => ENDS.test(message.slice(0, LONGEST).trimStart());

/** `(tos 0x0, ttl 64, …, proto TCP (6), length 60)` at the start, brackets in pairs. */
const leadingBrackets = (text: string): string => {
  if (!text.startsWith('(')) return '';
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    if (depth === 0) return text.slice(0, at + 1);
  }
  return text;
};

const aboutOf = (about: string): Content =>
  about === ''
    ? {}
    : {
        ttl: numberIn(/(?:ttl|hlim) (\d{1,3})\b/.exec(about)?.[1]),
        len: numberIn(/length:? (\d{1,6})\b/.exec(about)?.[1]),
      };

const endpoints = (from: string | undefined, to: string | undefined): Content => {
  const [src, spt] = endpoint(from ?? '');
  const [dst, dpt] = endpoint(to ?? '');
  return { src, dst, spt, dpt };
};

const endpoint = (text: string): readonly [string | undefined, number | undefined] => {
  const whole = addressIn(text);
  if (whole !== undefined) return [whole, undefined];
  const dot = text.lastIndexOf('.');
  return dot < 0 ? [undefined, undefined] : [addressIn(text.slice(0, dot)), portIn(text.slice(dot + 1))];
};

/** By how tcpdump begins what follows the addresses; older ones write `S 1:1(0) win 65535` for TCP. */
const protocolOf = (body: string): string | undefined => {
  if (/^Flags \[|^[SFPRWE.]{1,5} (?:\d|ack|win|cksum|\[)/.test(body)) return 'TCP';
  if (/^(?:UDP,|udp )/.test(body)) return 'UDP';
  if (/^ICMP6,|^icmp6:/.test(body)) return 'ICMPv6';
  return /^ICMP |^icmp:/.test(body) ? 'ICMP' : undefined;
};
