import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LakeTableName } from '../../../src/shared/lake';
import { type LakeFixture, openLake } from './lake-fixture';

let fixture: LakeFixture;
const orders: LakeTableName = { schema: 'raw', name: 'orders' };
beforeAll(async () => {
  fixture = await openLake();
  await write('select i as id, i as amount from range(100) t(i)');
});
afterAll(() => fixture.close());

const write = (sql: string, mode: 'append' | 'replace' | 'merge' = 'append', into = orders) =>
  fixture.lake.createTable({ into, from: { sql }, mode, key: ['id'], run: 'r7' });
const last = async (table = orders) => (await fixture.lake.snapshots(table))[0]?.id as number;
const count = async (at = '') =>
  Number((await fixture.rows<{ n: string }>(`select count(*) n from lake.raw.orders ${at}`))[0]?.n);

describe('the page of a lake table', () => {
  it('shows columns, rows, size, comments and the last snapshot', async () => {
    await fixture.lake.change(orders, { change: 'comment', comment: "it's orders" });
    await fixture.lake.change(orders, { change: 'comment', column: 'id', comment: 'the number' });
    const page = await fixture.lake.page({ schema: 'RAW', name: 'Orders' });
    expect(page).toMatchObject({
      schema: 'raw',
      name: 'orders',
      rows: 100,
      files: 1,
      comment: "it's orders",
      columns: [{ name: 'id', type: 'BIGINT', comment: 'the number' }, { name: 'amount' }],
      lastSnapshot: { message: 'comment on raw.orders' },
    });
    expect(page.bytes).toBeGreaterThan(100);
    expect(page.ddl).toMatch(/^CREATE TABLE/);
    await expect(fixture.lake.page({ schema: 'raw', name: 'nope' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('lists the snapshots of this table alone, with run and rows', async () => {
    await write('select 1 as a', 'append', { schema: 'raw', name: 'other' });
    await write('select i + 100 as id, i as amount from range(50) t(i)');
    const snapshots = await fixture.lake.snapshots(orders);
    expect(snapshots.map((one) => one.changes[0])).toEqual(['inserted', 'altered', 'altered', 'created']);
    expect(snapshots[0]).toMatchObject({ rowsAdded: 50, run: 'r7', upkeep: false, message: 'append raw.orders' });
    expect(snapshots.at(-1)).toMatchObject({ rowsAdded: 100 });
  });

  it('lists files with rows, deletes and partition', async () => {
    await fixture.rows('delete from lake.raw.orders where id < 20');
    const files = await fixture.lake.files(orders);
    expect(files.map((file) => [file.rows, file.deleted])).toEqual([
      [100, 20],
      [50, 0],
    ]);
    expect(await fixture.lake.page(orders)).toMatchObject({ rows: 130, deletedRows: 20, deleteFiles: 1 });
  });
});

describe('time travel', () => {
  it('by version and by time, in a worksheet too', async () => {
    const version = await last();
    await write('select 9999 as id, 1 as amount');
    const { results } = await fixture.run(`select count(*) from raw.orders at (version => ${version})`);
    expect((await fixture.cells(results[0] as never))[0]?.map(String)).toEqual(['130']);
    const time = (await fixture.lake.snapshots(orders))[1]?.time as string;
    expect(await fixture.lake.versionOf(orders, { time: new Date(Date.parse(time) + 1).toISOString() })).toBe(version);
    await expect(fixture.lake.versionOf(orders, { time: '2001-01-01T00:00:00Z' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(fixture.lake.versionOf(orders, { version: 9_999 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('tells the difference of two versions by key, and by whole rows', async () => {
    const from = await last();
    await write('select * from (values (9999::bigint, 5::bigint), (10000, 1)) t(id, amount)', 'merge');
    await fixture.rows('delete from lake.raw.orders where id = 50');
    const to = await last();
    const keyed = await fixture.lake.diff({ table: orders, from, to, key: ['id'] });
    expect(keyed).toMatchObject({ added: 1, removed: 1, changed: 1, columns: ['id', 'amount'] });
    expect(keyed.rows.find((row) => row.kind === 'changed')).toMatchObject({
      cells: ['9999', '5'],
      before: ['9999', '1'],
    });
    const whole = await fixture.lake.diff({ table: orders, from, to });
    expect(whole).toMatchObject({ added: 2, removed: 2 });
    expect(await fixture.rows(whole.sql)).toHaveLength(4);
    expect(await fixture.rows(keyed.sql)).toHaveLength(3);
  });

  it('sees no difference in what maintenance rewrote', async () => {
    const from = await last();
    await fixture.lake.maintain('flush');
    await fixture.lake.maintain('rewrite');
    await fixture.lake.maintain('merge');
    const to = await last();
    expect(to).toBeGreaterThan(from);
    expect((await fixture.lake.snapshots(orders))[0]).toMatchObject({ upkeep: true });
    expect(await fixture.lake.diff({ table: orders, from, to })).toMatchObject({ added: 0, removed: 0 });
  });

  it('restores a version as a new snapshot with every row', async () => {
    const version = await last();
    const before = await count();
    await write('select 1::bigint as id, 1::bigint as amount', 'replace');
    expect(await count()).toBe(1);
    expect(await fixture.lake.restore(orders, { version })).toMatchObject({ rows: before, notes: [] });
    expect(await count()).toBe(before);
    expect(await fixture.lake.diff({ table: orders, from: version, to: await last() })).toMatchObject({
      added: 0,
      removed: 0,
    });
  });

  it('restores columns that were dropped since, with comment and partitioning', async () => {
    await fixture.lake.change(orders, {
      change: 'partition',
      partition: [{ column: 'id', transform: 'bucket', buckets: 2 }],
    });
    const version = await last();
    await fixture.lake.change(orders, { change: 'dropColumn', column: 'amount' });
    const outcome = await fixture.lake.restore(orders, { version });
    expect(outcome.notes.join()).toContain('made anew');
    expect(await fixture.lake.page(orders)).toMatchObject({
      columns: [{ name: 'id' }, { name: 'amount' }],
      comment: "it's orders",
      partition: [{ column: 'id', transform: 'bucket', buckets: 2 }],
    });
  });

  it('brings a dropped table back', async () => {
    const other = { schema: 'raw', name: 'other' };
    const version = await last(other);
    await fixture.lake.change(other, { change: 'drop' });
    await expect(fixture.lake.page(other)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await fixture.lake.snapshots(other))[0]?.changes).toEqual(['dropped']);
    await fixture.lake.restore(other, { version });
    expect(await fixture.lake.page(other)).toMatchObject({ rows: 1 });
  });
});

describe('changing a lake table', () => {
  it('adds, renames, widens and drops columns', async () => {
    await fixture.lake.change(orders, { change: 'addColumn', column: 'tier', type: 'INTEGER', default: '3' });
    await fixture.lake.change(orders, { change: 'widenColumn', column: 'tier', type: 'BIGINT' });
    await fixture.lake.change(orders, { change: 'renameColumn', column: 'tier', to: 'level' });
    expect(await fixture.rows('select distinct level, typeof(level) t from lake.raw.orders')).toEqual([
      { level: '3', t: 'BIGINT' },
    ]);
    await fixture.lake.change(orders, { change: 'dropColumn', column: 'level' });
    expect((await fixture.lake.page(orders)).columns.map((column) => column.name)).toEqual(['id', 'amount']);
  });

  it('refuses what would alter values or what the lake cannot hold', async () => {
    const refused = [
      { change: 'widenColumn', column: 'id', type: 'DOUBLE' },
      { change: 'widenColumn', column: 'id', type: 'HUGEINT' },
      { change: 'addColumn', column: 'x', type: 'HUGEINT' },
      { change: 'addColumn', column: 'ID', type: 'INTEGER' },
      { change: 'addColumn', column: 'x', type: 'INTEGER; DROP TABLE x' },
      { change: 'partition', partition: [{ column: 'id', transform: 'year' }] },
    ] as const;
    for (const change of refused) {
      await expect(fixture.lake.change(orders, change as never)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    }
  });

  it('renames a table', async () => {
    await fixture.lake.change(orders, { change: 'rename', to: 'sales' });
    expect((await fixture.lake.tables()).map((table) => table.name)).toEqual(['other', 'sales']);
    await fixture.lake.change({ schema: 'raw', name: 'sales' }, { change: 'rename', to: 'orders' });
  });
});

describe('maintenance', () => {
  it('tells what each step would do before it does it', async () => {
    await fixture.lake.change(orders, { change: 'partition', partition: [] });
    for (let round = 0; round < 4; round += 1)
      await write(`select i + ${round * 1000 + 20_000} as id, 1 as amount from range(30) t(i)`);
    await write('select 5 as id, 5 as amount');
    await fixture.rows('delete from lake.raw.orders where id % 2 = 0');
    const rows = await count();
    expect(await fixture.lake.planMaintenance('flush', { table: orders })).toMatchObject({ count: 1 });
    expect(await fixture.lake.maintain('flush', { table: orders })).toMatchObject({ count: 1 });
    expect((await fixture.lake.planMaintenance('rewrite', { table: orders })).count).toBeGreaterThan(0);
    await fixture.lake.maintain('rewrite', { table: orders });
    expect(await fixture.lake.planMaintenance('rewrite')).toMatchObject({ count: 0 });
    expect((await fixture.lake.planMaintenance('merge')).count).toBeGreaterThan(1);
    await fixture.lake.maintain('merge');
    const expiry = { olderThan: new Date().toISOString() };
    const planned = await fixture.lake.planMaintenance('expire', expiry);
    expect(planned.count).toBeGreaterThan(10);
    expect(planned.bytes).toBeGreaterThan(1_000);
    await fixture.lake.maintain('expire', expiry);
    const clean = await fixture.lake.planMaintenance('clean');
    expect(clean.bytes).toBeGreaterThanOrEqual(planned.bytes);
    expect(await fixture.lake.maintain('clean')).toMatchObject({ files: clean.files, bytes: clean.bytes });
    expect(await fixture.lake.planMaintenance('clean')).toMatchObject({ files: 0 });
    expect(await count()).toBe(rows);
    await expect(fixture.lake.maintain('expire')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});
