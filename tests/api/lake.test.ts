import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleCli, type CliBundle } from '../support/cli-bundle';
import { callError, DOORS, type Door, openDoor } from './support/doors';

describe.each(DOORS)('the lake through the %s door', (name) => {
  let door: Door;
  const table = { schema: 'raw', name: 'orders' };
  beforeAll(async () => {
    door = await openDoor(name);
  });
  afterAll(() => door.close());

  test('a file becomes a table, after a look at what it would be', async () => {
    expect(await door.api.lake.status.query()).toMatchObject({ state: 'none' });
    const request = { into: table, from: { relation: "'data/orders.csv'" }, mode: 'append' as const };
    const plan = await door.api.lake.planCreate.mutate(request);
    expect(plan).toMatchObject({
      exists: false,
      columns: [{ name: 'order_id' }, { name: 'customer' }, { name: 'amount' }],
    });
    expect(plan.preview.rows[0]).toEqual(['1', 'Ada', '12.50']);
    expect(await door.api.lake.create.mutate(request)).toMatchObject({ created: true, rows: 3 });
    expect(await door.api.lake.tables.query()).toMatchObject([{ name: 'orders', rows: 3 }]);
    expect(await readFile(path.join(door.project.folder, 'lake/.gitignore'), 'utf8')).toBe('*\n');
  });

  test('a result becomes a table', async () => {
    const { results } = await door.run('select 1 as n, 2 as n');
    const from = { result: results[0]?.id as string };
    await door.api.lake.create.mutate({ into: { schema: 'raw', name: 'kept' }, from, mode: 'replace' });
    const page = await door.api.lake.page.query({ schema: 'raw', name: 'kept' });
    expect(page.columns.map((column) => column.name)).toHaveLength(2);
  });

  test('its page, snapshots, difference and restore', async () => {
    await door.run("insert into raw.orders values (9, 'Zoe', 1)");
    const snapshots = await door.api.lake.snapshots.query({ table });
    const [newest, oldest] = [snapshots[0]?.id as number, snapshots.at(-1)?.id as number];
    expect(await door.api.lake.diff.query({ table, from: oldest, to: newest, key: ['order_id'] })).toMatchObject({
      added: 1,
      removed: 0,
      changed: 0,
    });
    await door.api.lake.restore.mutate({ table, version: { version: oldest } });
    expect(await door.api.lake.page.query(table)).toMatchObject({ rows: 3 });
    expect(await door.api.lake.planMaintenance.query({ step: 'merge' })).toMatchObject({ step: 'merge' });
  });

  test('what is refused has its code', async () => {
    const bad = door.api.lake.create.mutate({
      into: { schema: 'temp', name: 't' },
      from: { sql: 'select 1 as a' },
      mode: 'append',
    });
    expect(await callError(bad)).toMatchObject({ code: 'NAME_TAKEN' });
    const none = door.api.lake.page.query({ schema: 'raw', name: 'no' });
    expect(await callError(none)).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('millrace lake', () => {
  let door: Door;
  let cli: CliBundle;
  beforeAll(async () => {
    [door, cli] = await Promise.all([openDoor('desktop'), bundleCli()]);
    await door.run('create schema lake.raw; create table lake.raw.t as select i as id, 1 as v from range(50) t(i)');
    await door.run('update raw.t set v = 2 where id = 7');
  });
  afterAll(async () => {
    await door.close();
    await cli.remove();
  });

  const run = async (...parameters: string[]) => {
    const env = { MILLRACE_HOME: process.env.MILLRACE_HOME };
    const done = await cli.run(['lake', ...parameters, '--project', door.project.folder], { env });
    expect([done.stderr, done.code]).toEqual(['', 0]);
    return done.stdout;
  };

  test('works through the window that has the project open', async () => {
    expect(await run('tables')).toMatch(/raw\.t\s+50/);
    expect(JSON.parse(await run('tables', '--json'))).toMatchObject([{ schema: 'raw', name: 't', rows: 50 }]);
    const [newest, first] = JSON.parse(await run('snapshots', 'raw.t', '--json')) as { id: number }[];
    expect(await run('diff', 'raw.t', '--from', String(first?.id), '--key', 'id')).toContain(
      '0 added, 0 removed, 1 changed',
    );
    expect(await run('restore', 'lake.raw.t', '--version', String(first?.id))).toContain('50 rows');
    expect(JSON.parse(await run('diff', 'raw.t', '--from', String(newest?.id), '--key', 'id', '--json'))).toMatchObject(
      { changed: 1 },
    );
    expect(await run('compact', '--dry-run', '--older-than', '0h')).toContain('expire');
    await run('compact', 'raw.t', '--older-than', '0h');
    expect(await run('move', '--to', 'elsewhere/')).toContain('millrace.yaml says so');
    expect(await readFile(path.join(door.project.folder, 'millrace.yaml'), 'utf8')).toContain('location: elsewhere/');
    const { results } = await door.run('select count(*) from raw.t');
    expect(results[0]?.error).toBeUndefined();
    expect(JSON.parse(await run('tables', '--json'))).toMatchObject([{ name: 't', rows: 50 }]);
  });
});
