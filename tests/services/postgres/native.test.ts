import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenConnection } from '../../../src/main/connectors/connector';
import { createNativeRunner } from '../../../src/main/connectors/native-runner';
import { postgresConnector } from '../../../src/main/connectors/postgres/postgres';
import type { NativeColumn } from '../../../src/main/engine/native-runner';
import { openConnection, openDatabaseEngine } from '../../support/services/database-engine';
import { type PostgresServer, startPostgres } from '../../support/services/postgres';
import type { EngineFixture } from '../../unit/engine/engine-fixture';

let server: PostgresServer;
let connection: OpenConnection;

beforeAll(async () => {
  server = await startPostgres();
  const { host, port, user, password, database } = server;
  connection = openConnection('postgres', { host, port, user, password, database }, { access: 'write' });
});

afterAll(async () => {
  await postgresConnector.close(connection);
  await server?.stop();
});

const run = async (sql: string, limit?: number, signal = new AbortController().signal) => {
  const columns: NativeColumn[] = [];
  const rows: (string | null)[][] = [];
  const end = await postgresConnector.runNative(connection, sql, {
    limit,
    readOnly: false,
    signal,
    onColumns: (told) => void columns.push(...told),
    onRows: (told) => void rows.push(...told),
  });
  return { columns, rows, end };
};

test('rows arrive exactly, with the types of the server', async () => {
  const { columns, rows } = await run(`select 12345678901234567890.5::numeric as n, 'NaN'::numeric(10,2) as x,
    9223372036854775807::int8 as i, null::text as t, '{"a":  1}'::json as j, array[1,null] as a, 1 as a`);
  expect(rows).toEqual([['12345678901234567890.5', 'NaN', '9223372036854775807', null, '{"a":  1}', '{1,NULL}', '1']]);
  expect(columns.map((column) => `${column.name} ${column.nativeType} ${column.type}`)).toEqual([
    ...['n numeric VARCHAR', 'x numeric(10,2) VARCHAR', 'i bigint BIGINT', 't text VARCHAR', 'j json JSON'],
    ...['a integer[] VARCHAR', 'a integer INTEGER'],
  ]);
});

test('a limit stops the server, and says whether there was more', async () => {
  const first = await run('select i from generate_series(1, 1000000) i', 5_000);
  expect(first.end).toMatchObject({ rows: 5_000, isLimited: true });
  expect(first.rows.at(-1)).toEqual(['5000']);
  expect((await run('select i from generate_series(1, 5000) i', 5_000)).end).toMatchObject({
    rows: 5_000,
    isLimited: false,
  });
});

test('an empty result has its columns, and a change tells its rows and notices', async () => {
  expect((await run('select 1 as one where false')).columns.map((column) => column.name)).toEqual(['one']);
  await run('create table things (id int)');
  expect((await run('insert into things select generate_series(1, 7)')).end).toMatchObject({
    command: 'INSERT',
    changedRows: 7,
  });
  expect((await run("do $$ begin raise warning 'look out'; end $$")).end.notices).toEqual(['WARNING: look out']);
});

test('an error of the server keeps its place and its hint', async () => {
  await expect(run('select no_such from things')).rejects.toMatchObject({ code: 'SQL_BIND', at: { offset: 7 } });
  await expect(run('selec 1')).rejects.toMatchObject({ code: 'SQL_PARSE' });
});

test('a cancel reaches the server', async () => {
  const controller = new AbortController();
  const running = run('select pg_sleep(120)', undefined, controller.signal);
  const active = () =>
    server.rows("select 1 from pg_stat_activity where query = 'select pg_sleep(120)' and state = 'active'");
  await expect.poll(active, { timeout: 60_000 }).toHaveLength(1);
  controller.abort();
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  await expect.poll(active, { timeout: 60_000 }).toHaveLength(0);
});

test('the plan comes from the server, and a measured write is undone', async () => {
  const plan = await postgresConnector.explainNative(connection, 'delete from things', {
    analyze: true,
    readOnly: false,
    signal: new AbortController().signal,
  });
  expect(JSON.parse(plan)[0]).toMatchObject({
    Plan: { 'Node Type': 'ModifyTable' },
    'Execution Time': expect.any(Number),
  });
  expect(await server.rows('select count(*)::int as n from things')).toEqual([{ n: 7 }]);
});

describe('In a worksheet', () => {
  let engine: EngineFixture;
  beforeAll(async () => {
    engine = await openDatabaseEngine();
    const production = { ...connection, environment: 'prod' as const };
    engine.engine.native = createNativeRunner({
      connectorOf: () => postgresConnector,
      open: async (name) => (name === 'prod' ? production : connection),
    });
  });
  afterAll(() => engine?.close());

  test('rows are a result like any other, with its limit and what is behind it', async () => {
    const sql =
      'select i, i::numeric / 3 as third, i % 2 = 0 as even, null::float8 as nothing from generate_series(1, 12000) i';
    const { run: info, results } = await engine.run(sql, { runsOn: 'shop' });
    expect(info.error).toBeUndefined();
    expect(results[0]).toMatchObject({ rowCount: 10_000, runsOn: 'shop', limited: { at: 10_000, connection: 'shop' } });
    expect((await engine.cells(results[0] as never, 2))[1]).toEqual(['2', '0.66666666666666666667', 'true', null]);
    const session = await engine.engine.openSession('sheet');
    await session.run(engine.engine.results.fetchMore(results[0]?.id ?? '', 'rest', true));
    expect(session.list().find((result) => result.run === 'rest')).toMatchObject({
      rowCount: 12_000,
      name: results[0]?.name,
    });
    const again = await engine.run(`select sum(i) from ${results[0]?.name}`);
    expect(await engine.cells(again.results[0] as never)).toEqual([['72006000']]);
  });

  test('a change tells its rows, an error its place, a plan is the server’s', async () => {
    const changed = await engine.run('update things set id = id + 100', { runsOn: 'shop' });
    expect(changed.results[0]).toMatchObject({ kind: 'changed', changedRows: 7 });
    const failed = await engine.run('select 1;\nselect /* 🦆 */ no_such from things', { runsOn: 'shop' });
    expect(failed.run.error).toMatchObject({ code: 'SQL_BIND', at: { offset: 26, line: 2 } });
    const plan = await engine.run('select * from things', { runsOn: 'shop', explain: 'analyze' });
    expect(plan.results[0]).toMatchObject({ plan: true, runsOn: 'shop' });
    expect(String(await engine.cells(plan.results[0] as never))).toContain('Seq Scan');
  });

  test('production is only read, and transactions are refused where they would not hold', async () => {
    const written = await engine.run('delete from things', { runsOn: 'prod' });
    expect(written.run.error).toMatchObject({
      code: 'CONNECTION_READ_ONLY',
      message: expect.stringMatching(/only reads/),
    });
    const begun = await engine.run('begin', { runsOn: 'shop' });
    expect(begun.run.error?.code).toBe('UNSUPPORTED');
  });
});

test('a server that goes away is CONNECTION_LOST', async () => {
  const running = run('select i, pg_sleep(0.001) from generate_series(1, 1000000) i');
  await expect
    .poll(
      () =>
        server.rows(
          "select 1 from pg_stat_activity where query like '%pg_sleep(0.001)%' and state = 'active' and pid <> pg_backend_pid()",
        ),
      { timeout: 60_000 },
    )
    .toHaveLength(1);
  await server.kill();
  await expect(running).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
});
