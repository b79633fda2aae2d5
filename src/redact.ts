const GONE = '<redacted>';

/** One kind of secret. Patterns start with something literal and never scan the same text twice: linear in its length. */
interface Secret {
  readonly pattern: RegExp;
  readonly replace: (match: string, ...groups: string[]) => string;
}

/** A letter of a parameter's name, as it is or percent-encoded (once or more often). */
const letter = (character: string): string => {
  const codes = [character.toLowerCase(), character.toUpperCase()].map((c) => c.charCodeAt(0).toString(16));
  return `(?:${character}|%(?:25){0,3}(?:${codes.join('|')}))`;
};

const names = (words: readonly string[]): string =>
  words.map((word) => Array.from(word, letter).join('')).join('|');

/** Names that end in these are secret wherever they stand as `name=value`: `access_token`, `clientSecret`, `sig`. */
const SECRET_ENDINGS = [
  'token',
  'secret',
  'password',
  'passwd',
  'passphrase',
  'api_key',
  'api-key',
  'apikey',
  'access_key',
  'private_key',
  'secret_id',
];

/** Secret in a query only: elsewhere `code=403` is an answer and `state=open` a state. */
const QUERY_ENDINGS = [...SECRET_ENDINGS, 'signature', 'credential', 'pwd'];
const QUERY_NAMES = ['code', 'state', 'sig'];

/** `&` as URLs, JSON (`\u0026`) and HTML write it; `%26` in a URL within a URL. */
const SEPARATOR = String.raw`[?&#;]|\\u0026|&amp;|%(?:25){0,3}(?:3f|26|23)`;
const EQUALS = String.raw`=|%(?:25){0,3}3d|\\u003d`;
const PREFIX = '[\\w.%-]{0,40}?';

/** What stands between a key and its value in JSON, JSON within JSON, headers. */
const COLON = String.raw`[\\"']{0,4}\s{0,8}[:=]\s{0,8}[\\"'[]{0,6}`;
const QUOTED = String.raw`"(?:[^"\\]|\\.){0,200}[^\s"\\]*|\\"[^"\\]{0,200}[^\s"\\]*|'[^']{0,200}[^\s']*`;
/** What is gone already is a whole value: so that redacting twice takes no more. */
const TOKEN = String.raw`(?:${GONE}|[^\s"'\\,;]+)`;

const SECRETS: readonly Secret[] = [
  {
    // To the end of the text when it was cut before the END.
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY( BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY( BLOCK)?-----|$)/g,
    replace: () => `${GONE} private key`,
  },
  { pattern: /hmac-sha256:[0-9a-f]+/g, replace: () => 'hmac-sha256:…' },
  { pattern: /(hv[sbr]\.)[\w-]{20,}/g, replace: (_, kind) => `${kind}${GONE}` },
  {
    // Vault tokens before 1.10; a percent escape may stand before them.
    pattern: /(?<=^|[^\w.-]|%[0-9A-Fa-f]{2})([sbr]\.)[A-Za-z0-9]{24,}/g,
    replace: (_, kind) => `${kind}${GONE}`,
  },
  { pattern: /[\w.-]{10,}/g, replace: withoutJwt },
  { pattern: /x(?:ox[a-z]|app)-[\w.-]{8,}/g, replace: () => GONE },
  {
    pattern: /(hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]+/g,
    replace: (_, host) => `${host}${GONE}`,
  },
  { pattern: /(?:AKIA|ASIA)[A-Z0-9]{16}/g, replace: () => GONE },
  {
    pattern: /(?:gh[pousr]_|github_pat_|glpat-|glsa_|glc_|tskey-|npm_|AIza)[\w-]{20,}/g,
    replace: () => GONE,
  },
  {
    pattern: /(bearer(?:\s|%20|\+){1,8})([\w.~+/=-]{6,})/gi,
    replace: (match, scheme, value) => (/^(?:auth|tokens?$)/i.test(value ?? '') ? match : `${scheme}${GONE}`),
  },
  {
    pattern: /(basic(?:\s|%20|\+){1,8})([\w+/-]{4,}={0,2})/gi,
    replace: (match, scheme, value) => (isNameAndPassword(value ?? '') ? `${scheme}${GONE}` : match),
  },
  {
    pattern: new RegExp(
      `(authorization${COLON}(?:[A-Za-z]{1,20}\\s)?|x-(?:vault|auth)-token${COLON}|x-api-key${COLON})${TOKEN}`,
      'gi',
    ),
    replace: (_, header) => `${header}${GONE}`,
  },
  {
    pattern: new RegExp(`(cookie${COLON})[^\\s"'\\\\,;=]+=${TOKEN}(?:; ?[^\\s"'\\\\,;=]+=${TOKEN})*`, 'gi'),
    replace: (_, header) => `${header}${GONE}`,
  },
  {
    // The last @ before the path ends the user information: passwords may hold one.
    pattern: /(:\/\/|%3a%2f%2f)(?:(?!%2f)[^\s/?#"'\\])*(@|%40)/gi,
    replace: (_, scheme, at) => `${scheme}${GONE}${at}`,
  },
  {
    pattern: new RegExp(
      `((?:${SEPARATOR})(?:${PREFIX}(?:${names(QUERY_ENDINGS)})|${names(QUERY_NAMES)})(?:${EQUALS}))(?:${GONE}|[^&\\s"'\\\\#]+)`,
      'gi',
    ),
    replace: (_, name) => `${name}${GONE}`,
  },
  {
    // key=value and "key":"value"; a quoted value may hold blanks, but an open quote does not swallow the text.
    pattern: new RegExp(
      `((?:${SECRET_ENDINGS.join('|')})(?:=|\\\\?["']\\s?:\\s?))(?!(?:true|false|null)\\b)(\\\\?["']?${GONE}|${QUOTED}|[^\\s"'\\\\,;&}\\])]+)`,
      'gi',
    ),
    replace: (_, key, value) => `${key}${/^\\?["']?/.exec(value ?? '')?.[0] ?? ''}${GONE}`,
  },
];

/**
 * `text` without secrets: Vault and other tokens, HMACs, credentials in headers, URLs and parameters, private keys. What
 * stays tells what was there. Redacting twice changes nothing more.
 */
export const redactText = (text: string): string =>
  SECRETS.reduce((rest, { pattern, replace }) => rest.replace(pattern, replace), text);

/** A JWT begins with `{"` in base64 and has a dot; the run of characters it stands in ends with it. */
function withoutJwt(run: string): string {
  const start = run.indexOf('eyJ');
  if (start < 0) return run;
  const dot = run.indexOf('.', start);
  return dot < 0 || dot - start < 8 || run.length - dot < 6 ? run : `${run.slice(0, start)}${GONE}`;
}

/** `Basic` is followed by base64 of `name:password`, or it is a word of a sentence. */
function isNameAndPassword(base64: string): boolean {
  return Buffer.from(base64, 'base64').includes(':');
}
