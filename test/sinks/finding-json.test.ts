import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findingJson, jsonLine } from '../../src/sinks/finding-json.ts';
import { createNdjson } from '../../src/sinks/ndjson.ts';
import { anyTold, aTold, HOSTILE, TEN } from '../support/told.ts';

const schema: unknown = JSON.parse(
  readFileSync(new URL('../../docs/finding.schema.json', import.meta.url), 'utf8'),
);
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
// ajv.compile takes an object; what the file holds is checked by ajv itself.
const validate = ajv.compile(schema as object);

describe('findingJson', () => {
  test('has the keys of schema version 1 in their order', () => {
    expect(findingJson(aTold(), undefined)).toBe(
      '{"schema_version":1,"id":"f0","rule":"K4","title":"Interactive access to a sensitive pod",' +
        '"severity":"warning","verified":true,"outcome":"succeeded","time":"2026-11-20T10:00:00.000000Z",' +
        '"seen":null,"stream":"kube-audit","source":{"file":"audit.jsonl","line":7},' +
        '"actor":"dana@example.org","peer":"10.0.20.5","zones":["lan","terraform"],"object":"vault/vault-0",' +
        '"count":1,"summary":"dana@example.org opened a shell in vault/vault-0 from 10.0.20.5.",' +
        '"evidence":[{"time":"2026-11-20T10:00:00.000000Z","file":"audit.jsonl","line":7,' +
        '"text":"verb=get objectRef.subresource=exec"}],' +
        '"alert":{"key":"K4|dana@example.org|vault/vault-0","state":"new"}}',
    );
  });

  test('says null for what is missing', () => {
    const told = aTold({ time: undefined, actor: undefined, peer: undefined, object: undefined, zones: [] });
    expect(JSON.parse(findingJson(told, undefined))).toMatchObject({
      time: null,
      seen: null,
      actor: null,
      peer: null,
      object: null,
      zones: [],
    });
  });

  test('gives the time at which a running detector saw the line, to the microsecond', () => {
    expect(JSON.parse(findingJson(aTold(), TEN + 1))).toMatchObject({ seen: '2026-11-20T10:00:00.000001Z' });
  });

  test('is valid by the published schema, printable and the same after parsing, whatever the log held', () => {
    fc.assert(
      fc.property(anyTold, (told) => {
        const line = findingJson(told, undefined);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
        const parsed: unknown = JSON.parse(line);
        expect(validate(parsed), JSON.stringify(validate.errors)).toBe(true);
        expect(parsed).toMatchObject({ summary: told.finding.summary, actor: told.finding.actor ?? null });
      }),
      { numRuns: 500 },
    );
  });

  test.each(HOSTILE.map((text) => ({ name: jsonLine(text).slice(0, 40), text })))(
    'keeps $name readable as data',
    ({ text }) => {
      const line = findingJson(aTold({ object: text }), undefined);
      expect(JSON.parse(line)).toMatchObject({ object: text });
      expect(line).toMatch(/^[\P{C}]*$/u);
    },
  );

  test('the schema refuses a finding without a rule and one with another key', () => {
    const line: unknown = JSON.parse(findingJson(aTold(), undefined));
    expect(validate({ ...(line as object), rule: undefined })).toBe(false);
    expect(validate({ ...(line as object), more: 1 })).toBe(false);
  });
});

describe('createNdjson', () => {
  test('writes one line a finding and nothing else', () => {
    const written: string[] = [];
    const sink = createNdjson((text) => written.push(text));
    sink.tell(aTold({ summary: 'a\nb' }));
    sink.tell(aTold());
    expect(written).toHaveLength(2);
    expect(written.every((text) => text.indexOf('\n') === text.length - 1)).toBe(true);
  });
});
