import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCatalog } from '../../../src/main/engine/catalog';
import { type LakeFixture, openLake } from './lake-fixture';

let fixture: LakeFixture;
beforeAll(async () => {
  fixture = await openLake();
  await fixture.run('select 1 as before', { session: 'early' });
  await fixture.lake.createTable({
    into: fixture.table('orders'),
    from: { sql: 'select i as id from range(10) t(i)' },
    mode: 'append',
  });
  await writeFile(path.join(fixture.folder, 'a.csv'), 'id,name\n1,x\n');
});
afterAll(() => fixture.close());

async function first(sql: string, session = 'sheet'): Promise<unknown> {
  const { run, results } = await fixture.run(sql, { session });
  expect(run.error).toBeUndefined();
  const last = results.at(-1);
  return last?.kind === 'rows' ? (await fixture.cells(last))[0]?.map(String) : last?.kind;
}

describe('a worksheet of a project with a lake', () => {
  it('reads a table by schema and name, and with the lake before it', async () => {
    expect(await first('select count(*) from raw.orders')).toEqual(['10']);
    expect(await first('select count(*) from lake.raw.orders')).toEqual(['10']);
  });

  it('that was open before the lake was made reads it too', async () => {
    expect(await first('select count(*) from raw.orders', 'early')).toEqual(['10']);
    expect(await first('select before from _1', 'early')).toEqual(['1']);
  });

  it('still has its results, temporary tables, files and the history', async () => {
    expect(await first('select 41 as n', 'other')).toEqual(['41']);
    expect(await first('select n + 1 from _', 'other')).toEqual(['42']);
    await first('create temp table mine as select 5 as five', 'other');
    expect(await first('select five from mine', 'other')).toEqual(['5']);
    expect(await first("select name from 'a.csv'", 'other')).toEqual(['x']);
    expect(await first('create temp view seen as from raw.orders', 'other')).toBe('none');
    expect(await first('select count(*) from seen', 'other')).toEqual(['10']);
    expect(
      await first("select database_name from duckdb_databases() where database_name = 'millrace'", 'other'),
    ).toEqual(['millrace']);
    expect(
      await first('create table millrace.main.probe as select 1 a; select a from millrace.probe', 'other'),
    ).toEqual(['1']);
  });

  it('makes tables and views that stay in the lake', async () => {
    await first('create table raw.extra as select 1 as a; create view raw.seen as from raw.extra');
    fixture = await fixture.reopen();
    expect(await first('select a from raw.seen')).toEqual(['1']);
    expect(await first('select count(*) from raw.orders')).toEqual(['10']);
  });

  it('keeps what the user chose with USE', async () => {
    await first('use memory', 'chosen');
    await first('create table here as select 3 as three', 'chosen');
    expect(await first('select three from memory.here', 'chosen')).toEqual(['3']);
  });

  it('a transaction over two tables is kept or undone as one', async () => {
    await first('begin; insert into raw.orders values (100); insert into raw.extra values (2); rollback', 'tx');
    expect(await first('select (select count(*) from raw.orders), (select count(*) from raw.extra)', 'tx')).toEqual([
      '10',
      '1',
    ]);
  });

  it('shows the lake in the catalog, and none of DuckLake’s own tables', async () => {
    const databases = await fixture.lake.reading((connection) => readCatalog(connection));
    const lake = databases.find((database) => database.name === 'lake');
    expect(lake?.schemas.find((schema) => schema.name === 'raw')?.tables.map((table) => table.name)).toContain(
      'orders',
    );
    expect(databases.some((database) => database.name.startsWith('__ducklake'))).toBe(false);
  });

  it('a lake is made by a statement that creates something in it', async () => {
    const empty = await openLake();
    const { run } = await empty.run('create schema lake.raw; create table lake.raw.t as select 1 as a; from raw.t');
    expect(run).toMatchObject({ state: 'done' });
    expect(await empty.lake.tables()).toMatchObject([{ name: 't', rows: 1 }]);
    await empty.close();
  });

  it('a folder that is not trusted has no lake, and says so', async () => {
    const strange = await openLake({ restricted: true });
    await expect(
      strange.lake.createTable({ into: strange.table('t'), from: { sql: 'select 1 as a' }, mode: 'append' }),
    ).rejects.toMatchObject({ code: 'NOT_TRUSTED' });
    expect(strange.lake.status().state).toBe('none');
    await strange.close();
  });

  it('counts small writes and deletes that lie in the catalog', async () => {
    await fixture.rows('delete from lake.raw.orders where id = 3');
    await fixture.rows('insert into lake.raw.orders values (77)');
    const orders = (await fixture.lake.tables()).find((table) => table.name === 'orders');
    expect(orders).toMatchObject({ rows: 10 });
  });
});
