import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRuleFiles } from '../../src/commands/rule-files.ts';
import { InputError } from '../../src/errors.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rule-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

const put = async (name: string, content: string | Uint8Array) => {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
};

describe('rule files', () => {
  it('are found below folders in a stable order, each once', async () => {
    for (const name of ['b/2.yml', 'a/9.yaml', 'b/1.YAML', 'b/readme.md', '.git/x.yaml', 'a/.hidden.yaml'])
      await put(name, name);
    await symlink(folder, path.join(folder, 'loop'));
    const files = await readRuleFiles([path.join(folder, 'b/2.yml'), folder]);
    expect(files.map((file) => [path.relative(folder, file.path), file.text])).toEqual([
      ['a/9.yaml', 'a/9.yaml'],
      ['b/1.YAML', 'b/1.YAML'],
      ['b/2.yml', 'b/2.yml'],
    ]);
  });

  it('may be named whatever their ending', async () => {
    expect(await readRuleFiles([await put('rule.txt', 'title: x')])).toHaveLength(1);
  });

  it('lose a byte order mark', async () => {
    expect((await readRuleFiles([await put('a.yaml', '\uFEFFtitle: x')]))[0]?.text).toBe('title: x');
  });

  it.each([
    {
      name: 'UTF-16',
      content: Uint8Array.of(0xff, 0xfe, 0x74, 0),
      said: /a\.yaml: this looks like UTF-16; save it as UTF-8/,
    },
    {
      name: 'bytes that are no UTF-8',
      content: Uint8Array.of(0x74, 0xe9, 0x0a),
      said: /a\.yaml: this is no UTF-8 text/,
    },
    { name: 'NUL bytes', content: 'a\0b', said: /a\.yaml: this is a binary file/ },
    { name: 'five megabytes', content: 'x'.repeat(5_000_000), said: /a\.yaml: larger than/ },
  ])('with $name are refused by name', async ({ content, said }) => {
    const file = await put('a.yaml', content);
    await expect(readRuleFiles([file])).rejects.toThrow(InputError);
    await expect(readRuleFiles([file])).rejects.toThrow(said);
  });

  it('that are not there are named', async () => {
    await expect(readRuleFiles([path.join(folder, 'none')])).rejects.toThrow(
      /none: there is no such file or folder/,
    );
  });

  it('must be in a folder that is given', async () => {
    await expect(readRuleFiles([folder])).rejects.toThrow(/the folder holds no \*\.yaml or \*\.yml file/);
  });
});
