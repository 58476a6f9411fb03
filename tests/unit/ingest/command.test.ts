import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleCli, type CliBundle, type CliRunOptions, outcome } from '../../support/cli-bundle';
import { type ApiServer, json, startApiServer } from '../../support/services/api-server';

let cli: CliBundle;
let api: ApiServer;
let place: string;
let folder: string;

beforeAll(async () => {
  cli = await bundleCli();
  api = await startApiServer();
});

afterAll(async () => {
  await cli.remove();
  await api.stop();
});

beforeEach(async () => {
  place = await mkdtemp(path.join(tmpdir(), 'millrace-ingest-cli-'));
  folder = path.join(place, 'shop');
  await cli.run(['new', folder], options());
  await mkdir(path.join(folder, 'data'));
  await writeFile(path.join(folder, 'data', 'orders.csv'), 'id,amount\n1,10\n2,20\n');
});

afterEach(() => rm(place, { recursive: true, force: true }));

function options(): CliRunOptions {
  return { cwd: folder ? path.dirname(folder) : tmpdir(), env: { MILLRACE_HOME: path.join(place, 'home') } };
}

const ingest = (...parameters: string[]) => cli.run(['ingest', ...parameters, '--project', folder], options());
const rows = async (query: string) =>
  JSON.parse((await cli.run(['sql', query, '--format', 'json', '--project', folder], options())).stdout) as unknown[];

describe('millrace ingest', () => {
  it('loads a file, says what it did, and the rows are there for SQL', async () => {
    const { stdout, stderr, code } = await ingest('data/orders.csv', '--into', 'raw.orders');
    expect([stderr, code]).toEqual(['', 0]);
    expect(stdout).toMatch(/^raw\.orders {2}made: 2 rows read, 2 written/);
    expect(await rows('from lake.raw.orders order by id')).toEqual([
      { id: 1, amount: 10 },
      { id: 2, amount: 20 },
    ]);
    expect((await readdir(path.join(folder, '.millrace'))).filter((name) => name.endsWith('.json'))).toEqual([]);
  });

  it('gives its report as JSON', async () => {
    const { stdout } = await ingest('data/orders.csv', '--into', 'raw', '--mode', 'merge', '--key', 'id', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      tables: [{ table: 'raw.orders', mode: 'merge', rowsRead: 2, rowsWritten: 2 }],
      failures: [],
    });
  });

  it('shows SQL and pipeline with --dry-run, and makes nothing', async () => {
    const { stdout, code } = await ingest('data/orders.csv', '--into', 'raw.orders', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('CREATE TABLE lake."raw"."orders" ("id" BIGINT, "amount" BIGINT);');
    expect(stdout).toContain('--     into: raw.orders');
    expect(await readdir(folder)).not.toContain('lake');
  });

  it.each([
    [['data/orders.csv']],
    [['data/orders.csv', '--into', 'raw.x', '--contract', 'never']],
    [['data/orders.csv', '--into', 'raw.x', '--mode', 'upsert']],
  ])('ends with code 2 for %j', async (parameters) => {
    expect((await ingest(...parameters)).code).toBe(2);
  });

  it.each([
    ['data/none.csv', 'raw.x', /none\.csv/],
    ['nowhere:public.orders', 'raw.x', /nowhere/],
    ['data/orders.csv', 'main.x', /reserved/],
    ['data/orders.csv', 'a.b.c.d', /names no table/],
  ])('ends with code 1 for %s into %s, and says why', async (source, into, message) => {
    const { stderr, code } = await ingest(source, '--into', into);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).toContain('Hint: ');
  });

  it('works beside another ingest of the same project, and leaves cleanly on Ctrl+C', async () => {
    api.on('/slow', () => undefined);
    const first = cli.start(['ingest', `${api.url}/slow`, '--into', 'raw.slow', '--project', folder], options());
    const ended = outcome(first);
    while (!api.calls.some(({ url }) => url.pathname === '/slow')) await wait(20);
    const second = await ingest('data/orders.csv', '--into', 'raw.orders');
    expect([second.stderr, second.code]).toEqual(['', 0]);
    first.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(await rows('select count(*)::int as n from lake.raw.orders')).toEqual([{ n: 2 }]);
    expect((await readdir(path.join(folder, '.millrace', 'tmp'))).filter((name) => name.startsWith('ingest-'))).toEqual(
      [],
    );
  });

  it('stops the work in the owner when the command is killed', async () => {
    api.on('/slow2', () => undefined);
    api.on('/orders', (_call, response) => json(response, [{ id: 1 }]));
    const owner = cli.start(['ingest', `${api.url}/slow2`, '--into', 'raw.owner', '--project', folder], options());
    const ownerEnded = outcome(owner);
    const seen = () => api.calls.filter(({ url }) => url.pathname === '/slow2').length;
    while (seen() < 1) await wait(20);
    const second = cli.start(['ingest', `${api.url}/slow2?b`, '--into', 'raw.second', '--project', folder], options());
    while (seen() < 2) await wait(20);
    const spools = async () =>
      (await readdir(path.join(folder, '.millrace', 'tmp'))).filter((name) => name.startsWith('ingest-')).length;
    expect(await spools()).toBe(2);
    second.kill('SIGKILL');
    while ((await spools()) > 1) await wait(20);
    owner.kill('SIGINT');
    expect((await ownerEnded).code).toBe(130);
  });
});
