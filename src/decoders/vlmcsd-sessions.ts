import { type Micros, SECOND } from '../event.ts';
import type { KmsMessage } from './vlmcsd-message.ts';

/** What a line means, with what the lines before it tell. */
export interface KmsStep {
  readonly event:
    | 'accepted'
    | 'closed'
    | 'probe' // opened and closed, and nobody asked for anything in between
    | 'request'
    | 'activation'
    | 'refused'
    | 'broken' // a name with a newline in it
    | 'forged' // the rest of such a name
    | 'other';
  readonly peer?: string | undefined;
  readonly port?: number | undefined;
  readonly product?: string | undefined;
  readonly workstation?: string | undefined;
  /** Licensing status, where the log is verbose. */
  readonly status?: string | undefined;
  /** Connections of the same source that are open, this one included. */
  readonly open?: number | undefined;
  /** False: several clients were talking at once, and the log does not say which of them it was. */
  readonly certain: boolean;
}

interface Connection {
  readonly peer: string;
  readonly since: Micros | undefined;
  used: 'no' | 'maybe' | 'yes';
}

interface Request {
  readonly peer: string | undefined;
  product: string | undefined;
  workstation: string | undefined;
  status: string | undefined;
  certain: boolean;
}

/** The clients of one server, as far as its log tells them apart: its lines interleave and name no connection. */
export interface KmsSessions {
  step(message: KmsMessage, time: Micros | undefined): KmsStep;
}

const MOST_OPEN = 4096;
const MOST_REQUESTS = 256;
/** vlmcsd hangs up after 30 s; a close that was never logged must not blur everything after it. */
const LONGEST_CONNECTION: Micros = 600 * SECOND;
/** A workstation name has at most 63 characters (MS-KMS), so no forged text is longer. */
const LONGEST_NAME = 63;

export const createKmsSessions = (): KmsSessions => {
  const open = new Map<string, Connection>();
  const requests: Request[] = [];
  let broken = 0;

  const forget = (now: Micros | undefined): void => {
    for (const [key, { since }] of open) {
      const stale = now !== undefined && since !== undefined && since < now - LONGEST_CONNECTION;
      if (!stale && open.size < MOST_OPEN) return;
      open.delete(key);
    }
  };

  const openOf = (peer: string): number => {
    let count = 0;
    for (const each of open.values()) if (each.peer === peer) count += 1;
    return count;
  };

  const accepted = (peer: string, port: number, time: Micros | undefined): KmsStep => {
    forget(time);
    open.set(`${peer} ${port}`, { peer, since: time, used: 'no' });
    return { event: 'accepted', peer, port, open: openOf(peer), certain: true };
  };

  const closed = (peer: string, port: number): KmsStep => {
    const key = `${peer} ${port}`;
    const connection = open.get(key);
    open.delete(key);
    if (open.size === 0) requests.length = 0; // nobody is left who could get an answer
    const event = connection?.used === 'no' ? 'probe' : 'closed';
    return { event, peer, port, certain: connection !== undefined && connection.used !== 'maybe' };
  };

  /** Whoever is connected may have sent it: one connection, or several of one source, leave no doubt. */
  const requested = (product: string | undefined, workstation: string | undefined): KmsStep => {
    const connections = [...open.values()];
    const peers = new Set(connections.map(({ peer }) => peer));
    for (const connection of connections)
      if (connection.used !== 'yes') connection.used = connections.length === 1 ? 'yes' : 'maybe';
    const [only] = peers;
    const peer = peers.size === 1 ? only : undefined;
    const request = { peer, product, workstation, status: undefined, certain: peer !== undefined };
    requests.push(request);
    if (requests.length > MOST_REQUESTS) requests.shift();
    return { event: 'request', ...request };
  };

  const detail = (name: string, value: string): KmsStep => {
    const request = requests.at(-1);
    if (request !== undefined) {
      if (requests.length > 1) request.certain = false;
      if (name === 'product') request.product = value;
      if (name === 'workstation') request.workstation = value;
      if (name === 'status') request.status = value;
    }
    return { event: 'other', certain: true };
  };

  const answered = (event: 'activation' | 'refused'): KmsStep => {
    const alone = requests.length === 1;
    const request = requests.shift();
    if (request === undefined) return { event, certain: false };
    return { event, ...request, certain: request.certain && alone };
  };

  return {
    step(message, time) {
      if (broken > 0) {
        broken = message.kind === 'other' ? 0 : broken - 1;
        return { event: 'forged', certain: true };
      }
      switch (message.kind) {
        case 'accepted':
          return accepted(message.address, message.port, time);
        case 'closed':
          return closed(message.address, message.port);
        case 'request':
          return requested(message.product, message.workstation);
        case 'broken':
          // a whole line takes 37 characters at least, so that the name holds one, and its end
          broken = message.written < LONGEST_NAME ? 2 : 0;
          return { ...requested(undefined, undefined), event: 'broken' };
        case 'detail':
          return detail(message.name, message.value);
        case 'response':
          return answered('activation');
        case 'refusal':
          return answered('refused');
        case 'other':
          return { event: 'other', certain: true };
      }
    },
  };
};
