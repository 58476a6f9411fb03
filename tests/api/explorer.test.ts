import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cellsOf } from './support/arrow-cells';
import { callError, DOORS, type Door, openDoor } from './support/doors';

describe.each(DOORS)('exploring files through the %s door', (name) => {
  let door: Door;
  beforeAll(async () => {
    door = await openDoor(name);
    await door.run("copy (select range as id, range % 3 as shard from range(90)) to 'data/numbers.parquet'");
  });
  afterAll(() => door.close());

  test('the tree lists what the folder holds, without its private part', async () => {
    const top = await door.api.explorer.list.query({ folder: '' });
    expect(top.map((entry) => entry.name)).toEqual(expect.arrayContaining(['data', 'queries']));
    expect(top.map((entry) => entry.name)).not.toContain('.millrace');
    const data = await door.api.explorer.list.query({ folder: 'data' });
    expect(data.map((entry) => [entry.name, entry.format])).toEqual(
      expect.arrayContaining([
        ['orders.csv', 'csv'],
        ['events.ndjson', 'ndjson'],
        ['numbers.parquet', 'parquet'],
      ]),
    );
  });

  test('a file tells its columns and how it is read', async () => {
    const described = await door.api.explorer.describe.query({ path: 'data/orders.csv' });
    expect(described.columns.map((column) => column.name)).toEqual(['order_id', 'customer', 'amount']);
    const { results } = await door.run(`select count(*) as n from ${described.spelledOut}`);
    const answer = await door.send({ path: `/api/results/${results[0]?.id}/window?offset=0&limit=1&columns=0` });
    expect(cellsOf(answer.bytes)).toEqual([['3']]);
  });

  test('rows are known of Parquet and counted of text', async () => {
    expect((await door.api.explorer.describe.query({ path: 'data/numbers.parquet' })).rowCount).toBe(90);
    expect(await door.api.explorer.count.query({ path: 'data/orders.csv' })).toBe(3);
  });

  test('options are tried in the preview, stored when chosen, and hold for every query', async () => {
    const reference = { path: 'data/orders.csv' };
    const preview = await door.api.explorer.preview.mutate({ reference, options: { allText: true } });
    expect(preview.description.columns.every((column) => column.type === 'VARCHAR')).toBe(true);
    expect(await readFile(path.join(door.project.folder, 'millrace.yaml'), 'utf8')).not.toContain('allText');
    await door.api.explorer.setOptions.mutate({ reference: { path: reference.path }, options: { allText: true } });
    const config = await readFile(path.join(door.project.folder, 'millrace.yaml'), 'utf8');
    expect(config).toContain('data/orders.csv');
    expect(config).toContain('# limits of the tests');
    const { results } = await door.run("from 'data/orders.csv'");
    expect(results[0]?.columns.map((column) => column.type)).toEqual(['VARCHAR', 'VARCHAR', 'VARCHAR']);
    await door.api.explorer.setOptions.mutate({ reference: { path: reference.path }, options: {} });
  });

  test('a file, a table and the catalog give their DDL and tables', async () => {
    const ddl = await door.api.explorer.fileDdl.query({ path: 'data/orders.csv' });
    expect(ddl.toLowerCase()).toContain('create table');
    await door.run('create table kept_numbers (id integer, name varchar)');
    const databases = await door.api.explorer.catalog.query();
    const tables = databases.flatMap((database) =>
      database.schemas.flatMap((schema) =>
        schema.tables.map((table) => ({ database: database.name, schema: schema.name, name: table.name })),
      ),
    );
    const table = tables.find((one) => one.name === 'kept_numbers');
    expect(table).toBeDefined();
    if (table) expect(await door.api.explorer.ddl.query(table)).toContain('kept_numbers');
    expect(tables.some((one) => one.database === 'results')).toBe(false);
  });

  test('the tables of a database file are its parts', async () => {
    await door.run("attach 'data/shop.duckdb' as made; create table made.items as select 1 as id; detach made");
    const parts = await door.api.explorer.parts.query({ path: 'data/shop.duckdb' });
    expect(parts).toMatchObject([{ kind: 'table', part: expect.stringContaining('items') }]);
  });

  test('a folder from elsewhere is added to the tree and taken out again', async () => {
    await writeFile(path.join(door.project.place, 'elsewhere.csv'), 'a\n1\n');
    await door.api.project.addFolder.mutate({ folder: door.project.place });
    expect((await door.api.project.info.query()).addedFolders).toContain(door.project.place);
    const list = await door.api.explorer.list.query({ folder: door.project.place });
    expect(list.map((entry) => entry.name)).toContain('elsewhere.csv');
    await door.api.project.removeFolder.mutate({ folder: door.project.place });
    expect((await door.api.project.info.query()).addedFolders).toEqual([]);
  });

  test('a change of the folder outside is told to the window', async () => {
    const events = await door.events();
    await writeFile(path.join(door.project.folder, 'data', 'fresh.csv'), 'a\n1\n');
    await events.until((told) => told.event.type === 'files', 10_000);
  });

  test('what SQL writes lands in the project, wherever the backend was started', async () => {
    const { run } = await door.run(
      "copy (select 1 as a) to 'data/written.csv'; set timezone to 'UTC'; attach ':memory:' as m",
    );
    expect(run.error).toBeUndefined();
    expect(await readFile(path.join(door.project.folder, 'data', 'written.csv'), 'utf8')).toBe('a\n1\n');
  });

  test('a file that is not there, or lies outside, is answered as such', async () => {
    const missing = await callError(door.api.explorer.describe.query({ path: 'data/nowhere.csv' }));
    expect(missing).toMatchObject({ code: 'FILE_NOT_FOUND', httpStatus: 404 });
    await writeFile(path.join(door.project.folder, 'broken.parquet'), 'no parquet');
    const broken = await door.send({
      path: `/api/trpc/explorer.describe?input=${encodeURIComponent(JSON.stringify({ path: 'broken.parquet' }))}`,
    });
    expect(broken.status).toBe(422);
    expect(broken.json.error.data).toMatchObject({ httpStatus: 422, error: { code: 'FILE_CORRUPT' } });
    for (const outside of ['../secret.csv', '/etc']) {
      const error = await callError(door.api.explorer.list.query({ folder: outside }));
      expect(['FORBIDDEN', 'FILE_NOT_FOUND', 'BAD_REQUEST', 'NOT_TRUSTED', 'NOT_FOUND']).toContain(error.code);
    }
  });
});
