import type { Outcome } from './sink.ts';

/** The message is at fault: in another form it may be taken. */
const REFUSED_FORM = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_arguments',
  'invalid_metadata_format',
  'msg_too_long',
  'msg_blocks_too_long',
  'no_text',
  'too_many_attachments',
]);

/** The message that should be changed is gone, or may not be changed any more. */
const GONE = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'thread_not_found',
  'cannot_reply_to_message',
]);

/** Nothing will be taken in this channel until somebody repairs something. */
const CHANNEL = new Set([
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'channel_type_not_supported',
]);

/** Nor in any other. */
const ACCOUNT = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'missing_scope',
  'no_permission',
  'access_denied',
  'org_login_required',
  'ekm_access_denied',
  'team_access_not_granted',
  'not_allowed_token_type',
  'team_not_found',
]);

/** Slack may have done it all the same. */
const UNSURE = new Set(['fatal_error', 'internal_error', 'request_timeout']);

export type SlackFailure = Exclude<Outcome, { kind: 'ok' }> & {
  /** A simpler form of the same message may be taken. */
  readonly refusedForm?: boolean;
};

/** Errors come with HTTP 200 as `{ok: false, error}`; anything else under 200 is not Slack's (a proxy's page). */
export function failureOfCode(code: string): SlackFailure {
  if (!/^[a-z][a-z0-9_]{1,79}$/.test(code)) {
    return { kind: 'retry', reason: `the answer is not Slack's: ${code.slice(0, 100)}` };
  }
  if (REFUSED_FORM.has(code)) return { kind: 'permanent', scope: 'message', reason: code, refusedForm: true };
  if (GONE.has(code)) return { kind: 'permanent', scope: 'message', reason: code };
  if (CHANNEL.has(code) || ACCOUNT.has(code)) return { kind: 'permanent', scope: 'sink', reason: hint(code) };
  if (UNSURE.has(code)) return { kind: 'unknown', reason: code };
  return { kind: 'retry', reason: code };
}

/** True for errors that another channel would not have. */
export const isChannelTrouble = (reason: string): boolean => CHANNEL.has(reason.split(':')[0] ?? '');

const HINTS: Readonly<Record<string, string>> = {
  channel_not_found: 'check the ID; a private channel must be joined first: /invite the bot',
  not_in_channel: '/invite the bot',
  is_archived: 'the channel is archived',
  invalid_auth: 'check slack.token_file',
  missing_scope: 'the bot needs chat:write',
  token_revoked: 'a new token is needed',
};

const hint = (code: string): string => (HINTS[code] === undefined ? code : `${code}: ${HINTS[code]}`);

/** Nothing has left this machine. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
]);

/** A request that failed below HTTP; `fetch` hides the reason in `cause`. */
export function failureOfTransport(error: unknown): SlackFailure {
  const chain: unknown[] = [];
  for (let at: unknown = error; at instanceof Error && chain.length < 5; at = at.cause) chain.push(at);
  const codes = chain.flatMap((at) => (at instanceof Error && 'code' in at ? [String(at.code)] : []));
  const reason = chain
    .map((at) => (at instanceof Error ? at.message : ''))
    .filter((text) => text !== '')
    .join(': ');
  const notSent = codes.some((code) => NOT_SENT.has(code));
  return { kind: notSent ? 'retry' : 'unknown', reason: reason === '' ? String(error) : reason };
}
