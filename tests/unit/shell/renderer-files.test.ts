import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rendererFile } from '../../../src/main/shell/renderer-files';

let folder: string;
let root: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-files-'));
  root = path.join(folder, 'renderer');
  await mkdir(path.join(root, 'assets'), { recursive: true });
  await writeFile(path.join(root, 'index.html'), '<title>page</title>');
  await writeFile(path.join(root, 'assets', 'lens.wasm'), 'wasm');
  await writeFile(path.join(folder, 'secret.txt'), 'secret');
  await mkdir(path.join(folder, 'renderer-other'));
  await writeFile(path.join(folder, 'renderer-other', 'a.js'), 'other');
  await symlink(path.join(folder, 'secret.txt'), path.join(root, 'link.txt'));
});

afterAll(() => rm(folder, { recursive: true }));

describe("the desktop's own files", () => {
  test('come with type, length, the policy, and a long life where their name carries a hash', async () => {
    const response = await rendererFile(root, '/assets/lens.wasm');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('wasm');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/wasm',
      'content-length': '4',
      'cache-control': expect.stringContaining('immutable'),
      'content-security-policy': expect.stringContaining("script-src 'self' 'wasm-unsafe-eval'"),
      'x-content-type-options': 'nosniff',
    });
  });

  test.each(['/', '/index.html', '/worksheet/one'])('%s is the page', async (name) => {
    const response = await rendererFile(root, name);
    expect(await response.text()).toBe('<title>page</title>');
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/../renderer-other/a.js',
    '/link.txt',
    '/missing.js',
    '/%00.js',
    '/%E0%A4%A.js',
    '/assets/lens.wasm/x.js',
  ])('%s is not found', async (name) => {
    const response = await rendererFile(root, name);
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('Not found');
  });
});
