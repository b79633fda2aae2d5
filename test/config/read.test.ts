import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configPaths, readConfig, readSecret } from '../../src/config/read.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'detector-config-'));
  await writeFile(join(folder, 'c.yaml'), 'loki: {bearer_token_file: token}\r\n');
  await writeFile(join(folder, 'token'), 's3cret\n');
  await writeFile(join(folder, 'empty'), '\n');
  await mkdir(join(folder, 'folder.yaml'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('configuration files', () => {
  test('are those of the flags, else those of DETECTOR_CONFIG', () => {
    expect(configPaths(['a.yaml'], { DETECTOR_CONFIG: 'b.yaml' })).toEqual(['a.yaml']);
    expect(configPaths([], { DETECTOR_CONFIG: 'b.yaml:c.yaml' })).toEqual(['b.yaml', 'c.yaml']);
    expect(configPaths([], {})).toEqual([]);
  });

  test('are read, and name secrets beside them', async () => {
    const { settings } = await readConfig([join(folder, 'c.yaml')], {});
    expect(settings.loki.bearer_token_file).toBe(join(folder, 'token'));
  });

  test.each([
    { name: 'missing', file: 'nowhere.yaml', says: 'there is no such file' },
    { name: 'a folder', file: 'folder.yaml', says: 'it is a folder: name the file in it' },
  ])('that are $name are told by name', async ({ file, says }) => {
    const path = join(folder, file);
    await expect(readConfig([path, join(folder, 'c.yaml')], {})).rejects.toThrow(
      `${path}:1:1: this configuration file cannot be read: ${says}`,
    );
  });
});

describe('a secret', () => {
  test('is what the file holds, without its last line feed', async () => {
    expect(await readSecret({ from: 'file', path: join(folder, 'token') }, {})).toBe('s3cret');
  });

  test('is what the variable holds', async () => {
    expect(await readSecret({ from: 'env', variable: 'TOKEN' }, { TOKEN: 's3cret' })).toBe('s3cret');
  });

  test.each([
    {
      name: 'an empty file',
      secret: () => ({ from: 'file', path: join(folder, 'empty') }) as const,
      says: 'this secret is empty',
    },
    {
      name: 'a missing file',
      secret: () => ({ from: 'file', path: join(folder, 'none') }) as const,
      says: 'no such file',
    },
    {
      name: 'an unset variable',
      secret: () => ({ from: 'env', variable: 'NONE' }) as const,
      says: 'this secret is empty',
    },
  ])('is not taken from $name', async ({ secret, says }) => {
    await expect(readSecret(secret(), {})).rejects.toThrow(says);
  });
});
