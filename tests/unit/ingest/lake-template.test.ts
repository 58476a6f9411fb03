import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { splitStatements } from '../../../src/shared/sql/split';
import { bundleCli, type CliBundle, type CliOutcome } from '../../support/cli-bundle';

let cli: CliBundle;
let place: string;
let folder: string;
let port: number;
let api: ChildProcess | undefined;

beforeAll(async () => {
  cli = await bundleCli();
  place = await mkdtemp(path.join(tmpdir(), 'millrace-template-'));
  folder = path.join(place, 'first_lake');
  port = await freePort();
});

afterAll(async () => {
  api?.kill();
  await cli.remove();
  await rm(place, { recursive: true, force: true });
});

const options = () => ({ cwd: folder, env: { MILLRACE_HOME: path.join(place, 'home') } });
const run = (...parameters: string[]): Promise<CliOutcome> => cli.run(parameters, options());

async function done(...parameters: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...parameters);
  expect([parameters, code, stderr]).toEqual([parameters, 0, '']);
  return stdout;
}

/** Runs a worksheet as a user would who runs all of it; gives the rows of its last statement. */
async function worksheet(name: string): Promise<Record<string, unknown>[]> {
  const sql = await readFile(path.join(folder, 'queries', name), 'utf8');
  expect(splitStatements(sql).length).toBeGreaterThan(1);
  const { code, stdout, stderr } = await cli.run(['sql', '--format', 'json'], { ...options(), input: sql });
  expect([name, code, stderr.replace(/.*statements yielded rows.*\n|.*rows? changed\.\n/g, '')]).toEqual([name, 0, '']);
  return JSON.parse(stdout);
}

async function startApi(...parameters: string[]): Promise<void> {
  if (api) {
    const before = api;
    await new Promise((resolve) => {
      before.once('exit', resolve);
      before.kill();
    });
  }
  const child = spawn(process.execPath, ['api/serve.mjs', '--port', String(port), ...parameters], { cwd: folder });
  api = child;
  await new Promise((resolve) => child.stdout.once('data', resolve));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address ? address.port : 0;
}

describe('the template of a first data lake', () => {
  it('leads through every step that it tells of', async () => {
    const made = await cli.run(['new', folder, '--template', 'lake'], {
      cwd: place,
      env: { MILLRACE_HOME: path.join(place, 'home') },
    });
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect((await readdir(folder)).sort()).toEqual([
      '.gitignore',
      'README.md',
      'api',
      'data',
      'millrace.yaml',
      'queries',
    ]);
    const config = path.join(folder, 'millrace.yaml');
    await writeFile(config, (await readFile(config, 'utf8')).replace('127.0.0.1:8787', `127.0.0.1:${port}`));

    await worksheet('01_look_before_you_load.sql');
    expect(await done('ingest', 'data/customers.csv', '--into', 'raw.customers', '--mode', 'replace')).toContain(
      '150 rows read',
    );
    await startApi();
    expect(await done('ingest', 'shop_api:products', '--into', 'raw.products')).toContain('60 rows read');
    expect(await done('ingest', 'shop_api:orders', '--into', 'raw.orders')).toContain('1,500 rows read');
    const [state] = await worksheet('02_from_the_api.sql');
    expect(state).toMatchObject({ source: 'shop_api:orders', table_name: 'raw.orders' });
    expect(await worksheet('03_clean_and_join.sql')).toEqual([{ lines_without_product: 0 }]);

    await startApi('--later');
    const later = await done('ingest', 'shop_api:orders', '--into', 'raw.orders');
    expect(later).toMatch(/66 rows read, 65 written/);
    const changed = await worksheet('04_a_day_later.sql');
    expect(changed).toHaveLength(25);
    expect(changed.every((row) => row.status === 'returned')).toBe(true);
    await done('ingest', 'shop_api:orders', '--into', 'raw.orders', '--contract', 'columns=freeze,types=discard_row');
  }, 300_000);
});
