import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenConnection } from '../../../src/main/connectors/connector';
import { mysqlConnector } from '../../../src/main/connectors/mysql/mysql';
import { RemoteStatements } from '../../../src/main/connectors/remote-statements';
import type { EngineConnection } from '../../../src/main/engine/connection';
import { allSteps, openConnection, openDatabaseEngine } from '../../support/services/database-engine';
import { freePort } from '../../support/services/database-process';
import { type MariadbServer, startMariadb } from '../../support/services/mariadb';
import type { EngineFixture } from '../../unit/engine/engine-fixture';

let server: MariadbServer;
let engine: EngineFixture;
let own: EngineConnection;
let attached: OpenConnection;

const connection = (options = {}, more = {}) => {
  const { host, port, user, password, database } = server;
  return openConnection('mysql', { host, port, user, password, database, ...options }, more);
};

const outcome = async (options = {}, more = {}) => {
  const steps = await allSteps(mysqlConnector.test(connection(options, more), new AbortController().signal));
  const last = steps.at(-1);
  return `${last?.step} ${last?.state}: ${last?.message} | ${last?.error?.hint ?? ''}`;
};

const ask = async (sql: string) => {
  const { run, results } = await engine.run(sql);
  if (run.error) return `${run.error.code} ${run.error.message}`;
  return engine.cells(results.at(-1) as never);
};

const attach = async (more: object) => {
  if (attached) await mysqlConnector.detach(attached, own);
  attached = connection({}, more);
  await mysqlConnector.attach(attached, own);
};

beforeAll(async () => {
  server = await startMariadb({ tls: true });
  await server.run(`
    create user reader identified by 'reading';
    create table customers (id int primary key, email varchar(100) not null unique) comment 'Who buys';
    create table orders (id bigint auto_increment primary key, customer_id int not null,
      amount decimal(12,2) comment 'In euros', key by_customer (customer_id, amount),
      constraint of_customer foreign key (customer_id) references customers (id));
    insert into customers select seq, concat('c', seq) from seq_1_to_100;
    insert into orders (customer_id, amount) select 1 + seq % 100, seq from seq_1_to_15000;
    create view large as select * from orders where amount > 100;
    create table \`Ünïcode "x\` (\`größe.\` int, \`select\` text);
    insert into \`Ünïcode "x\` values (7, 'q');
    create table extremes (id int primary key, n decimal(65,30), n2 decimal(38,10), u8 bigint unsigned, i8 bigint, j json,
      d date, dt datetime(6), tm time, y year, g double, b varbinary(10), tx text, flag bool, e enum('a','öä'), bi bit(4));
    insert into extremes values
      (1, 12345678901234567890123456789012345.123456789012345678901234567890, 9999999999999999999999999999.9999999999,
       18446744073709551615, 9223372036854775807, '{"a": 12345678901234567890123}', '9999-12-31',
       '9999-12-31 23:59:59.999999', '838:59:59', 2155, 1.7976931348623157e308, x'00ff', 'hé🦆', 1, 'öä', b'1010');
    set sql_mode = '';
    insert into extremes values (2, -1, 0, 0, -9223372036854775808, 'null', '0000-00-00', '0000-00-00', '-838:59:59', 1901,
      5e-324, '', '', 5, 'a', b'0'), (3, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
    analyze table customers`);
  engine = await openDatabaseEngine();
  const remote = new RemoteStatements({
    nameOf: (alias) => (alias === 'shop' ? 'shop' : undefined),
    connectorOf: () => mysqlConnector,
    open: async () => attached,
  });
  engine.engine.prepareSql = (sql, options) => remote.prepare(sql, options?.fetchLimit);
  own = await engine.engine.connect();
  await attach({});
});

afterAll(async () => {
  own?.close();
  if (attached) await mysqlConnector.close(attached);
  await engine?.close();
  await server?.stop();
});

describe('Test', () => {
  test('tells each step of a connection that works', async () => {
    const tls = { sslmode: 'verify-full', host: 'localhost', ca_file: server.certificates?.ca };
    const steps = await allSteps(mysqlConnector.test(connection(tls), new AbortController().signal));
    expect(steps.map((step) => `${step.step} ${step.state}`)).toEqual(
      ['name', 'route', 'tls', 'login', 'right'].map((step) => `${step} ok`),
    );
    expect(steps[2]?.message).toMatch(/TLSv1\.\d, certificate of localhost \(checked\)/);
  });

  test('tells what fails, and what to change', async () => {
    expect(await outcome({ host: 'no-such-host.invalid' })).toMatch(/^name failed/);
    expect(await outcome({ port: await freePort() })).toMatch(/^route failed: .*refuses/);
    expect(await outcome({ sslmode: 'verify-full', host: 'localhost' })).toMatch(/^tls failed: .*\| .*ca_file/);
    expect(await outcome({ password: 'wr0ng-s3cret' })).toMatch(
      /^login failed: .*refuses.*\| Enter the password again/,
    );
    expect(await outcome({ database: 'nope' })).toMatch(/^login failed: The server has no database "nope"/);
    const reader = { user: 'reader', password: 'reading', database: undefined };
    expect(await outcome(reader)).toMatch(/^right failed: .*may read nothing.*\| .*grant select/);
    await server.run('grant select on shop.customers to reader');
    expect(await outcome(reader)).toMatch(/^right ok/);
    expect(await outcome(reader, { access: 'write' })).toMatch(/^right failed: .*may not write/);
  });

  test('never shows the password', async () => {
    expect(await outcome({ password: 'wr0ng-s3cret' })).not.toContain('s3cret');
    const error = await mysqlConnector
      .attach(connection({ password: 'wr0ng-s3cret' }, { alias: 'x' }), own)
      .catch((e) => e);
    expect(error).toMatchObject({ code: 'ACCESS_DENIED' });
    const shown = [await own.rows('select path from duckdb_databases()'), await own.rows('from duckdb_secrets()')];
    expect(JSON.stringify([error.toShape(), shown, engine.events])).not.toMatch(/s3cret|ss w'ord/);
  });
});

describe('Browse', () => {
  test('databases and tables with sizes, estimates and comments', async () => {
    expect((await mysqlConnector.list(connection(), [])).nodes.map((node) => node.name)).toEqual(['shop']);
    const first = await mysqlConnector.list(connection(), ['shop'], { size: 3 });
    const rest = await mysqlConnector.list(connection(), ['shop'], { size: 3, after: first.next ?? '' });
    expect([...first.nodes, ...rest.nodes].map((node) => `${node.kind} ${node.name}`)).toEqual([
      'table customers',
      'table extremes',
      'view large',
      'table orders',
      'table Ünïcode "x',
    ]);
    expect(first.nodes[0]).toMatchObject({ rows: 100, estimated: true, comment: 'Who buys' });
  });

  test('columns, keys and DDL of a table', async () => {
    const told = await mysqlConnector.describe(connection(), ['shop', 'orders']);
    expect(told.columns.map((column) => `${column.name} ${column.type} ${column.nativeType}`)).toEqual([
      'id BIGINT bigint(20)',
      'customer_id INTEGER int(11)',
      'amount DECIMAL(12,2) decimal(12,2)',
    ]);
    expect(told.keys.map((key) => `${key.kind} ${key.columns.join(',')}`)).toEqual([
      'primary id',
      'index customer_id,amount',
      'foreign customer_id',
    ]);
    expect(told.ddl).toMatch(/^CREATE TABLE `orders`/);
    await expect(mysqlConnector.describe(connection(), ['shop', 'gone'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('Reading and writing', () => {
  test('extremes of each type arrive as the server has them', async () => {
    const cells = await ask(
      `select n, n2, u8, i8, j, d, dt, tm, y, g, hex(b), tx, flag, e, hex(bi) from shop.shop.extremes order by id`,
    );
    expect(cells).toEqual([
      [
        ...['12345678901234567890123456789012345.123456789012345678901234567890'],
        ...['9999999999999999999999999999.9999999999', '18446744073709551615', '9223372036854775807'],
        ...['{"a": 12345678901234567890123}', '9999-12-31', '9999-12-31 23:59:59.999999', '838:59:59', '2155'],
        ...['1.7976931348623157e+308', '00FF', 'hé🦆', '1', 'öä', '0A'],
      ],
      [
        ...['-1.000000000000000000000000000000', '0.0000000000', '0', '-9223372036854775808', 'null', '0000-00-00'],
        ...['0000-00-00 00:00:00.000000', '-838:59:59', '1901', '5e-324', '', '', '5', 'a', '00'],
      ],
      Array.from({ length: 15 }, () => null),
    ]);
  });

  test('names that need quotes, joins, sums and the fetch limit', async () => {
    const page = await mysqlConnector.list(connection(), ['shop']);
    expect(await ask(`from ${page.nodes.at(-1)?.relation}`)).toEqual([['7', 'q']]);
    const sums =
      'select count(*), sum(amount)::varchar from shop.orders join shop.shop.customers c on c.id = customer_id';
    expect(await ask(sums)).toEqual([['15000', '112507500.00']]);
    const { results } = await engine.run('from shop.orders');
    expect(results[0]).toMatchObject({ rowCount: 10_000, limited: { at: 10_000, connection: 'shop' } });
  });

  test('a reading connection cannot write, by no road; a writing one can', async () => {
    for (const sql of [
      "insert into shop.customers values (999, 'x')",
      "call mysql_execute('shop', 'insert into customers values (999, ''x'')')",
      "from mysql_query('shop', 'insert into customers values (999, ''x'') returning id')",
    ]) {
      expect((await engine.run(sql)).run.state, sql).toBe('failed');
    }
    expect(await server.rows('select * from customers where id = 999')).toEqual([]);
    await attach({ access: 'write' });
    expect((await engine.run("insert into shop.customers values (999, 'x')")).run.error).toBeUndefined();
    expect(await server.rows('select email from customers where id = 999')).toEqual([{ email: 'x' }]);
    await attach({});
  });

  test('a server that is killed while it is read gives CONNECTION_LOST and no shorter result', async () => {
    await server.run('create table wide as select seq as id, repeat(md5(seq), 30) as text from seq_1_to_300000');
    await own.run('CALL mysql_clear_cache()');
    const session = await engine.engine.openSession('sheet');
    const running = session.run({ session: 'sheet', run: 'killed', sql: 'from shop.wide', fetchLimit: 'all' });
    await expect
      .poll(() => session.list().find((info) => info.run === 'killed')?.rowCount ?? 0, { timeout: 60_000 })
      .toBeGreaterThan(0);
    await server.kill();
    const run = await running;
    expect(run).toMatchObject({ state: 'failed', error: { code: 'CONNECTION_LOST' } });
    expect(session.list().find((info) => info.run === 'killed')?.state).not.toBe('done');
  });
});
