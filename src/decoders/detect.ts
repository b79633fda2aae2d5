import type { Format } from '../event.ts';
import { readJournal } from './journald.ts';
import { kubeShapeOf } from './kube-shape.ts';
import { readPacket } from './netfilter-packet.ts';
import { isRecord, parseJson } from './parse-json.ts';
import { readPf } from './pf.ts';
import { readSshdMessage } from './sshd-message.ts';
import { isSshdTag, readSyslog, type Syslog } from './syslog.ts';
import { isVlmcsdText } from './vlmcsd-message.ts';

/**
 * Which decoder a line is for, by what it holds; undefined when that is not certain (a line of another program, a plain
 * JSON document). Text inside a message cannot change the answer: a tag counts more than what follows it, and
 * a JSON line is never text.
 */
export const detectFormat = (text: string): Format | undefined => {
  const start = text.trimStart();
  if (start.startsWith('{')) {
    const parsed = parseJson(start);
    return 'doc' in parsed ? detectDoc(parsed.doc) : detectCut(start);
  }
  const header = readSyslog({ text: start, time: undefined, notAfter: undefined });
  return 'reason' in header ? undefined : detectText(header);
};

/** The same for a document that is parsed already. */
export const detectDoc = (doc: unknown): Format | undefined => {
  if (!isRecord(doc)) return undefined;
  if (kubeShapeOf(doc) !== undefined) return 'kube-audit';
  if (typeof doc['type'] === 'string' && VAULT_TYPES.has(doc['type']) && isRecord(doc['request']))
    return 'vault-audit';
  const record = readJournal(doc);
  return record === undefined ? undefined : detectText({ ...record, from: 'journald' });
};

const VAULT_TYPES = new Set(['request', 'response', 'kmip-request', 'kmip-response']);

/** Heads that only the two programs write, so that a cut line counts as one of theirs. */
const KUBE_HEAD = /^\{"kind":"Event(?:List)?","apiVersion":"audit\.k8s\.io\//;
const VAULT_HEAD =
  /^\{"time":"[\d:.TZ+-]{1,40}","type":"(?:kmip-)?(?:request|response)","(?:auth|request|error)":/;

const detectCut = (text: string): Format | undefined => {
  if (KUBE_HEAD.test(text)) return 'kube-audit';
  return VAULT_HEAD.test(text) ? 'vault-audit' : undefined;
};

const detectText = (header: Syslog): Format | undefined => {
  if (header.tag !== undefined && isSshdTag(header.tag)) return 'sshd';
  if (header.tag === undefined && isSshdText(header.message)) return 'sshd';
  if (readPacket(header).event !== 'other') return 'netfilter';
  if (readPf(header) !== undefined) return 'pf';
  return isVlmcsdText(header) ? 'vlmcsd' : undefined;
};

/** Messages that name sshd, or that no other program starts like this. */
const SSHD_TEXT =
  /^(?:Server listening on \S+ port \d|Accepted (?:key|certificate) |pam_[a-z0-9]+\(sshd:|Disconnecting (?:invalid|authenticating) user |Did not receive identification string from |Unable to negotiate with |(?:error: )?maximum authentication attempts exceeded for |(?:error: )?kex_exchange_identification: |(?:error|fatal): PAM: |banner exchange: )/;

const isSshdText = (message: string): boolean =>
  SSHD_TEXT.test(message) || readSshdMessage(message).event !== 'other';
