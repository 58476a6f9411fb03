import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OpenConnection } from '../../../src/main/connectors/connector';
import { createStatementGuard } from '../../../src/main/connectors/guard/statement-guard';
import { postgresConnector } from '../../../src/main/connectors/postgres/postgres';
import type { EngineConnection } from '../../../src/main/engine/connection';
import type { Session } from '../../../src/main/engine/session';
import { openConnection, openDatabaseEngine } from '../../support/services/database-engine';
import { type PostgresServer, startPostgres } from '../../support/services/postgres';
import type { EngineFixture } from '../../unit/engine/engine-fixture';

let server: PostgresServer;
let engine: EngineFixture;
let own: EngineConnection;
let session: Session;
const connections = new Map<string, OpenConnection>();

const events = () => engine.events.flatMap((event) => (event.type === 'transaction' ? [event.transaction] : []));
const names = async () =>
  (await server.rows<{ name: string }>('select name from items order by id')).map((row) => row.name);

const run = async (sql: string) => {
  const { run: info } = await engine.run(sql);
  return info.error;
};

beforeAll(async () => {
  server = await startPostgres();
  engine = await openDatabaseEngine();
  own = await engine.engine.connect();
  const { host, port, user, password, database } = server;
  const options = { host, port, user, password, database };
  connections.set(
    'prod',
    openConnection('postgres', options, { name: 'prod', alias: 'prod', access: 'write', environment: 'prod' }),
  );
  connections.set('dev', openConnection('postgres', options, { name: 'dev', alias: 'dev', access: 'write' }));
  connections.set('ro', openConnection('postgres', options, { name: 'ro', alias: 'ro', environment: 'prod' }));
  await server.run('create table items (id int primary key, name text)');
  for (const connection of connections.values()) await postgresConnector.attach(connection, own);
  engine.engine.guard = createStatementGuard({
    nameOf: (alias) => (connections.has(alias.toLowerCase()) ? alias.toLowerCase() : undefined),
    info: (name) => connections.get(name) as OpenConnection,
    use: async () => true,
  });
  session = await engine.engine.openSession('sheet');
});

beforeEach(async () => {
  await session.endTransaction('ROLLBACK');
  await server.run("truncate items; insert into items values (1, 'a'), (2, 'b'), (3, 'c')");
  engine.events.length = 0;
});

afterAll(async () => {
  own?.close();
  for (const connection of connections.values()) await postgresConnector.close(connection);
  await engine?.close();
  await server?.stop();
});

describe('A write to production', () => {
  test('waits until it is committed, and says how many statements wait', async () => {
    expect(
      await run("update prod.public.items set name = 'x' where id = 1; insert into prod.items values (4, 'd')"),
    ).toBeUndefined();
    expect(await names()).toEqual(['a', 'b', 'c']);
    expect(events().at(-1)).toMatchObject({ statements: 2, connection: 'prod' });
    expect(session.openTransaction).toMatchObject({ statements: 2, connection: 'prod' });
    await session.endTransaction('COMMIT');
    expect(await names()).toEqual(['x', 'b', 'c', 'd']);
    expect(events().at(-1)).toBeNull();
  });

  test('is undone by a roll back', async () => {
    await run(
      "delete from prod.public.items where id < 3; call postgres_execute('prod', 'delete from items where id = 3')",
    );
    expect(session.openTransaction?.statements).toBe(2);
    await session.endTransaction('ROLLBACK');
    expect(await names()).toEqual(['a', 'b', 'c']);
    expect(session.openTransaction).toBeNull();
  });

  test('by USE, WITH, DDL and EXPLAIN ANALYZE too', async () => {
    for (const sql of [
      "use prod; insert into public.items values (9, 'x'); use memory",
      "with a as (select 9 as id, 'x' as name) insert into prod.public.items select * from a",
      'create table prod.public.made as select 1 as one',
      "explain analyze insert into prod.public.items values (9, 'x')",
    ]) {
      expect(await run(sql), sql).toBeUndefined();
      expect(session.openTransaction, sql).toMatchObject({ statements: 1, connection: 'prod' });
      expect(await names(), sql).toHaveLength(3);
      await session.endTransaction('ROLLBACK');
    }
  });

  test('of every row stops, and tells their number', async () => {
    for (const sql of [
      "update prod.public.items set name = 'x'",
      'delete from prod.items',
      'truncate prod.public.items',
      "call postgres_execute('prod', 'delete from public.items')",
    ]) {
      const error = await run(sql);
      expect(error, sql).toMatchObject({
        code: 'BAD_REQUEST',
        message: expect.stringMatching(/all 3 rows of prod\.(public\.)?items/),
      });
    }
    expect(session.openTransaction).toBeNull();
    expect(await run('delete from prod.public.items where true')).toBeUndefined();
    await session.endTransaction('COMMIT');
    expect(await names()).toEqual([]);
  });

  test('that fails at first leaves no transaction behind', async () => {
    expect(await run("insert into prod.public.items values (1, 'twice')")).toBeDefined();
    expect(session.openTransaction).toBeNull();
    expect(await run('select 1')).toBeUndefined();
  });

  test('is not committed after a statement that failed', async () => {
    expect(await run("insert into prod.public.items values (4, 'd')")).toBeUndefined();
    expect(await run("insert into prod.public.items values (1, 'twice')")).toBeDefined();
    await expect(session.endTransaction('COMMIT')).rejects.toMatchObject({ message: expect.stringMatching(/aborted/) });
    expect(session.openTransaction).not.toBeNull();
    await session.endTransaction('ROLLBACK');
    expect(await names()).toEqual(['a', 'b', 'c']);
  });

  test('that could not wait is refused', async () => {
    for (const sql of [
      "prepare p as insert into prod.public.items values (9, 'x')",
      "call postgres_execute('prod', 'insert into items values (9, ''x'')', use_transaction = false)",
      "call postgres_execute('prod', 'commit; insert into items values (9, ''x'')')",
    ]) {
      expect(await run(sql), sql).toMatchObject({ code: 'UNSUPPORTED' });
    }
    expect(await names()).toHaveLength(3);
  });
});

test('a write elsewhere happens at once, and reading production opens nothing', async () => {
  expect(await run("update dev.public.items set name = 'x'; from prod.public.items")).toBeUndefined();
  expect(await names()).toEqual(['x', 'x', 'x']);
  expect(session.openTransaction).toBeNull();
});

test('a reading connection executes nothing', async () => {
  expect(await run("call postgres_execute('ro', 'delete from items where id = 1')")).toMatchObject({
    code: 'CONNECTION_READ_ONLY',
  });
  expect(await run('delete from ro.public.items where id = 1')).toMatchObject({ code: 'CONNECTION_READ_ONLY' });
});

test('a transaction of the user’s own shows as well', async () => {
  await run('begin; create temp table t as select 1 as a; insert into t values (2)');
  expect(session.openTransaction).toMatchObject({ statements: 1 });
  await run('commit');
  expect(session.openTransaction).toBeNull();
  expect(events().at(-1)).toBeNull();
});
