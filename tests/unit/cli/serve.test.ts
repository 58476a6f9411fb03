import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleCli, type CliBundle, outcome } from '../../support/cli-bundle';

let cli: CliBundle;
let folder: string;
const started: ChildProcessWithoutNullStreams[] = [];

beforeAll(async () => {
  cli = await bundleCli();
});

afterAll(() => cli.remove());

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-serve-'));
  await writeFile(path.join(folder, 'millrace.yaml'), 'name: served\n');
});

afterEach(async () => {
  for (const child of started.splice(0)) await ended(child, 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const env = () => ({ MILLRACE_HOME: path.join(folder, 'home') });

function start(...words: string[]): ChildProcessWithoutNullStreams {
  const child = cli.start(words, { cwd: folder, env: env() });
  started.push(child);
  return child;
}

async function ended(child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

/** Starts `millrace serve` and gives the URL that it printed. */
async function serve(): Promise<{ child: ChildProcessWithoutNullStreams; url: string }> {
  const child = start('serve', '--project', folder, '--trust');
  const [chunk] = await once(child.stdout, 'data');
  return { child, url: String(chunk).trim() };
}

/** Signs in with the link; gives a call of the API. */
async function signIn(url: string): Promise<(path: string) => Promise<{ status: number; body: string }>> {
  const exchanged = await get(url, {});
  const cookie = exchanged.cookie.split(';')[0] ?? '';
  return (where) => get(new URL(where, url).href, { cookie });
}

function get(url: string, headers: Record<string, string>): Promise<{ status: number; cookie: string; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(url, { headers, agent: false }, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      const cookie = answer.headers['set-cookie']?.[0] ?? '';
      resolve({ status: answer.statusCode ?? 0, cookie, body: Buffer.concat(chunks).toString() });
    });
    call.on('error', reject);
    call.end();
  });
}

describe('millrace serve', () => {
  it('works beside another that serves the project, and takes it over when that one is killed', async () => {
    const first = await serve();
    const second = await serve();
    const ask = await signIn(second.url);
    const owner = await ask('/api/health');
    expect(JSON.parse(owner.body)).toMatchObject({ pid: first.child.pid });
    await ended(first.child, 'SIGKILL');
    const after = await ask('/api/health');
    expect([after.status, JSON.parse(after.body).pid]).toEqual([200, second.child.pid]);
    await ended(second.child, 'SIGTERM');
    expect(second.child.exitCode).toBe(0);
  }, 60_000);

  it('names the command that has the project, and says what to do', async () => {
    const command = start('sql', 'select sum(a.range * b.range) from range(10000000) a, range(10000000) b', '--trust');
    await commandIsAnnounced();
    const { code, stderr } = await outcome(start('serve', '--project', folder));
    expect(code).toBe(1);
    expect(stderr).toContain(`running \`millrace\` command (process ${command.pid})`);
    expect(stderr).toContain(`kill ${command.pid}`);
  }, 60_000);
});

async function commandIsAnnounced(): Promise<void> {
  while (!existsSync(path.join(folder, '.millrace', 'command.json'))) await new Promise((next) => setTimeout(next, 50));
}
