import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenConnection } from '../../../src/main/connectors/connector';
import { postgresConnector } from '../../../src/main/connectors/postgres/postgres';
import { RemoteStatements } from '../../../src/main/connectors/remote-statements';
import type { EngineConnection } from '../../../src/main/engine/connection';
import { openConnection, openDatabaseEngine } from '../../support/services/database-engine';
import { type PostgresServer, startPostgres } from '../../support/services/postgres';
import type { EngineFixture } from '../../unit/engine/engine-fixture';

let server: PostgresServer;
let engine: EngineFixture;
let connection: OpenConnection;
let own: EngineConnection;

/** The cells that a worksheet shows, or the error's message. */
const ask = async (sql: string) => {
  const { run, results } = await engine.run(sql);
  if (run.error) return run.error.message;
  return engine.cells(results.at(-1) as never);
};

beforeAll(async () => {
  server = await startPostgres();
  await server.run(`
    create type part as (a int, b numeric);
    create domain price as numeric;
    create type mood as enum ('sad', 'gläd');
    create table extremes (id int primary key, n numeric, n2 numeric(10,2), n38 numeric(38,10), n50 numeric(50,5),
      neg numeric(6,-2), i2 int2, i4 int4, i8 int8, f4 real, f8 float8, j jsonb, js json, d date, ts timestamp,
      tz timestamptz, t time, iv interval, b bytea, u uuid, tx text, c char(3), bo bool, m mood, p price, r part,
      na numeric[], ta text[], ia int[], ip inet, bits varbit, rg int4range);
    insert into extremes values
      (1, 123456789012345678901234567890.123456789012345678901234567890, 99999999.99,
       9999999999999999999999999999.9999999999, 123456789012345678901234567890123456789012345.12345, 123400,
       32767, 2147483647, 9223372036854775807, 3.4028235e38, 1.7976931348623157e308, '{"a": 12345678901234567890123}',
       '{"a":  1}', '5874897-12-31', '294247-01-10 04:00:54.775806', '294246-12-31', '24:00:00',
       '178000000 years', '\\x00ff', 'ffffffff-ffff-ffff-ffff-ffffffffffff', E'tab\\tand\\nline 🦆', 'ab', true,
       'gläd', 1.5, row(1, 0.1), '{1.5,NULL}', '{"x,y",NULL,""}', '{1,NULL}', '10.0.0.1/8', '101', '[1,5)'),
      (2, 'NaN', -99999999.99, -9999999999999999999999999999.9999999999, 'NaN', -123400, -32768, -2147483648,
       -9223372036854775808, 1e-45, 5e-324, 'null', '[]', '4713-01-01 BC', '4713-01-01 BC', '4713-01-02 BC',
       '00:00:00', '-178000000 years', '', '00000000-0000-0000-0000-000000000000', '', '', false, 'sad', 'NaN',
       null, '{}', '{}', '{}', '::1', '', 'empty'),
      (3, '-Infinity', 0, 0, 0.00001, 0, 0, 0, 0, 'NaN', 'Infinity', null, null, 'infinity', 'infinity', '-infinity',
       null, null, null, null, null, null, null, null, null, null, '{NaN}', null, null, null, null, null),
      (4, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
       null, null, null, null, null, null, null, null, null, null, null, null, null);
    create table nan_prices (id int, price numeric(10,2));
    insert into nan_prices values (1, 9.50), (2, 'NaN'), (3, 0);
    create table clean_prices as select i as id, (i % 100)::numeric(10,2) as price from generate_series(1, 25000) i;
    create table late (id int, moment timestamp);
    insert into late values (1, '294276-12-31 23:59:59.999999'), (2, '2024-02-29')`);
  engine = await openDatabaseEngine();
  const { host, port, user, password, database } = server;
  connection = openConnection('postgres', { host, port, user, password, database }, { access: 'write' });
  const remote = new RemoteStatements({
    nameOf: (alias) => (alias === 'shop' ? 'shop' : undefined),
    connectorOf: () => postgresConnector,
    open: async () => connection,
  });
  engine.engine.prepareSql = (sql, options) => remote.prepare(sql, options?.fetchLimit);
  own = await engine.engine.connect();
  await postgresConnector.attach(connection, own);
});

afterAll(async () => {
  own?.close();
  await postgresConnector.close(connection);
  await engine?.close();
  await server?.stop();
});

describe('Values', () => {
  test('extremes, NULLs and empty values of every type arrive as the server has them', async () => {
    const asked = 'n, n2, n38, n50, neg, i2, i4, i8, j, js, b, u, tx, c, m, p, r, na, ip, bits, rg'.split(', ');
    const text = (name: string) => (name === 'b' ? `encode(b, 'hex')` : `${name}::text`);
    const truth = await server.rows<Record<string, string | null>>(
      `select ${asked.map((name) => `${text(name)} as ${name}`).join(', ')} from extremes order by id`,
    );
    const shown = (name: string) => (name === 'b' ? 'lower(hex(b))' : `${name}::varchar`);
    const cells = await ask(`select ${asked.map(shown).join(', ')} from shop.public.extremes order by id`);
    expect(cells).toEqual(truth.map((row) => asked.map((name) => row[name])));
  });

  test('floats, times and intervals keep their extremes', async () => {
    const cells = await ask('select f4, f8, d, ts, t, iv from shop.public.extremes order by id');
    expect(cells).toEqual([
      [
        '3.4028235e+38',
        '1.7976931348623157e+308',
        '5874897-12-31',
        '294247-01-10 04:00:54.775806',
        '24:00:00',
        '178000000 years',
      ],
      ['1e-45', '5e-324', '4713-01-01 (BC)', '4713-01-01 (BC) 00:00:00', '00:00:00', '-178000000 years'],
      ['nan', 'inf', 'infinity', 'infinity', null, null],
      [null, null, null, null, null, null],
    ]);
  });

  test('a NaN among decimals is no 0', async () => {
    expect(await ask('select id, price from shop.public.nan_prices order by id')).toEqual([
      ['1', '9.50'],
      ['2', 'NaN'],
      ['3', '0.00'],
    ]);
    expect(await ask('select sum(price) from shop.public.nan_prices')).toMatch(/No function matches.*sum/);
    expect(await ask('summarize shop.public.nan_prices')).toEqual(
      expect.arrayContaining([expect.arrayContaining(['price', 'VARCHAR', '0.00', 'NaN'])]),
    );
  });

  test('a NaN that is written later is seen', async () => {
    expect(await ask('select max(price)::varchar from shop.public.clean_prices')).toEqual([['99.00']]);
    await server.run("insert into clean_prices values (0, 'NaN')");
    const seen = async () => String(await ask('select max(price)::varchar from shop.public.clean_prices'));
    await expect.poll(seen, { timeout: 60_000 }).toBe('NaN');
    await server.run("delete from clean_prices where price = 'NaN'");
  });

  test('a time beyond the engine’s own arrives as text', async () => {
    expect(await ask('select moment from shop.public.late order by id')).toEqual([
      ['294276-12-31 23:59:59.999999'],
      ['2024-02-29 00:00:00'],
    ]);
  });

  test('in joins, subqueries and WITH too', async () => {
    const cells = await ask(`with a as (select id, n from shop.public.extremes)
      select a.n, (select max(price) from shop.public.nan_prices x where x.id = a.id) from a join shop.public.extremes e using (id) where id = 1`);
    expect(cells).toEqual([['123456789012345678901234567890.123456789012345678901234567890', '9.50']]);
  });

  test('an error after an exact relation still points at its place', async () => {
    const sql = 'select n, no_such from shop.public.extremes';
    const { run } = await engine.run(sql);
    expect(run.error?.at?.offset).toBe(sql.indexOf('no_such'));
  });

  test('writing into a numeric that would lose digits is refused', async () => {
    expect(await ask('insert into shop.public.extremes (id, n) values (9, 0.1)')).toMatch(/n \(numeric\).*lose digits/);
    const { run } = await engine.run('insert into shop.public.nan_prices values (9, 0.1)');
    expect(run.error).toBeUndefined();
    await server.run('delete from nan_prices where id = 9');
  });
});

describe('Fetch limit', () => {
  const result = async (sql: string) => {
    const { run, results } = await engine.run(sql);
    expect(run.error).toBeUndefined();
    return results.at(-1);
  };

  test('a result straight from the database stops at 10,000 rows and says so', async () => {
    const first = await result('select * from shop.public.clean_prices');
    expect(first).toMatchObject({ rowCount: 10_000, limited: { at: 10_000, connection: 'shop' } });
    const more = await engine.engine.openSession('sheet');
    const request = engine.engine.results.fetchMore(first?.id ?? '', 'more', false);
    await more.run(request);
    const second = more.list().find((info) => info.run === 'more');
    expect(second).toMatchObject({ rowCount: 20_000, name: first?.name, limited: { at: 20_000 } });
    await more.run(engine.engine.results.fetchMore(second?.id ?? '', 'rest', true));
    const whole = more.list().find((info) => info.run === 'rest');
    expect(whole?.rowCount).toBe(25_000);
    expect(whole?.limited).toBeUndefined();
  });

  test('order and filters hold for the whole table, and sums are of all rows', async () => {
    expect(
      (await result('select id from shop.public.clean_prices where price = 7 order by id desc'))?.limited,
    ).toBeUndefined();
    expect(await ask('select count(*), max(id) from shop.public.clean_prices')).toEqual([['25000', '25000']]);
    const sorted = await result('from shop.public.clean_prices order by id desc -- newest');
    expect(sorted?.limited?.at).toBe(10_000);
    expect((await engine.cells(sorted as never, 1))[0]?.[0]).toBe('25000');
  });

  test('a limit of the user’s own and what reads other sources is left alone', async () => {
    expect((await result('from shop.public.clean_prices limit 12000'))?.rowCount).toBe(12_000);
    const joined = await result('select * from shop.public.clean_prices, range(1) r');
    expect(joined?.rowCount).toBe(25_000);
    expect(joined?.limited).toBeUndefined();
  });
});

test('a server that is killed while it is read gives CONNECTION_LOST and no shorter result', async () => {
  await server.run(
    'create table wide as select i as id, repeat(md5(i::text), 30) as text from generate_series(1, 400000) i',
  );
  await own.run('CALL pg_clear_cache()');
  const session = await engine.engine.openSession('sheet');
  const running = session.run({ session: 'sheet', run: 'killed', sql: 'from shop.public.wide', fetchLimit: 'all' });
  await expect
    .poll(() => session.list().find((info) => info.run === 'killed')?.rowCount ?? 0, { timeout: 60_000 })
    .toBeGreaterThan(0);
  await server.kill();
  const run = await running;
  expect(run.state).toBe('failed');
  expect(run.error?.code).toBe('CONNECTION_LOST');
  expect(session.list().find((info) => info.run === 'killed')?.state).not.toBe('done');
});
