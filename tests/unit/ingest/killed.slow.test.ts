import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCli, type CliBundle, outcome } from '../../support/cli-bundle';
import { type ApiServer, startApiServer } from '../../support/services/api-server';

const ROUNDS = 10;
const PAGES = 12;
const PAGE_ROWS = 400;

let cli: CliBundle;
let api: ApiServer;
let place: string;
let folder: string;

beforeAll(async () => {
  cli = await bundleCli();
  api = await startApiServer();
  place = await mkdtemp(path.join(tmpdir(), 'millrace-killed-'));
  folder = path.join(place, 'shop');
  api.on('/rows', ({ url }, response) => {
    const page = Number(url.searchParams.get('page'));
    const lines = Array.from({ length: page > PAGES ? 0 : PAGE_ROWS }, (_, n) =>
      JSON.stringify({
        id: (page - 1) * PAGE_ROWS + n,
        load: Number(url.searchParams.get('load')),
        text: 'x'.repeat(200),
      }),
    );
    response.setHeader('content-type', 'application/x-ndjson');
    response.end(lines.join('\n'));
  });
});

afterAll(async () => {
  await cli.remove();
  await api.stop();
  await rm(place, { recursive: true, force: true });
});

const options = () => ({ cwd: place, env: { MILLRACE_HOME: path.join(place, 'home') } });
const project = () => ['--project', folder];

async function configure(load: number): Promise<void> {
  const endpoint = `{ path: /rows, paging: page, params: { load: ${load} } }`;
  const entry = `connections:\n  api:\n    type: http\n    url: ${api.url}\n    endpoints:\n      rows: ${endpoint}\n`;
  await writeFile(path.join(folder, 'millrace.yaml'), `name: shop\n${entry}`);
}

/** The loads whose rows the table holds, with their counts. */
async function loads(): Promise<{ load: number; n: number }[]> {
  const sql = 'select load::int as load, count(*)::int as n from lake.raw.rows group by all order by all';
  const { stdout, stderr } = await cli.run(['sql', sql, '--format', 'json', ...project()], options());
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('an ingest that is killed', () => {
  it(`at random moments leaves the old table or the new one, and the next run works (${ROUNDS} times)`, async () => {
    await cli.run(['new', folder], options());
    await configure(0);
    const ingest = ['ingest', 'api:rows', '--into', 'raw.rows', '--mode', 'replace', ...project()];
    const started = Date.now();
    expect((await cli.run(ingest, options())).code).toBe(0);
    const whole = Date.now() - started;
    let last = 0;
    for (let round = 1; round <= ROUNDS; round += 1) {
      await configure(round);
      const child = cli.start(ingest, options());
      const ended = outcome(child);
      await wait(whole * (0.3 + 0.7 * Math.random()));
      child.kill('SIGKILL');
      await ended;
      const now = await loads();
      expect(now).toHaveLength(1);
      expect(now[0]?.n).toBe(PAGES * PAGE_ROWS);
      expect([last, round]).toContain(now[0]?.load);
      last = now[0]?.load ?? last;
    }
    await configure(99);
    expect((await cli.run(ingest, options())).code).toBe(0);
    expect(await loads()).toEqual([{ load: 99, n: PAGES * PAGE_ROWS }]);
    const left = (await readdir(path.join(folder, '.millrace', 'tmp'))).filter((name) => name.startsWith('ingest-'));
    expect(left).toEqual([]);
  });

  it('by a full disk says so, and the table is as it was', async () => {
    const before = await loads();
    const probe = cli.start(['--version'], options());
    await outcome(probe);
    const entry = probe.spawnargs[1];
    const shown = `'${process.execPath}' '${entry}' ingest api:rows --into raw.rows --mode replace --project '${folder}'`;
    const state = path.join(folder, '.millrace', 'tmp');
    const script = `mount -t tmpfs -o size=300k full ${state} && cd ${place} && ${shown}`;
    const full = spawn('unshare', ['-Urm', 'sh', '-c', script], {
      env: { ...process.env, ...options().env, UV_THREADPOOL_SIZE: '16' },
    });
    const { code, stderr } = await outcome(full);
    expect(code).toBe(1);
    expect(stderr).toMatch(/disk is full|no space left/i);
    expect(stderr).toContain('Hint: ');
    expect(await loads()).toEqual(before);
  });
});
