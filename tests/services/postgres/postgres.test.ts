import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresConnector } from '../../../src/main/connectors/postgres/postgres';
import { MillraceError } from '../../../src/shared/errors';
import { allSteps, openConnection, openDatabaseEngine } from '../../support/services/database-engine';
import { freePort } from '../../support/services/database-process';
import { type PostgresServer, startPostgres } from '../../support/services/postgres';
import type { EngineFixture } from '../../unit/engine/engine-fixture';

let server: PostgresServer;
let engine: EngineFixture;

const connection = (options = {}, more = {}) => {
  const { host, port, user, password, database } = server;
  return openConnection('postgres', { host, port, user, password, database, ...options }, more);
};

const testOf = (options = {}, more = {}) =>
  allSteps(postgresConnector.test(connection(options, more), new AbortController().signal));

const outcome = async (options = {}, more = {}) => {
  const last = (await testOf(options, more)).at(-1);
  return `${last?.step} ${last?.state}: ${last?.message} | ${last?.error?.hint ?? ''}`;
};

beforeAll(async () => {
  server = await startPostgres({ tls: true, hba: ['host all guarded 127.0.0.1/32 reject'] });
  await server.run(`
    create role guarded login password 'x1y2z3';
    create role reader login password 'reading is all';
    create table customers (id int primary key, email text not null unique);
    comment on table customers is 'Who buys';
    create table orders (
      id bigint generated always as identity primary key, customer_id int not null references customers,
      amount numeric(12,2) check (amount >= 0), note text default 'none', tags text[], total numeric);
    comment on column orders.amount is 'In euros';
    create index orders_by_customer on orders (customer_id, lower(note));
    insert into customers select i, 'c' || i || '@example.org' from generate_series(1, 100) i;
    insert into orders (customer_id, amount) select 1 + i % 100, i from generate_series(1, 5000) i;
    create view large_orders as select * from orders where amount > 100;
    create materialized view sums as select customer_id, sum(amount) from orders group by 1;
    create schema "Ünïcode ""x""";
    create table "Ünïcode ""x"""."select from" ("größe." int, "a""b" text);
    insert into "Ünïcode ""x"""."select from" values (7, 'q');
    create schema many;
    do $$ begin for i in 1..1200 loop execute format('create table many.t%s (id int)', lpad(i::text, 5, '0')); end loop; end $$;
    analyze`);
  engine = await openDatabaseEngine();
});

afterAll(async () => {
  await engine?.close();
  await server?.stop();
});

describe('Test', () => {
  test('tells each step of a connection that works', async () => {
    const steps = await testOf({ sslmode: 'verify-full', host: 'localhost', ca_file: server.certificates?.ca });
    expect(steps.map((step) => `${step.step} ${step.state}`)).toEqual([
      'name ok',
      'route ok',
      'tls ok',
      'login ok',
      'right ok',
    ]);
    expect(steps[2]?.message).toMatch(/TLSv1\.\d, certificate of localhost \(checked\)/);
    expect(steps[4]?.message).toMatch(/PostgreSQL 18.* superuser/);
  });

  test('tells a host that has no address', async () => {
    expect(await outcome({ host: 'no-such-host.invalid' })).toMatch(/^name failed/);
  });

  test('tells a port where nobody listens', async () => {
    expect(await outcome({ port: await freePort() })).toMatch(/^route failed: .*refuses/);
  });

  test('tells a certificate whose authority is not known, and names the option', async () => {
    expect(await outcome({ sslmode: 'verify-full', host: 'localhost' })).toMatch(/^tls failed: .*\| .*ca_file/);
  });

  test('tells a wrong password and a missing one apart', async () => {
    expect(await outcome({ password: 'wr0ng-secret' })).toMatch(
      /^login failed: .*refuses.*\| Enter the password again/,
    );
    expect(await outcome({ password: undefined, passfile: '/nowhere' })).toMatch(
      /^login failed: .*asks .* for a password/,
    );
  });

  test('tells a database that is not there', async () => {
    expect(await outcome({ database: 'nope' })).toMatch(/^login failed: The server has no database "nope"/);
  });

  test('tells a pg_hba.conf that keeps the user out, with the line that lets in', async () => {
    const told = await outcome({ user: 'guarded', password: 'x1y2z3' });
    expect(told).toMatch(/^login failed: .*pg_hba\.conf.*\| Add `host/);
  });

  test('tells a user who may read nothing', async () => {
    expect(await outcome({ user: 'reader', password: 'reading is all' })).toMatch(/^right failed: .*\| .*grant select/);
  });

  test('tells a user who may not write where writing is asked for', async () => {
    await server.run('grant select on customers to reader');
    const options = { user: 'reader', password: 'reading is all' };
    expect(await outcome(options)).toMatch(/^right ok/);
    expect(await outcome(options, { access: 'write' })).toMatch(/^right failed: .*may write to no table/);
  });

  test('never shows the password', async () => {
    const secret = 'wr0ng s3cret/with:signs';
    const told = [
      await testOf({ password: secret }),
      await testOf({ password: secret, port: await freePort() }),
      await testOf({ password: secret, database: 'nope' }),
    ];
    expect(JSON.stringify(told)).not.toContain('s3cret');
  });
});

describe('.pgpass and pg_service.conf', () => {
  test('a service and a password file are read as libpq reads them', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'millrace-libpq-'));
    const passfile = path.join(folder, 'pgpass');
    const escaped = server.password.replaceAll('\\', '\\\\').replaceAll(':', '\\:');
    writeFileSync(passfile, `# a comment\nother:*:*:*:no\n*:${server.port}:postgres:${server.user}:${escaped}\n`);
    chmodSync(passfile, 0o600);
    const services = path.join(folder, 'services');
    writeFileSync(services, `[shop]\nhost=127.0.0.1\nport=${server.port}\nuser=${server.user}\ndbname=postgres\n`);
    const options = { service: 'shop', service_file: services, passfile };
    const given = openConnection('postgres', options);
    const steps = await allSteps(postgresConnector.test(given, new AbortController().signal));
    expect(steps.at(-1)).toMatchObject({ step: 'right', state: 'ok' });
    chmodSync(passfile, 0o644);
    const open = await allSteps(postgresConnector.test(given, new AbortController().signal));
    expect(open.at(-1)).toMatchObject({ step: 'login', state: 'failed' });
  });
});

describe('Browse', () => {
  test('schemas, and tables with rows, sizes and comments', async () => {
    const schemas = await postgresConnector.list(connection(), []);
    expect(schemas.nodes.map((node) => node.name)).toEqual(['public', 'many', 'Ünïcode "x"']);
    const tables = await postgresConnector.list(connection(), ['public']);
    expect(tables.nodes.map((node) => `${node.kind} ${node.name}`)).toEqual([
      'table customers',
      'view large_orders',
      'table orders',
      'view sums',
    ]);
    expect(tables.nodes[0]).toMatchObject({ rows: 100, estimated: true, comment: 'Who buys' });
    expect(tables.nodes[0]?.relation).toBe('shop.public.customers');
    expect(tables.nodes[2]?.size).toBeGreaterThan(100_000);
  });

  test('1,200 tables come in pages that miss and repeat none', async () => {
    const names: string[] = [];
    let after: string | undefined;
    let pages = 0;
    do {
      const page = await postgresConnector.list(connection(), ['many'], { size: 500, ...(after ? { after } : {}) });
      names.push(...page.nodes.map((node) => node.name));
      after = page.next;
      pages += 1;
    } while (after);
    expect(pages).toBe(3);
    expect(new Set(names).size).toBe(1200);
    expect(names.length).toBe(1200);
  });

  test('columns, keys, indexes, DDL and notes of a table', async () => {
    const told = await postgresConnector.describe(connection(), ['public', 'orders']);
    expect(
      told.columns.map((column) => `${column.name} ${column.type} ${column.nativeType} ${column.nullable}`),
    ).toEqual([
      'id BIGINT bigint false',
      'customer_id INTEGER integer false',
      'amount DECIMAL(12,2) numeric(12,2) true',
      'note VARCHAR text true',
      'tags VARCHAR[] text[] true',
      'total VARCHAR numeric true',
    ]);
    expect(told.keys.map((key) => `${key.kind} ${key.columns.join(',')}`)).toEqual([
      'primary id',
      'foreign customer_id',
      'check amount',
      'index customer_id,lower(note)',
    ]);
    expect(told.notes.join()).toMatch(/total \(numeric\) arrives as the server's text/);
    expect(told.columns[2]?.comment).toBe('In euros');
  });

  test('the DDL makes the same table again', async () => {
    const told = await postgresConnector.describe(connection(), ['public', 'orders']);
    const copy = (told.ddl ?? '').replaceAll('public.', 'copied.').replaceAll('REFERENCES ', 'REFERENCES public.');
    await server.run(`create schema copied; ${copy.replaceAll('public.public.', 'public.')}`);
    const again = await postgresConnector.describe(connection(), ['copied', 'orders']);
    expect(again.columns.map((column) => column.nativeType)).toEqual(told.columns.map((column) => column.nativeType));
    expect(again.keys.map((key) => key.kind)).toEqual(told.keys.map((key) => key.kind));
    await server.run('drop schema copied cascade');
  });

  test('a table that is not there is NOT_FOUND', async () => {
    await expect(postgresConnector.describe(connection(), ['public', 'gone'])).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('Attach', () => {
  const attached = async <T>(more: object, work: () => Promise<T>): Promise<T> => {
    const one = connection({}, more);
    const own = await engine.engine.connect();
    await postgresConnector.attach(one, own);
    try {
      return await work();
    } finally {
      await postgresConnector.detach(one, own);
      own.close();
      await postgresConnector.close(one);
    }
  };

  test('a worksheet reads tables by name, joined, with names that need quotes', async () => {
    await attached({}, async () => {
      const joined = await engine.run(
        'select count(*), sum(amount)::varchar from shop.public.orders join shop.public.customers c on c.id = customer_id',
      );
      expect(await engine.cells(joined.results[0] as never)).toEqual([['5000', '12502500.00']]);
      const page = await postgresConnector.list(connection(), ['Ünïcode "x"']);
      const quoted = await engine.run(`from ${page.nodes[0]?.relation}`);
      expect(await engine.cells(quoted.results[0] as never)).toEqual([['7', 'q']]);
    });
  });

  test('reading connections cannot write, by no road', async () => {
    await attached({}, async () => {
      for (const sql of [
        "insert into shop.public.customers values (999, 'x')",
        'drop table shop.public.customers',
        "call postgres_execute('shop', 'insert into customers values (999, ''x'')')",
        "call postgres_execute('shop', 'commit; insert into customers values (999, ''x'')')",
      ]) {
        const { run } = await engine.run(sql);
        expect(run.state, sql).toBe('failed');
      }
      expect(await server.rows('select * from customers where id = 999')).toEqual([]);
    });
  });

  test('writing connections write', async () => {
    await attached({ access: 'write' }, async () => {
      const { run } = await engine.run("insert into shop.public.customers values (999, 'x')");
      expect(run.error).toBeUndefined();
      expect(await server.rows('select email from customers where id = 999')).toEqual([{ email: 'x' }]);
      await server.run('delete from customers where id = 999');
    });
  });

  test('a table made on the server is seen after a refresh', async () => {
    await attached({}, async () => {
      await engine.run('from shop.public.customers limit 1');
      await server.run('create table fresh as select 1 as one');
      const own = await engine.engine.connect();
      await postgresConnector.refresh(own);
      own.close();
      const { run } = await engine.run('from shop.public.fresh');
      expect(run.error).toBeUndefined();
    });
  });

  test('the password stands in no error, event and listing', async () => {
    const wrong = connection({ password: 'an0ther-s3cret' });
    const own = await engine.engine.connect();
    const error = await postgresConnector.attach(wrong, own).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MillraceError);
    expect(error).toMatchObject({ code: 'ACCESS_DENIED' });
    await attached({}, async () => {
      await engine.run('from shop.public.no_such_table');
      const databases = await own.rows('select path, options from duckdb_databases()').catch(() => []);
      const secrets = await own.rows('from duckdb_secrets()');
      const shown = JSON.stringify([databases, secrets, (error as MillraceError).toShape(), engine.events]);
      expect(shown).not.toContain('an0ther-s3cret');
      expect(shown).not.toContain("ss w'ord");
    });
    own.close();
  });
});
