import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCatalog, tableDdl } from '../../../src/main/engine/catalog';
import type { EngineConnection } from '../../../src/main/engine/connection';
import { readFunctions } from '../../../src/main/engine/functions';
import { refuseForbidden, significantTokens } from '../../../src/main/engine/statement';
import { uniqueNames } from '../../../src/main/engine/unique-names';
import { type EngineFixture, openEngine } from './engine-fixture';

let fixture: EngineFixture;
let connection: EngineConnection;
beforeAll(async () => {
  fixture = await openEngine();
  connection = await fixture.engine.connect();
  await fixture.run(`create schema shop; create table shop.orders (id bigint not null, "Total Price" decimal(10, 2), tags varchar[], note json);
    insert into shop.orders select i, i, ['a'], '{}' from range(10) r(i); create view shop.large as select * from shop.orders where id > 5; select 1`);
});
afterAll(async () => {
  connection.close();
  await fixture.close();
});

describe('the catalog', () => {
  it('has databases, schemas, tables and views with their columns, and none of the app’s own', async () => {
    const databases = await readCatalog(connection);
    expect(databases.map((database) => database.name)).toEqual(['memory', 'millrace']);
    const shop = databases[0]?.schemas.find((schema) => schema.name === 'shop');
    expect(shop?.tables.map((table) => [table.name, table.kind, table.estimatedRows])).toEqual([
      ['large', 'view', undefined],
      ['orders', 'table', 10],
    ]);
    expect(shop?.tables[1]?.columns).toEqual([
      { name: 'id', type: 'BIGINT', kind: 'integer' },
      { name: 'Total Price', type: 'DECIMAL(10,2)', kind: 'decimal' },
      { name: 'tags', type: 'VARCHAR[]', kind: 'list' },
      { name: 'note', type: 'JSON', kind: 'json' },
    ]);
    expect(databases[0]?.schemas.map((schema) => schema.name)).toEqual(['main', 'shop']);
  });

  it('gives the statement that makes a table or view again', async () => {
    const table = await tableDdl(connection, { database: 'memory', schema: 'shop', name: 'orders' });
    expect(table).toMatch(/^CREATE TABLE shop\.orders\(.*"Total Price" DECIMAL\(10,2\).*\);$/);
    expect(await tableDdl(connection, { database: 'memory', schema: 'shop', name: 'large' })).toMatch(
      /^CREATE VIEW .*;$/,
    );
    await expect(tableDdl(connection, { database: 'memory', schema: 'shop', name: 'nope' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('the function reference', () => {
  it('has every overload together, with parameters, description and examples', async () => {
    const functions = await readFunctions(connection);
    const trunc = functions.find((one) => one.name === 'date_trunc');
    expect(trunc?.kind).toBe('scalar');
    expect(trunc?.signatures.length).toBeGreaterThan(2);
    expect(trunc?.signatures[0]).toMatchObject({
      parameters: ['part', 'timestamp'],
      returns: expect.any(String),
      description: expect.any(String),
    });
    expect(trunc?.signatures[0]?.examples.length).toBeGreaterThan(0);
    for (const [name, kind] of [
      ['sum', 'aggregate'],
      ['read_csv', 'table'],
      ['row_number', 'window'],
      ['table_info', 'pragma'],
    ] as const) {
      expect(
        functions.some((one) => one.name === name && one.kind === kind),
        name,
      ).toBe(true);
    }
    expect(functions.some((one) => one.name.includes('+') || one.name.startsWith('__'))).toBe(false);
    expect(functions.length).toBeGreaterThan(500);
  });
});

describe('small rows as JSON', () => {
  it('keep wide numbers as strings and write times in ISO 8601', async () => {
    expect(
      await connection.rows(
        "select 1::int as i, 2::bigint as b, 3.50::decimal(5, 2) as d, timestamp '2025-01-02 03:04:05.5' as t, timestamptz '2025-01-02 03:04:05+00' as z, date '2025-01-02' as day, null as n, [1] as l",
      ),
    ).toEqual([
      {
        i: 1,
        b: '2',
        d: '3.50',
        t: '2025-01-02T03:04:05.5',
        z: expect.stringMatching(/^2025-01-0\dT[\d:]+[+-]\d\d:\d\d$/),
        day: '2025-01-02',
        n: null,
        l: [1],
      },
    ]);
  });
});

describe('statements told by their words', () => {
  it('are refused where they take the engine’s footing away', () => {
    for (const sql of ['DETACH results', '/* x */ detach database millrace', 'detach "RESULTS"'])
      expect(() => refuseForbidden(sql, false), sql).toThrow();
    for (const sql of ['detach other', "select 'detach results'", "copy t to 'x.csv'", "copy t from 'x.csv'"])
      expect(() => refuseForbidden(sql, false), sql).not.toThrow();
    for (const sql of [
      "copy t to 'x.csv'",
      "copy (select 1 from x) to 'x'",
      'explain (analyze) copy t to $1',
      'copy from database a to b',
      "prepare p(int) as copy t to 'x'",
    ]) {
      expect(() => refuseForbidden(sql, true), sql).toThrow(expect.objectContaining({ code: 'NOT_TRUSTED' }));
    }
    for (const sql of ["copy t from 'x.csv'", "select 'copy t to x'", 'from t'])
      expect(() => refuseForbidden(sql, true), sql).not.toThrow();
    expect(significantTokens("a -- b\n 'c d' /* e */ $f").map((token) => token.text)).toEqual(['a', "'c d'", '$f']);
  });
});

describe('column names', () => {
  it('are made unique without regard to case, and keep those that are', () => {
    expect(uniqueNames(['a', 'A', 'a_1', '', 'a'])).toEqual(['a', 'A_2', 'a_1', 'column3', 'a_3']);
  });
});
