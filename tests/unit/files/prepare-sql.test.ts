import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findReferences } from '../../../src/main/lake/files/sql-references';
import { type CatalogFixture, openCatalog } from './catalog-fixture';

let fixture: CatalogFixture;

beforeAll(async () => {
  fixture = await openCatalog();
  await fixture.write('data/orders.csv', 'id,zip,amount\n1,00420,1.10\n2,10115,2.20\n');
  await fixture.write('data/items.csv', 'id,item\n1,pen\n2,ink\n');
  await fixture.write("data/o'brien & söhne [1] *?.csv", 'id,zip\n7,00099\n');
  await fixture.write('data/list.ndjson', '{"id":1}\n');
  for (const year of ['2023', '2024']) await fixture.write(`parts/${year}.csv`, `id,zip\n${year},00${year}\n`);
});
afterAll(() => fixture.close());

const paths = (sql: string) => findReferences(sql).paths.map((found) => found.path);

describe('strings in the place of a table are found', () => {
  test.each([
    [`select * from 'a.csv'`, ['a.csv']],
    [`from 'a.csv' select x`, ['a.csv']],
    [`select * from 'a.csv' a join 'b.csv' as b on a.x = 'c.csv'`, ['a.csv', 'b.csv']],
    [`select * from 'a.csv', 'b.csv' where x in ('c.csv', 'd.csv')`, ['a.csv', 'b.csv']],
    [`select * from (from 'a.csv') where x = 'b'`, ['a.csv']],
    [`with t as (select * from 'a.csv') select * from t, 'b.csv' order by 'c', 'd'`, ['a.csv', 'b.csv']],
    [`select (select max(x) from 'a.csv'), 'b.csv'`, ['a.csv']],
    [`describe 'a.csv'`, ['a.csv']],
    [`summarize 'a.csv'`, ['a.csv']],
    [`pivot 'a.csv' on x using sum(y)`, ['a.csv']],
    [`unpivot 'a.csv' on x into name n value v`, ['a.csv']],
    [`from o: 'a.csv'`, ['a.csv']],
    [`select extract(year from '2024-01-01')`, []],
    [`select trim(both from 'a.csv')`, []],
    [`select a is distinct from 'a.csv'`, []],
    [`-- from 'a.csv'\nselect 'from ''b.csv''' /* from 'c.csv' */`, []],
    [`select * from read_csv('a.csv')`, []],
    [`select * from read_csv(['a.csv', 'b.csv'])`, []],
    [`insert into t values ('a.csv', 'b.csv')`, []],
    [`select $$ from 'a.csv' $$`, []],
    [`from $$a.csv$$`, ['a.csv']],
    [`copy (from 'a.csv') to 'b.csv'`, ['a.csv']],
    [`create table t as from 'a.csv'`, ['a.csv']],
    [`merge into t using 'a.csv' as s on t.id = s.id when matched then update`, ['a.csv']],
    [`select * from t join u using (id), 'a.csv'`, ['a.csv']],
    [`select * from 'a.csv' union all select * from 'b.csv' limit 1`, ['a.csv', 'b.csv']],
    [`explain analyze from 'a.csv'`, ['a.csv']],
    [`select * from ('a.csv')`, ['a.csv']],
    [`table 'a.csv'`, ['a.csv']],
    [`from 'a.csv'; select 'b.csv'`, ['a.csv']],
    [`select list_filter(['x.csv'], x -> x = 'y.csv') from 'a.csv'`, ['a.csv']],
    [`from 'unclosed.csv`, []],
  ])('%s', (sql, found) => {
    expect(paths(sql)).toEqual(found);
  });
});

describe('a worksheet reads files as they are described', () => {
  test.each([
    [`select zip from 'data/orders.csv' where id = 1`, [{ zip: '00420' }]],
    [`select orders.zip from 'data/orders.csv' order by orders.id limit 1`, [{ zip: '00420' }]],
    [
      `select o.zip, item from 'data/orders.csv' o join 'data/items.csv' using (id) where o.id = 1`,
      [{ zip: '00420', item: 'pen' }],
    ],
    [
      `select orders.zip, items.item from 'data/orders.csv', 'data/items.csv' where orders.id = items.id and items.id = 2`,
      [{ zip: '10115', item: 'ink' }],
    ],
    [`with t as (from 'data/orders.csv') select count(*) as n from t`, [{ n: '2' }]],
    [`from x: 'data/orders.csv' select x.zip limit 1`, [{ zip: '00420' }]],
    [`select sum(amount) as s from 'data/orders.csv' as o(a, b, amount)`, [{ s: '3.30' }]],
    [`select count(*) as n from 'data/orders.csv' tablesample 100%`, [{ n: '2' }]],
    [
      `pivot 'data/orders.csv' on id using sum(amount) group by zip order by zip limit 1`,
      [{ zip: '00420', '1': '1.10', '2': null }],
    ],
    [`select count(*) as n from (unpivot 'data/orders.csv' on zip into name k value v)`, [{ n: '2' }]],
    [`select zip from 'parts' order by id`, [{ zip: '002023' }, { zip: '002024' }]],
    [`select zip from 'parts/20*.csv' order by id`, [{ zip: '002023' }, { zip: '002024' }]],
    [`select zip from 'data/o''brien & söhne [1] *?.csv'`, [{ zip: '00099' }]],
    [`select column_type as t from (describe 'data/orders.csv') where column_name = 'zip'`, [{ t: 'VARCHAR' }]],
    [
      `table 'data/items.csv'`,
      [
        { id: '1', item: 'pen' },
        { id: '2', item: 'ink' },
      ],
    ],
  ])('%s', async (sql, rows) => {
    expect(await fixture.query(sql)).toEqual(rows);
  });

  test('describe and summarize stand as statements', async () => {
    expect(await fixture.query(`describe 'data/orders.csv'`)).toHaveLength(3);
    expect(await fixture.query(`summarize 'data/orders.csv'`)).toHaveLength(3);
  });

  test('an offset behind a replaced string maps to its place in the text', async () => {
    const sql = `select * from 'data/orders.csv' as o where o.nothing = 1`;
    const prepared = await fixture.files.prepareSql(sql);
    const at = prepared.sql.indexOf('nothing');
    expect(prepared.toOriginal(at)).toBe(sql.indexOf('nothing'));
    expect(prepared.toOriginal(prepared.sql.indexOf('read_csv') + 20)).toBe(sql.indexOf(`'data`));
    expect(prepared.toOriginal(3)).toBe(3);
  });

  test('explicit calls, addresses and unknown names are left alone', async () => {
    for (const sql of [
      `from read_csv('data/orders.csv')`,
      `from 'https://example.org/a.csv'`,
      `from 's3://bucket/a.csv'`,
      `from 'data/nothing.csv'`,
      `from orders`,
    ]) {
      expect((await fixture.files.prepareSql(sql)).sql).toBe(sql);
    }
  });

  test('text that is being typed reads no file that is not known yet, and none outside', async () => {
    await fixture.write('fresh.csv', 'a\n1\n');
    const sql = `from 'fresh.csv'`;
    expect((await fixture.files.prepareSql(sql, { checking: true })).sql).toBe(sql);
    await fixture.files.describe({ path: 'fresh.csv' });
    expect((await fixture.files.prepareSql(sql, { checking: true })).sql).toContain('read_csv');
    const outside = `from '/etc/passwd.csv'`;
    expect((await fixture.files.prepareSql(outside, { checking: true })).sql).toBe(outside);
  });

  test('a file that changed is read anew', async () => {
    await fixture.write('change.csv', 'a\n1\n2\n');
    expect((await fixture.files.describe({ path: 'change.csv' })).columns[0]?.type).toBe('BIGINT');
    await fixture.write('change.csv', 'a\n1\n02\nx\n');
    expect((await fixture.files.describe({ path: 'change.csv' })).columns[0]?.type).toBe('VARCHAR');
  });

  test('what is spelled out runs as it stands, from the project folder', async () => {
    const before = process.cwd();
    process.chdir(fixture.folder);
    try {
      for (const path of ['data/orders.csv', 'parts', 'data/list.ndjson', "data/o'brien & söhne [1] *?.csv"]) {
        const { spelledOut, relation } = await fixture.files.describe({ path });
        expect(await fixture.connection.rows(`from ${spelledOut}`)).toEqual(await fixture.query(`from ${relation}`));
      }
    } finally {
      process.chdir(before);
    }
  });
});
