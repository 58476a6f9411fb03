import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleCli, type CliBundle } from '../../support/cli-bundle';

let cli: CliBundle;
let root: string;

beforeAll(async () => {
  cli = await bundleCli();
  root = await mkdtemp(path.join(tmpdir(), 'millrace-ls-'));
  await mkdir(path.join(root, 'files', 'raw'), { recursive: true });
  await writeFile(path.join(root, 'files', 'orders.csv'), 'id,amount\n1,2.5\n');
});
afterAll(async () => {
  await cli?.remove();
  await rm(root, { recursive: true, force: true });
});

it('a connection is added, listed, tried and unfolded down to columns', async () => {
  const millrace = (...words: string[]) =>
    cli.run(words, { cwd: path.join(root, 'shop'), env: { MILLRACE_HOME: path.join(root, 'home') } });
  expect((await cli.run(['new', 'shop'], { cwd: root, env: { MILLRACE_HOME: path.join(root, 'home') } })).code).toBe(0);
  const added = await millrace('connections', 'add', 'files', '--type', 'folder', '--set', 'path=../files');
  expect([added.stderr, added.code]).toEqual(['', 0]);
  expect((await millrace('ls')).stdout).toMatch(/^files {2}folder {2}read {2}dev {2}idle$/m);
  const names = JSON.parse((await millrace('ls', 'files', '--json')).stdout).map((node: { name: string }) => node.name);
  expect(names).toEqual(['orders.csv', 'raw']);
  expect((await millrace('ls', 'files:orders.csv')).stdout).toContain('amount  DOUBLE');
  const tested = await millrace('connections', 'test', 'files');
  expect([tested.stdout, tested.code]).toEqual([expect.stringMatching(/^name +ok/), 0]);
  const refused = await millrace('connections', 'add', 'db', '--type', 'postgres', '--set', 'password=hunter2');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('--secret password')]);
});
