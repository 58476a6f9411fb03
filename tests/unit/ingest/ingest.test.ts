import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OptionValue } from '../../../src/shared/connections';
import { parseContract } from '../../../src/shared/ingest';
import { type ApiServer, json, startApiServer } from '../../support/services/api-server';
import { type IngestFixture, openIngest } from './ingest-fixture';

let api: ApiServer;
let project: IngestFixture;
let tables = 0;

beforeAll(async () => {
  api = await startApiServer();
  project = await openIngest();
});

const connect = (endpoints: OptionValue) =>
  project.connect({ shop_api: { type: 'http', url: api.url, retries: 0, endpoints } });

beforeEach(async () => {
  await connect({ orders: '/orders' });
  tables += 1;
});

afterAll(async () => {
  await project.close();
  await api.stop();
});

/** A table of the test's own. */
const into = () => `raw.t${tables}`;
const rows = (what = '*') => project.rows(`SELECT ${what} FROM lake.${into()} ORDER BY ALL`);
const serve = (records: unknown) => api.on('/orders', (_call, response) => json(response, records));
const types = async () =>
  Object.fromEntries(
    (await project.rows<{ column_name: string; column_type: string }>(`DESCRIBE lake.${into()}`)).map((row) => [
      row.column_name,
      row.column_type,
    ]),
  );
const snapshots = async () => (await project.rows('FROM lake.snapshots()')).length;

describe('a file into a lake table', () => {
  it('comes with types that change no value, and is replaced or appended to', async () => {
    await project.write('data/people.csv', 'id,postcode,born\n1,01067,2001-02-03\n2,10115,1999-12-31\n');
    const first = await project.ingest({ source: 'data/people.csv', into: into() });
    expect(first).toMatchObject({ created: true, rowsRead: 2, rowsWritten: 2, mode: 'append' });
    expect(await types()).toMatchObject({ id: 'BIGINT', postcode: 'VARCHAR', born: 'DATE' });
    await project.ingest({ source: 'data/people.csv', into: into() });
    expect(await rows('count(*) AS n')).toEqual([{ n: '4' }]);
    await project.ingest({ source: 'data/people.csv', into: into(), mode: 'replace' });
    expect(await rows()).toEqual([
      { id: '1', postcode: '01067', born: '2001-02-03' },
      { id: '2', postcode: '10115', born: '1999-12-31' },
    ]);
  });

  it('takes its name from the file where only a schema is given', async () => {
    await project.write('data/Small Things.csv', 'a\n1\n');
    expect((await project.ingest({ source: 'data/Small Things.csv', into: 'named' })).table).toBe('named.small_things');
  });

  it('comes from many files at once', async () => {
    await project.write('many/a.csv', 'id\n1\n');
    await project.write('many/b.csv', 'id\n2\n');
    await project.ingest({ source: 'many/*.csv', into: into() });
    expect(await rows()).toEqual([{ id: '1' }, { id: '2' }]);
  });

  it('merges by key: the same batch again makes no version', async () => {
    await project.write('data/m.csv', 'id,v\n1,a\n2,b\n');
    const request = { source: 'data/m.csv', into: into(), mode: 'merge' as const, key: ['id'] };
    await project.ingest(request);
    const before = await snapshots();
    expect(await project.ingest(request)).toMatchObject({ rowsRead: 2, rowsWritten: 0 });
    expect(await snapshots()).toBe(before);
    await project.write('data/m.csv', 'id,v\n2,B\n3,c\n');
    expect(await project.ingest(request)).toMatchObject({ rowsWritten: 2 });
    expect(await rows()).toEqual([
      { id: '1', v: 'a' },
      { id: '2', v: 'B' },
      { id: '3', v: 'c' },
    ]);
  });

  it('shows the SQL and the pipeline of a dry run, and changes nothing', async () => {
    await project.write('data/dry.csv', 'id,v\n1,a\n');
    const before = await snapshots();
    const [plan] = await project.plan({ source: 'data/dry.csv', into: into(), mode: 'merge', key: ['id'] });
    expect(plan?.columns.map(({ name, type }) => `${name} ${type}`)).toEqual(['id BIGINT', 'v VARCHAR']);
    expect(plan?.statements.join('\n')).toContain('MERGE INTO lake."raw".');
    expect(plan?.pipeline).toContain('file: data/dry.csv');
    expect(plan?.pipeline).toContain('mode: merge');
    expect(await snapshots()).toBe(before);
  });
});

describe('an API into a lake table', () => {
  it('keeps every digit, nested values and times', async () => {
    serve(
      '{"data": [{"id": 9007199254740993, "price": 12345678901234567.89, "at": "2024-01-02T03:04:05Z", "who": {"name": "Ada", "tags": ["x", "y"]}}]}',
    );
    await project.ingest({ source: 'shop_api:orders', into: into() });
    expect(await rows('id, price, who.name AS name, who.tags[2] AS tag')).toEqual([
      { id: '9007199254740993', price: '12345678901234567.89', name: 'Ada', tag: 'y' },
    ]);
    expect(await readdir(path.join(project.folder, '.millrace', 'tmp'))).not.toContainEqual(
      expect.stringContaining('.ndjson'),
    );
  });

  it('goes on where the last run ended; a second run of it changes nothing', async () => {
    await connect({
      orders: {
        path: '/orders',
        key: 'id',
        incremental: { parameter: 'since', cursor: 'changed', start: '2024-01-01' },
      },
    });
    const all = [
      { id: 1, changed: '2024-01-05T00:00:00Z', v: 'a' },
      { id: 2, changed: '2024-02-05T10:00:00Z', v: 'b' },
    ];
    const asked: (string | null)[] = [];
    api.on('/orders', ({ url }, response) => {
      const since = url.searchParams.get('since');
      asked.push(since);
      json(
        response,
        all.filter((one) => one.changed >= (since ?? '')),
      );
    });
    const request = { source: 'shop_api:orders', into: into() };
    expect(await project.ingest(request)).toMatchObject({
      mode: 'merge',
      rowsWritten: 2,
      cursor: '2024-02-05T10:00:00Z',
    });
    const before = await snapshots();
    expect(await project.ingest(request)).toMatchObject({ rowsRead: 1, rowsWritten: 0 });
    expect(await snapshots()).toBe(before);
    all.push({ id: 2, changed: '2024-03-01T00:00:00Z', v: 'B' });
    await project.ingest(request);
    expect(asked).toEqual(['2024-01-01', '2024-02-05T10:00:00Z', '2024-02-05T10:00:00Z']);
    expect(await rows('id, v')).toEqual([
      { id: '1', v: 'a' },
      { id: '2', v: 'B' },
    ]);
  });

  it('refuses to append what is read from a cursor on', async () => {
    await connect({ orders: { path: '/orders', incremental: { parameter: 'since', cursor: 'changed' } } });
    await expect(project.events({ source: 'shop_api:orders', into: into() })).rejects.toThrow('would double');
  });

  it('grows with its records: columns, fields and wider numbers', async () => {
    serve([{ id: 1, price: 10, who: { name: 'Ada' } }]);
    await project.ingest({ source: 'shop_api:orders', into: into() });
    serve([{ id: 2, price: 10.5, who: { name: 'Bob', age: 7 }, extra: true }]);
    const report = await project.ingest({ source: 'shop_api:orders', into: into() });
    expect(report).toMatchObject({ columnsAdded: ['extra'], rowsWritten: 1 });
    expect(report.columnsWidened.sort()).toEqual(['price', 'who']);
    expect(await rows('id, price, who, extra')).toEqual([
      { id: '1', price: 10, who: { name: 'Ada', age: null }, extra: null },
      { id: '2', price: 10.5, who: { name: 'Bob', age: '7' }, extra: true },
    ]);
  });

  it('widens a column while it merges into it', async () => {
    await connect({ orders: { path: '/orders', key: 'id' } });
    serve([
      { id: 1, price: 10 },
      { id: 2, price: 20 },
    ]);
    await project.ingest({ source: 'shop_api:orders', into: into() });
    serve([
      { id: 2, price: 20.5 },
      { id: 3, price: 1 },
    ]);
    await project.ingest({ source: 'shop_api:orders', into: into() });
    expect(await rows('id, price')).toEqual([
      { id: '1', price: 10 },
      { id: '2', price: 20.5 },
      { id: '3', price: 1 },
    ]);
  });

  it('takes no part of a failed read', async () => {
    serve([{ id: 1 }]);
    await project.ingest({ source: 'shop_api:orders', into: into() });
    const before = await snapshots();
    await connect({ orders: { path: '/orders', paging: 'page' } });
    api.on('/orders', ({ url }, response) =>
      url.searchParams.get('page') === '1' ? json(response, [{ id: 2 }]) : json(response, {}, 500),
    );
    expect((await project.failure({ source: 'shop_api:orders', into: into() })).message).toContain('answered 500');
    expect(await snapshots()).toBe(before);
  });

  it('reads a bare URL', async () => {
    serve({ items: [{ id: 1 }, { id: 2 }] });
    await project.ingest({ source: `${api.url}/orders?x=1`, into: into() });
    expect(await rows()).toEqual([{ id: '1' }, { id: '2' }]);
  });

  it('loads all endpoints, and says which one failed', async () => {
    await connect({ orders: '/orders', broken: '/nothing' });
    serve([{ id: 1 }]);
    const seen = await project.events({ source: 'shop_api:*', into: 'every' });
    const ends = seen.filter(({ type }) => type === 'table' || type === 'failure');
    expect(
      ends.map((event) =>
        event.type === 'table' ? event.report.table : event.type === 'failure' && event.failure.table,
      ),
    ).toEqual(['every.orders', 'every.broken']);
    await expect(project.events({ source: 'shop_api:*', into: 'every.one' })).rejects.toThrow('one of several tables');
  });

  it('is stopped by its signal, and leaves nothing', async () => {
    const stopping = new AbortController();
    api.on('/orders', () => stopping.abort());
    await expect(project.events({ source: 'shop_api:orders', into: into() }, stopping.signal)).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(await project.rows(`SELECT 1 FROM duckdb_tables() WHERE table_name = 't${tables}'`)).toEqual([]);
  });
});

describe('a type that changes midway', () => {
  const mixed = [
    { id: 1, v: 'a' },
    { id: 2, v: 'b' },
    { id: 'three', v: 'c' },
  ];

  it('is an error that names column, value, page and what to do', async () => {
    serve(mixed);
    const shape = await project.failure({ source: 'shop_api:orders', into: into() });
    expect(shape.code).toBe('CONTRACT_BROKEN');
    expect(shape.message).toContain('"id"');
    expect(shape.message).toMatch(/BIGINT at first, VARCHAR \("three"\) on page 1 of http/);
    expect(shape.hint).toContain('discard_value');
  });

  it('is left out by value and kept in quarantine', async () => {
    serve(mixed);
    const report = await project.ingest({
      source: 'shop_api:orders',
      into: into(),
      contract: { types: 'discard_value' },
    });
    expect(report).toMatchObject({ rowsRead: 3, rowsWritten: 3, valuesDiscarded: 1, rowsDiscarded: 0 });
    expect(await rows()).toEqual([
      { id: '1', v: 'a' },
      { id: '2', v: 'b' },
      { id: null, v: 'c' },
    ]);
    const kept = await project.rows(
      `SELECT column_name, rule, "value", "row" FROM lake._millrace.quarantine WHERE run = '${report.run}'`,
    );
    expect(kept).toEqual([{ column_name: 'id', rule: 'discard_value', value: 'three', row: '{"id":"three","v":"c"}' }]);
  });

  it('is left out by row', async () => {
    serve(mixed);
    const contract = { types: 'discard_row' as const };
    const report = await project.ingest({ source: 'shop_api:orders', into: into(), contract });
    expect(report).toMatchObject({ rowsRead: 3, rowsWritten: 2, rowsDiscarded: 1 });
    expect(await rows('id')).toEqual([{ id: '1' }, { id: '2' }]);
    // The same into the table that is there now.
    expect(await project.ingest({ source: 'shop_api:orders', into: into(), contract, mode: 'replace' })).toMatchObject({
      rowsWritten: 2,
      rowsDiscarded: 1,
    });
  });

  it('is taken as text where that is said', async () => {
    serve(mixed);
    await project.ingest({ source: 'shop_api:orders', into: into(), types: { id: 'VARCHAR' } });
    expect(await rows('id')).toEqual([{ id: '1' }, { id: '2' }, { id: 'three' }]);
  });
});

describe('a contract', () => {
  it('is read from its short form', () => {
    expect(parseContract('freeze')).toEqual({ tables: 'freeze', columns: 'freeze', types: 'freeze' });
    expect(parseContract('columns=discard_row, types=freeze')).toEqual({ columns: 'discard_row', types: 'freeze' });
    expect(parseContract('colums=freeze')).toBeUndefined();
    expect(parseContract('never')).toBeUndefined();
  });

  it('freezes tables, columns and types', async () => {
    serve([{ id: 1 }]);
    const request = { source: 'shop_api:orders', into: into() };
    expect(await project.failure({ ...request, contract: { tables: 'freeze' } })).toMatchObject({
      code: 'CONTRACT_BROKEN',
    });
    await project.ingest(request);
    serve([{ id: 2, extra: 5 }]);
    expect((await project.failure({ ...request, contract: { columns: 'freeze' } })).message).toContain('"extra"');
    serve([{ id: 2.5 }]);
    expect((await project.failure({ ...request, contract: { types: 'freeze' } })).message).toContain('2.5');
    serve([{ id: 3.0 }]);
    await project.ingest({ ...request, contract: { types: 'freeze' } });
    expect(await rows()).toEqual([{ id: '1' }, { id: '3' }]);
  });

  it('leaves new columns out by value or by row', async () => {
    serve([{ id: 1 }]);
    const request = { source: 'shop_api:orders', into: into() };
    await project.ingest(request);
    serve([{ id: 2, extra: 5 }, { id: 3 }]);
    expect(await project.ingest({ ...request, contract: { columns: 'discard_value' } })).toMatchObject({
      rowsWritten: 2,
      valuesDiscarded: 1,
    });
    expect(await project.ingest({ ...request, contract: { columns: 'discard_row' } })).toMatchObject({
      rowsWritten: 1,
      rowsDiscarded: 1,
    });
    expect(await rows()).toEqual([{ id: '1' }, { id: '2' }, { id: '3' }, { id: '3' }]);
  });
});
