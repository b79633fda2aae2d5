import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactText } from '../src/redact.ts';
import { anyText } from './support/told.ts';

const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const secretOf = (length: number) =>
  fc.string({ unit: fc.constantFrom(...alphanumeric), minLength: length, maxLength: length + 40 });
const longSecret = secretOf(24);
const base64url = (text: string) => Buffer.from(text).toString('base64url');

const percentEncoded = (name: string) =>
  Array.from(name, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');

const PARAMETERS =
  'token access_token id_token refresh_token code state password secret client_secret api_key sig X-Amz-Signature clientSecret'.split(
    ' ',
  );

/** Ways in which a secret gets into a log line; what must not survive is the random part. */
const PLANTED: readonly { name: string; plant: (secret: string) => string }[] = [
  { name: 'a Vault service token', plant: (s) => `token ${`hvs.CAES${s}`} used` },
  { name: 'a Vault batch token behind a percent escape', plant: (s) => `x=%22hvb.${s}%22` },
  { name: 'a Vault recovery token', plant: (s) => `"hvr.${s}"` },
  { name: 'an old Vault token', plant: (s) => `id: s.${s}` },
  { name: 'an old Vault token with a namespace', plant: (s) => `(s.${s}.nsid1)` },
  { name: 'a JWT', plant: (s) => `jwt=eyJhbGciOiJSUzI1NiJ9.${base64url(`{"sub":"${s}"}`)}.${s}` },
  { name: 'a JWT behind a percent escape', plant: (s) => `%22eyJhbGciOiJSUzI1NiJ9.eyJ${s}.${s}` },
  { name: 'a bearer header', plant: (s) => `Authorization: Bearer ${s}` },
  { name: 'a bearer header in JSON', plant: (s) => `{"headers":{"authorization":["Bearer ${s}"]}}` },
  { name: 'a bearer header in JSON within JSON', plant: (s) => `"{\\"Authorization\\":\\"Bearer ${s}\\"}"` },
  { name: 'a bearer token in prose', plant: (s) => `sent bearer ${s} to` },
  { name: 'a header with a plain value', plant: (s) => `authorization=${s}` },
  { name: 'a basic header', plant: (s) => `Basic ${Buffer.from(`admin:${s}`).toString('base64')}` },
  { name: 'a Vault token header', plant: (s) => `X-Vault-Token: ${s}` },
  { name: 'cookies', plant: (s) => `Cookie: a=${s}; session=${s}` },
  { name: 'a Slack token', plant: (s) => `xoxb-123456-${s}` },
  { name: 'a Slack app token', plant: (s) => `xapp-1-${s}` },
  { name: 'a Slack webhook', plant: (s) => `https://hooks.slack.com/services/T000/B000/${s}` },
  { name: 'a GitHub token', plant: (s) => `ghp_${s}` },
  {
    name: 'a private key',
    plant: (s) => `-----BEGIN RSA PRIVATE KEY-----\\n${s}\\n-----END RSA PRIVATE KEY-----`,
  },
  { name: 'a private key that was cut', plant: (s) => `-----BEGIN PRIVATE KEY-----\n${s}` },
  { name: 'a password in a URL', plant: (s) => `postgres://app:${s}@db:5432/x` },
  { name: 'a password with an @ in a URL', plant: (s) => `https://app:a@${s}@host/x` },
  { name: 'a token as user of a URL', plant: (s) => `https://${s}@github.com/x.git` },
  { name: 'a password in an encoded URL', plant: (s) => `?next=https%3A%2F%2Fapp%3A${s}%40host%2F` },
  { name: 'a parameter with JSON ampersand', plant: (s) => `/cb?x=1\\u0026code=${s}` },
  { name: 'a parameter of a URL within a URL', plant: (s) => `?to=https%3A%2F%2Fh%2F%3Fcode%3D${s}&limit=5` },
  { name: 'a parameter of a URL, encoded twice', plant: (s) => `?to=%253Fx%253D1%2526access_token%253D${s}` },
  { name: 'a fragment', plant: (s) => `https://app/#access_token=${s}` },
  { name: 'a password field', plant: (s) => `{"password":"${s}"}` },
  { name: 'a long password', plant: (s) => `{"password":"${s.repeat(20)}"}` },
  { name: 'a password with escapes', plant: (s) => `{"password":"a\\"b\\n${s}"}` },
  { name: 'a password of several words', plant: (s) => `password="correct ${s} horse"` },
  { name: 'a secret field in JSON within JSON', plant: (s) => `"{\\"client_secret\\":\\"${s}\\"}"` },
  ...PARAMETERS.flatMap((name) => [
    { name: `parameter ${name}`, plant: (s: string) => `/login?limit=5&${name}=${s}&x=1` },
    { name: `first parameter ${name.toUpperCase()}`, plant: (s: string) => `/p?${name.toUpperCase()}=${s}` },
    { name: `percent-encoded parameter ${name}`, plant: (s: string) => `/p?${percentEncoded(name)}=${s}` },
  ]),
];

const BENIGN = [
  'dana@example.org opened a shell in vault/vault-0 from 10.0.20.5.',
  'verb=get objectRef.resource=secrets objectRef.namespace=vault responseStatus.code=403',
  'annotations.authorization.k8s.io/decision=allow annotations.authorization.k8s.io/reason=RBAC: allowed',
  '/api/v1/namespaces/vault/secrets?limit=500&fieldSelector=metadata.name%3Dx&watch=true',
  '/apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All&fieldManager=kubectl',
  'auth/token/create with policies [default admins], token_type=service, token_policies=["root"]',
  'Accepted publickey for deploy from 203.0.113.7 port 52144 ssh2: ED25519 SHA256:0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3aB4',
  'Failed password for invalid user admin from 198.51.100.9 port 4000 ssh2',
  'sshd.method=password sshd.user=root',
  'Basic authentication is off; Bearer token missing; bearer authentication required',
  'https://kubernetes.default.svc:443/healthz?verbose',
  'system:serviceaccount:external-secrets:external-secrets 2001:db8::7 fe80::1%eth0',
  'pods.apps.s.example.org sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'id=1bd5ee5c-ab77-4d42-8ec1-9ef7a66b8d5c path=sys/policies/acl/admins state of the code: fine',
  '{"serviceAccount":"default","automountServiceAccountToken":true,"token":null}',
  '日本語 Łódź 🙂 \u202e',
];

describe('redactText', () => {
  test.each(PLANTED)('takes out $name', ({ plant }) => {
    fc.assert(
      fc.property(longSecret, (secret) => {
        expect(redactText(plant(secret))).not.toContain(secret);
      }),
    );
  });

  const shown = [
    { name: 'HMAC', text: `x hmac-sha256:${'ab'.repeat(32)} y`, after: 'x hmac-sha256:… y' },
    { name: 'AWS key', text: 'key AKIAIOSFODNN7EXAMPLE used', after: 'key <redacted> used' },
    {
      name: 'query',
      text: '/v1/auth/oidc/callback?code=abc&state=st_x#top',
      after: '/v1/auth/oidc/callback?code=<redacted>&state=<redacted>#top',
    },
    { name: 'URL', text: 'git clone https://me:pw@host/x', after: 'git clone https://<redacted>@host/x' },
    {
      name: 'header',
      text: 'Authorization: Bearer abc verb=get',
      after: 'Authorization: Bearer <redacted> verb=get',
    },
    { name: 'basic', text: 'basic YTpi', after: 'basic <redacted>' },
    { name: 'field', text: '{"password":"pw","x":1}', after: '{"password":"<redacted>","x":1}' },
    { name: 'pair', text: 'token=abc, x=1', after: 'token=<redacted>, x=1' },
    { name: 'token', text: `hvs.${'A'.repeat(24)} x`, after: 'hvs.<redacted> x' },
  ];
  test.each(shown)('leaves what stood around a secret: $name', ({ text, after }) => {
    expect(redactText(text)).toBe(after);
  });

  test.each(BENIGN)('leaves alone: %s', (text) => {
    expect(redactText(text)).toBe(text);
  });

  test('takes a secret out of any surroundings, and redacting twice changes nothing', () => {
    const plants = fc.array(fc.tuple(fc.constantFrom(...PLANTED), fc.constantFrom(' ', '\n', ' "', '" ')), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(plants, longSecret, anyText, (parts, secret, noise) => {
        const text = `${noise} ${parts.map(([{ plant }, gap]) => plant(secret) + gap).join('')}`;
        const once = redactText(text);
        expect(once).not.toContain(secret);
        expect(redactText(once)).toBe(once);
      }),
      { numRuns: 3000 },
    );
  });

  const heavy = [
    'hvs.',
    'eyJ',
    'eyJ.',
    'Bearer ',
    'basic ',
    'authorization:',
    'cookie: a=b; ',
    '://',
    '://a:',
    '%3a%2f%2f',
    '?token',
    '&a',
    '%26%74',
    'token="',
    'password=',
    '-----BEGIN PRIVATE KEY-----',
    's.',
    ' ',
    'a',
    '%25',
    '\\u0026',
    'x'.repeat(40),
  ];
  test('redacting twice changes nothing, whatever pieces of secrets the text is made of', () => {
    const piece = fc.oneof(fc.constantFrom(...heavy, '"', '=', '@', '/', '.'), longSecret, fc.string());
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const once = redactText(pieces.join(''));
        expect(redactText(once)).toBe(once);
      }),
      { numRuns: 5000 },
    );
  });

  test.each(heavy)('takes a megabyte of %j in its stride', (part) => {
    const text = part.repeat(Math.ceil(1_000_000 / part.length));
    expect(redactText(text).length).toBeLessThanOrEqual(text.length * 4);
  });
});
