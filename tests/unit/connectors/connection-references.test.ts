import { describe, expect, it } from 'vitest';
import { findConnectionReferences } from '../../../src/main/connectors/connection-references';

const databases = (sql: string) => findConnectionReferences(sql).databases;

describe('the connections that a statement needs', () => {
  it.each([
    ['insert into shop_db.public.orders select 1', ['shop_db']],
    ['update "Shop Db".main.t set a = 1', ['Shop Db']],
    ['merge into shop_db.t using x on true', ['shop_db']],
    ['create table shop_db.main.t as select 1', ['shop_db']],
    ['create index i on shop_db.main.t (a)', ['shop_db']],
    ["from postgres_query('shop_db', 'select 1')", ['shop_db']],
    ["call postgres_execute('shop_db', 'vacuum')", ['shop_db']],
    ['describe shop_db.public.orders', ['shop_db']],
    ["copy shop_db.main.t to 'x.csv'", ['shop_db']],
    ["select 'from shop_db.t' -- from shop_db.t", []],
    ['select a.b from t a join u on shop_db.id = 1', []],
  ])('%s', (sql, names) => expect(databases(sql)).toEqual(names));

  it('are kept when they become the default, and let go by DETACH', () => {
    expect(findConnectionReferences('use shop_db; select 1')).toMatchObject({ defaults: ['shop_db'], databases: [] });
    expect(findConnectionReferences('detach database if exists shop_db').detached).toEqual(['shop_db']);
  });

  it('answer for addresses in strings, told apart by whether they are written', () => {
    const { urls } = findConnectionReferences(
      `copy (from read_parquet(['s3://a/x.parquet', 'https://b/y'])) to 's3://c/z.parquet' (format parquet)`,
    );
    expect(urls).toEqual([
      { url: 's3://a/x.parquet', writes: false },
      { url: 's3://c/z.parquet', writes: true },
    ]);
  });
});
