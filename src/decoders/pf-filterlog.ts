import { addressIn, numberIn, type PfPacket, portIn, protocolIn } from './pf-packet.ts';

/** Longest row that is read: options of a packet are at most 40 bytes, an anchor 1,024. */
const LONGEST = 4096;
const DIRECTION = /^(?:in|out|in\/out|fwd)$/;
const ACTION = /^[a-z-]{2,20}$/;

/**
 * A row of filterlog (pfSense, OPNsense); undefined for any other text. The columns depend on the IP version (v4
 * writes the protocol's number before its name, v6 the name before the number) and on the protocol.
 */
export const readFilterlog = (message: string): PfPacket | undefined => {
  const columns = message.slice(0, LONGEST).trimEnd().split(',');
  const [rule, subrule, anchor, tracker, on, reason, action, direction, version] = columns;
  if (on === undefined || reason === undefined || action === undefined || direction === undefined)
    return undefined;
  if (!ACTION.test(action) || !DIRECTION.test(direction) || (version !== '4' && version !== '6'))
    return undefined;
  return {
    from: 'filterlog',
    rule: numberIn(rule),
    subrule: numberIn(subrule),
    anchor: anchor || undefined,
    tracker: tracker || undefined,
    interface: on,
    reason,
    action,
    direction,
    ...(version === '4' ? readV4(columns.slice(9)) : readV6(columns.slice(9))),
  };
};

type Content = Omit<PfPacket, 'from' | 'action' | 'direction' | 'interface' | 'reason'>;

/** tos,ecn,ttl,id,offset,flags,protoid,proto,len,src,dst */
const readV4 = (columns: readonly string[]): Content => {
  const [, , ttl, , offset, , , name, len, src, dst, ...rest] = columns;
  const fragment = offset !== undefined && offset !== '0';
  return { ttl: numberIn(ttl), ...ends({ name, len, src, dst }, fragment ? [] : rest) };
};

/** class,flow,hlim,proto,protoid,len,src,dst */
const readV6 = (columns: readonly string[]): Content => {
  const [, , hlim, name, , len, src, dst, ...rest] = columns;
  return { ttl: numberIn(hlim), ...ends({ name, len, src, dst }, rest) };
};

interface Ends {
  readonly name: string | undefined;
  readonly len: string | undefined;
  readonly src: string | undefined;
  readonly dst: string | undefined;
}

const ends = ({ name, len, src, dst }: Ends, rest: readonly string[]): Content => {
  const proto = protocolIn(name);
  const ported = proto === 'TCP' || proto === 'UDP';
  return {
    proto,
    len: numberIn(len),
    src: addressIn(src),
    dst: addressIn(dst),
    spt: ported ? portIn(rest[0]) : undefined,
    dpt: ported ? portIn(rest[1]) : undefined,
    flags: proto === 'TCP' ? rest[3] || undefined : undefined,
  };
};
