import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleCli, type CliBundle } from '../support/cli-bundle';
import { type Keychain, startKeychain } from '../support/services/keychain';

let cli: CliBundle;
let keychain: Keychain;
let root: string;
let project: string;

const millrace = (words: string[], input?: string) =>
  cli.run(words, {
    cwd: project,
    env: { MILLRACE_HOME: path.join(root, 'home'), ...keychain.env },
    ...(input === undefined ? {} : { input }),
  });
const yaml = () => readFile(path.join(project, 'millrace.yaml'), 'utf8');

beforeAll(async () => {
  cli = await bundleCli();
  keychain = await startKeychain();
});
afterAll(async () => {
  await cli?.remove();
  await keychain?.stop();
  await rm(root, { recursive: true, force: true });
});
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'millrace-keychain-project-'));
  project = path.join(root, `shop${Math.floor(Math.random() * 1e9)}`);
  await mkdir(project);
  expect((await millrace(['new', '.'])).code).toBe(0);
});

const ADD = ['connections', 'add', 'api', '--type', 'http', '--set', 'auth.type=bearer', '--secret', 'auth.token'];

describe('a secret that is entered', () => {
  it('lies in the keychain, and only its name in millrace.yaml', async () => {
    const added = await millrace([...ADD, '--set', 'url=http://127.0.0.1:9/v1'], 's3cret-töken\n');
    expect([added.stderr, added.code]).toEqual(['', 0]);
    expect(await yaml()).toContain('token: keychain:');
    expect(await yaml()).not.toContain('s3cret');
    const listed = await millrace(['connections', 'list', '--json']);
    expect(listed.stdout).not.toContain('s3cret');
    expect(JSON.parse(listed.stdout)).toMatchObject([{ name: 'api', type: 'http', state: 'idle' }]);
  });

  it('is not handed to another host before the user says so', async () => {
    await millrace([...ADD, '--set', 'url=http://127.0.0.1:9/v1'], 's3cret\n');
    const first = JSON.parse((await millrace(['connections', 'test', 'api', '--json'])).stdout);
    expect(first.steps.at(-1)).toMatchObject({ step: 'route', state: 'failed' });
    await writeFile(path.join(project, 'millrace.yaml'), (await yaml()).replace('127.0.0.1:9', '127.0.0.1:11'));
    const moved = await millrace(['connections', 'test', 'api', '--json']);
    expect(moved.code).toBe(1);
    const { error } = JSON.parse(moved.stdout).steps.at(-1);
    expect(error.code).toBe('SECRET_HOST_CHANGED');
    expect(error.message).toContain('127.0.0.1:9');
    expect(error.message).toContain('127.0.0.1:11');
    const confirmed = await millrace(['connections', 'test', 'api', '--json', '--confirm-host']);
    expect(JSON.parse(confirmed.stdout).steps.at(-1)).toMatchObject({ step: 'route', state: 'failed' });
  });

  it('is gone from the keychain with its connection', async () => {
    await millrace([...ADD, '--set', 'url=http://127.0.0.1:9/v1'], 's3cret\n');
    const before = await yaml();
    expect((await millrace(['connections', 'remove', 'api'])).code).toBe(0);
    expect(await yaml()).not.toContain('keychain:');
    await writeFile(path.join(project, 'millrace.yaml'), before);
    const test = JSON.parse((await millrace(['connections', 'test', 'api', '--json'])).stdout);
    expect(test.steps.at(-1).error.code).toBe('SECRET_MISSING');
  });

  it('says what to do where the system has no keychain', async () => {
    const added = await cli.run([...ADD, '--set', 'url=http://127.0.0.1:9/v1'], {
      cwd: project,
      env: { MILLRACE_HOME: path.join(root, 'home'), DBUS_SESSION_BUS_ADDRESS: `unix:path=${root}/nothing` },
      input: 's3cret\n',
    });
    expect(added.code).toBe(1);
    expect(added.stderr).toContain('The keychain of the system does not answer');
    expect(added.stderr).toMatch(/\$\{NAME\}/);
    expect(await yaml()).not.toContain('api');
  });
});
