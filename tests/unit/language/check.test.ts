import { execFileSync } from 'node:child_process';
import { stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../src/shared/language';
import { openWorkspace, type Workspace } from './workspace';

const SETUP = `
create table customers (id bigint, name varchar);
create table orders (order_id bigint, customer_id bigint, amount decimal(12,2), shipping struct(carrier varchar, kg double));
create type mood as enum ('good', 'bad');
create table diary (day date, mood mood, extra json);
create macro twice(x) as x * 2;
create macro newest(n) as table select * from orders order by order_id desc limit n;
create schema staged;
create table staged.clean (a integer);
create view paid as select order_id from orders;
`;

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace(SETUP);
});
afterAll(() => workspace.close());

const check = (text: string): Promise<Diagnostic[]> => workspace.service.check(text);

async function underlined(text: string): Promise<string[]> {
  return (await check(text)).map((found) => text.slice(found.start, found.end));
}

describe('errors as one types', () => {
  it('underlines a wrong column at its place and proposes the right one', async () => {
    const text = 'select 1;\n\n-- größe\nselect order_id, amont from orders';
    const [found] = await check(text);
    expect(text.slice(found?.start, found?.end)).toBe('amont');
    expect(found?.candidates?.[0]).toBe('amount');
    expect(found?.error.code).toBe('SQL_BIND');
    expect(found?.error.hint).toContain('amount');
  });

  it('underlines the column, not its qualifier', async () => {
    const text = 'select o.amont from orders o';
    const [found] = await check(text);
    expect(text.slice(found?.start, found?.end)).toBe('amont');
    expect(found?.candidates).toContain('amount');
  });

  it('underlines a table, a function and a struct field that do not exist', async () => {
    expect(await underlined('select * from ordres')).toEqual(['ordres']);
    expect(await underlined('select date_trun(1) from orders')).toEqual(['date_trun']);
    expect(await underlined('select shipping.carier from orders')).toEqual(['carier']);
    expect((await check('select * from ordres'))[0]?.candidates).toEqual(['orders']);
  });

  it('underlines a syntax error in each statement on its own', async () => {
    const text = 'select fro from;\nselect a b c from orders;\nselect 1';
    const found = await check(text);
    expect(found.map((entry) => entry.error.code)).toEqual(['SQL_PARSE', 'SQL_PARSE']);
    expect(text.slice(found[1]?.start, found[1]?.end)).toBe('c');
  });

  it('says what is wrong with a grouping', async () => {
    const [found] = await check('select order_id, sum(amount) from orders');
    expect(found?.error.message).toContain('GROUP BY');
    expect(found?.error.hint).toBeTruthy();
  });

  it('knows the columns of the project’s files', async () => {
    expect(await check("select order_id, note from 'data/orders.csv'")).toEqual([]);
    expect(await underlined("select notes from 'data/orders.csv' o")).toEqual(['notes']);
    expect(await check("select orders.note from 'data/orders.csv'")).toEqual([]);
    expect(await underlined("select x.wrong from read_csv('data/orders.csv', header = true) x")).toEqual(['wrong']);
    expect(await check("select * from 'data/*.csv'")).toEqual([]);
  });

  it('says that a file of the project is missing, with the nearest name', async () => {
    const [found] = await check("select * from 'data/order.csv'");
    expect(found?.error.code).toBe('FILE_NOT_FOUND');
    expect(found?.candidates).toEqual(["'data/orders.csv'"]);
  });
});

describe('what is right stays clean', () => {
  const right = [
    'with t as (select * from orders) select t.amount from t',
    'create temp table big as select order_id, amount as money from orders; select money from big; drop table big;',
    "create table t (a integer, b mood); insert into t values (1, 'good'); update t set a = 2 where b = 'bad'; alter table t add column c text; select c from t",
    'create view v as from orders; select amount from v',
    'create or replace view paid as select amount from orders; select amount from paid',
    'select twice(amount) from orders; from newest(3)',
    'create macro three(x) as x * 3; select three(1)',
    "select day, mood, extra->>'a' from diary where mood = 'good'",
    'from _1 select whatever',
    'select * from orders where order_id = $id and amount > ?',
    'pivot orders on customer_id using sum(amount)',
    'use staged; from clean',
    'begin; insert into orders (order_id) select 1; commit',
    "insert into customers values (1, 'x') on conflict (id) do nothing",
    "attach 'other.db' as other; select * from other.main.things",
    "copy orders to 'out/orders.parquet' (format parquet)",
    "set s3_region = 'eu-central-1'; create secret s (type s3, key_id 'k', secret 's')",
    'install httpfs; load httpfs; select * from orders',
    "select * from sqlite_scan('x.db', 't')",
    'explain analyze select * from orders; describe orders; summarize orders; show tables; pragma version',
    'select * from duckdb_tables(), information_schema.tables limit 1',
    'with recursive r(n) as (select 1 union all select n + 1 from r where n < 5) from r',
    "select list_transform([1, 2], lambda x: x + 1), [y * 2 for y in [1, 2]], {'a': 1}.a, columns(*) from orders",
    'merge into orders using customers c on order_id = c.id when matched then update set amount = 1 when not matched then insert (order_id) values (c.id)',
  ];
  it.each(right)('%s', async (text) => {
    expect(await check(text)).toEqual([]);
  });

  it('keeps nothing that it made for a check', async () => {
    await check('create table gone as select 1 as a');
    expect(await underlined('select * from gone')).toEqual(['gone']);
  });

  it('sees a table that was made since, once it is told', async () => {
    await workspace.run('create table fresh (a integer)');
    workspace.service.invalidate();
    expect(await check('select a from fresh')).toEqual([]);
    expect(await underlined('select b from fresh')).toEqual(['b']);
  });
});

describe('nothing outside of the project is opened', () => {
  it('sends no request, whatever the text names', async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.end('a,b\n1,2\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await workspace.run(`create or replace macro remote() as table select * from read_csv('${url}/macro.csv')`);
    workspace.service.invalidate();
    const madeByHand = requests;
    const texts = [
      `select * from '${url}/x.csv'`,
      `select * from read_csv('${url}/x.csv')`,
      `select * from read_text(['${url}/x.txt', 'data/orders.csv'])`,
      `from remote()`,
      `attach '${url}/x.db' as remote`,
      `create view v as select * from '${url}/x.parquet'; from v`,
      `create table t as from '${url}/x.csv'`,
      `copy (select 1) to '${url}/x.csv'`,
      `install x from '${url}'; load '${url}/x.duckdb_extension'`,
      `import database '${url}/d'; export database '${url}/d'`,
      `select * from glob('${url}/*')`,
      `from read_csv('${url}/' || 'x.csv')`,
      `select getenv('HOME'), content from read_blob('${url}/y')`,
      `from query('from read_csv(''${url}/x.csv'')')`,
    ];
    for (const text of texts) {
      await check(text);
      for (let offset = 0; offset <= text.length; offset += 7) {
        await workspace.service.complete(text, offset);
        await workspace.service.hover(text, offset);
        await workspace.service.expandStar(text, offset);
      }
    }
    expect(requests).toBe(madeByHand);
    await workspace.run(`from '${url}/x.csv'`);
    expect(requests).toBeGreaterThan(madeByHand);
    server.close();
  });

  it('never opens a path elsewhere, nor a link or a pipe inside that leads there', async () => {
    const decoy = join(tmpdir(), `millrace-decoy-${process.pid}.csv`);
    await writeFile(decoy, 'a,b\n1,2\n');
    const old = new Date(Date.now() - 5 * 24 * 3600 * 1000);
    // Under relatime an access time older than a day moves with the next read.
    execFileSync('touch', ['-a', '-d', old.toISOString(), decoy]);
    await symlink(decoy, join(workspace.folder, 'data/link.csv'));
    execFileSync('mkfifo', [join(workspace.folder, 'data/pipe.csv')]);
    const texts = [
      `select a from '${decoy}'`,
      `select a from read_csv('${decoy}')`,
      `select a from '../${decoy.split('/').at(-1)}'`,
      "select a from 'data/link.csv'",
      "select a from 'data/pipe.csv'",
      "select a from read_csv('data/l*.csv')",
      `create table t as from '${decoy}'; from t`,
      `copy customers from '${decoy}'`,
      `attach '${decoy}' as d; from d.x`,
    ];
    for (const text of texts) {
      expect(await check(text)).toEqual([]);
      await workspace.service.complete(`${text} where `, text.length + 7);
      await workspace.service.expandStar(text.replace('select a', 'select *'), 8);
    }
    expect((await stat(decoy)).atime.toISOString()).toBe(old.toISOString());
  }, 10_000);
});
