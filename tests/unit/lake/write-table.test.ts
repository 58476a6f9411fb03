import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreateTableRequest } from '../../../src/shared/lake';
import { type LakeFixture, openLake } from './lake-fixture';

let fixture: LakeFixture;
beforeAll(async () => {
  fixture = await openLake({ config: { connections: { names: ['shop'] } } });
});
afterAll(() => fixture.close());

const write = (name: string, sql: string, more: Partial<CreateTableRequest> = {}) =>
  fixture.lake.createTable({ into: fixture.table(name), from: { sql }, mode: 'append', ...more });

describe('writing a lake table', () => {
  it('the first table makes the lake', async () => {
    expect(fixture.lake.status()).toMatchObject({ state: 'none', kind: 'folder' });
    expect(await fixture.lake.tables()).toEqual([]);
    const outcome = await write('orders', 'select i as id, i * 2 as amount from range(100) t(i)');
    expect(outcome).toMatchObject({ created: true, rows: 100, notes: [] });
    expect(fixture.lake.status().state).toBe('attached');
    expect(existsSync(path.join(fixture.folder, 'lake/catalog.ducklake'))).toBe(true);
    expect(await fixture.lake.tables()).toMatchObject([{ schema: 'raw', name: 'orders', rows: 100, files: 1 }]);
  });

  it('appends by name, in whatever order the columns come', async () => {
    expect(await write('orders', 'select 7 as amount, 1000::bigint as id')).toMatchObject({ created: false, rows: 1 });
    expect(await fixture.rows('from lake.raw.orders where id = 1000')).toEqual([{ id: '1000', amount: '7' }]);
  });

  it('replaces within the same table, so that its history goes on', async () => {
    await write('orders', 'select i as id, i as amount from range(5) t(i)', { mode: 'replace' });
    expect(await fixture.rows('select count(*) n, sum(amount)::int s from lake.raw.orders')).toEqual([
      { n: '5', s: 10 },
    ]);
    expect(
      await fixture.rows('select count(distinct table_id) n from __ducklake_metadata_lake.ducklake_table'),
    ).toEqual([{ n: '1' }]);
  });

  it('replaces a table by what is read from itself, also through a view', async () => {
    await write('orders', 'select * from lake.raw.orders where id < 3', { mode: 'replace' });
    expect(await fixture.rows('select count(*) n from lake.raw.orders')).toEqual([{ n: '3' }]);
    await fixture.rows('create view lake.raw.few as select * from lake.raw.orders where id < 2');
    await write('orders', 'select * from lake.raw.few', { mode: 'replace' });
    expect(await fixture.rows('select count(*) n from lake.raw.orders')).toEqual([{ n: '2' }]);
  });

  it('refuses a column that the table lacks, unless it may evolve', async () => {
    const sql = "select 50::bigint as id, 1::bigint as amount, 'de' as country";
    await expect(write('orders', sql)).rejects.toMatchObject({ code: 'CONTRACT_BROKEN' });
    await write('orders', sql, { evolve: true });
    expect(await fixture.rows('select country from lake.raw.orders where id = 50')).toEqual([{ country: 'de' }]);
  });

  it('refuses a type whose values would be altered', async () => {
    await expect(write('orders', 'select 1.5 as id')).rejects.toMatchObject({
      code: 'CONTRACT_BROKEN',
      message: expect.stringContaining('DECIMAL(2,1)'),
    });
  });

  it('widens a column where it may evolve', async () => {
    await write('narrow', 'select 1::integer as a, 1::float as b');
    await write('narrow', 'select 5000000000::bigint as a, 1e300::double as b', { evolve: true });
    expect(
      await fixture.rows('select typeof(a) ta, typeof(b) tb, a from lake.raw.narrow order by a desc limit 1'),
    ).toEqual([{ ta: 'BIGINT', tb: 'DOUBLE', a: '5000000000' }]);
  });

  it('undoes everything when a row fails, schema and new columns too', async () => {
    const before = await fixture.rows('select max(snapshot_id) id from __ducklake_metadata_lake.ducklake_snapshot');
    const bad =
      "select case when i = 99999 then error('row 99999') else i end as id, 1 as more from range(100000) t(i)";
    await expect(write('orders', bad, { evolve: true })).rejects.toMatchObject({
      message: expect.stringContaining('row 99999'),
    });
    await expect(
      fixture.lake.createTable({ into: { schema: 'fresh', name: 't' }, from: { sql: bad }, mode: 'append' }),
    ).rejects.toMatchObject({ message: expect.stringContaining('row 99999') });
    expect(await fixture.rows('select max(snapshot_id) id from __ducklake_metadata_lake.ducklake_snapshot')).toEqual(
      before,
    );
    expect(await fixture.rows("select 1 from duckdb_schemas() where schema_name = 'fresh'")).toEqual([]);
  });

  it('puts who wrote it and its run on the snapshot', async () => {
    const { snapshot } = await write('orders', 'select 51::bigint as id', { message: 'nightly', run: 'r-1' });
    const [found] = await fixture.rows<{ message: string; extra: string }>(
      `select commit_message message, commit_extra_info extra from ducklake_snapshots('lake') where snapshot_id = ${snapshot}`,
    );
    expect(found?.message).toBe('nightly');
    expect(JSON.parse(found?.extra ?? '{}')).toMatchObject({ run: 'r-1' });
  });

  it('keeps every value of types that the lake has not, and says which it wrote as another', async () => {
    const sql = `select 170141183460469231731687303715884105727::hugeint % 10000000000000000000 as big, 'a'::enum('a', 'b') as e, union_value(n := 1) as u,
      '101'::bit as bits, '10:00:00+01'::timetz as tz, [1, 2]::int[2] as pair, interval '1 microsecond' as gap,
      {'x': 5::hugeint, 'y': ['b'::enum('b')]} as nested, now() as at from range(30)`;
    const outcome = await write('odd', sql);
    expect(outcome.notes.map((note) => note.split(':')[0])).toEqual([
      'big',
      'e',
      'u',
      'bits',
      'tz',
      'pair',
      'gap',
      'nested',
    ]);
    const [row] = await fixture.rows('select big, e, u, bits, tz, pair, gap, nested from lake.raw.odd limit 1');
    expect(row).toEqual({
      big: '1687303715884105727',
      e: 'a',
      u: '1',
      bits: '101',
      tz: '10:00:00+01',
      pair: [1, 2],
      gap: '00:00:00.000001',
      nested: { x: '5', y: ['b'] },
    });
  });

  it('partitions a new table and says what day() means', async () => {
    const partition = [
      { column: 'at', transform: 'year' as const },
      { column: 'at', transform: 'day' as const },
      { column: 'id', transform: 'bucket' as const, buckets: 2 },
    ];
    const outcome = await write(
      'parts',
      "select i as id, timestamp '2024-01-01' + i * interval 1 day as at from range(20) t(i)",
      { partition },
    );
    expect(outcome.notes.join()).toContain('day of the month');
    const files = await fixture.rows<{ path: string }>(
      `select data_file path from ducklake_list_files('lake', 'parts', schema => 'raw')`,
    );
    expect(files.length).toBeGreaterThan(10 / 2);
    expect(files[0]?.path).toMatch(/year=2024\/day=\d+\/bucket=[01]\//);
    await expect(
      write('parts2', 'select 1 as a', { partition: [{ column: 'a', transform: 'year' }] }),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('refuses names that would hide a database or a connection', async () => {
    for (const schema of ['temp', 'Millrace', 'kafka', 'SHOP', 'information_schema']) {
      await expect(
        fixture.lake.createTable({ into: { schema, name: 't' }, from: { sql: 'select 1 as a' }, mode: 'append' }),
      ).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    }
  });

  it('tells what it would do and changes nothing', async () => {
    const plan = await fixture.lake.planCreate({
      into: fixture.table('planned'),
      from: { sql: "select 1::hugeint as a, 'x' as b -- note" },
      mode: 'replace',
      partition: [{ column: 'b', transform: 'identity' }],
    });
    expect(plan).toMatchObject({ exists: false, preview: { columns: ['a', 'b'], rows: [['1', 'x']] } });
    expect(plan.columns).toMatchObject([
      { name: 'a', sourceType: 'HUGEINT', type: 'DECIMAL(38,0)' },
      { name: 'b', type: 'VARCHAR' },
    ]);
    expect(plan.statements.join('\n')).toContain('SET PARTITIONED BY ("b")');
    expect(await fixture.rows("select 1 from duckdb_tables() where table_name = 'planned'")).toEqual([]);
    for (const sql of plan.statements) await fixture.run(sql.replace(/^BEGIN;$|^COMMIT;$/, 'select 1;'));
    expect(await fixture.rows('select a::varchar a, b from lake.raw.planned')).toEqual([{ a: '1', b: 'x' }]);
  });
});

describe('merging into a lake table', () => {
  it('changes what is there, adds what is new, and leaves equal rows alone', async () => {
    await write('people', "select i as id, 'n' || i as name from range(3) t(i)");
    const merge = { mode: 'merge' as const, key: ['id'] };
    const batch = "select * from (values (1::bigint, 'changed'), (9, 'new')) t(id, name)";
    expect(await write('people', batch, merge)).toMatchObject({ rows: 2 });
    expect(await fixture.rows('select name from lake.raw.people order by id')).toEqual(
      ['n0', 'changed', 'n2', 'new'].map((name) => ({ name })),
    );
    const again = await write('people', batch, merge);
    expect(again.rows).toBe(0);
    expect(again.snapshot).toBeUndefined();
  });

  it('takes the latest of rows with one key, and refuses a tie and an empty key', async () => {
    const rows = (last: number) =>
      `select * from (values (1::bigint, 'old', 1), (1, 'newest', 3), (1, 'other', ${last})) t(id, name, v)`;
    const merge = { mode: 'merge' as const, key: ['id'], latestBy: 'v', evolve: true };
    await write('people', rows(2), merge);
    expect(await fixture.rows('select name from lake.raw.people where id = 1')).toEqual([{ name: 'newest' }]);
    await expect(write('people', rows(3), merge)).rejects.toMatchObject({
      code: 'CONTRACT_BROKEN',
      message: expect.stringContaining('id = 1'),
    });
    await expect(write('people', rows(2), { mode: 'merge', key: ['id'] })).rejects.toMatchObject({
      code: 'CONTRACT_BROKEN',
    });
    await expect(write('people', 'select null::bigint as id', { mode: 'merge', key: ['id'] })).rejects.toMatchObject({
      code: 'CONTRACT_BROKEN',
      message: expect.stringContaining('no value in the key'),
    });
  });

  it('makes the table where there is none, from one row a key too', async () => {
    await expect(
      write('made', 'select 1 as id union all select 1', { mode: 'merge', key: ['id'] }),
    ).rejects.toMatchObject({ code: 'CONTRACT_BROKEN' });
    expect(await write('made', 'select 1 as id', { mode: 'merge', key: ['ID'] })).toMatchObject({
      created: true,
      rows: 1,
    });
  });
});

describe('writers at the same time', () => {
  it('lose nothing: appends to one table and to several', async () => {
    await write('busy', 'select 0::bigint as id');
    await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        write(n % 2 === 0 ? 'busy' : `busy${n}`, `select ${n}::bigint as id from range(100)`),
      ),
    );
    expect(await fixture.rows('select count(*) n from lake.raw.busy')).toEqual([{ n: '401' }]);
    expect(
      (await fixture.lake.tables()).filter((table) => /^busy\d/.test(table.name)).map((table) => table.rows),
    ).toEqual([100, 100, 100, 100]);
  });

  it('a cancelled write leaves the table as it was', async () => {
    const stop = new AbortController();
    const writing = fixture.lake.createTable(
      { into: fixture.table('busy'), from: { sql: 'select i as id from range(2000000000) t(i)' }, mode: 'append' },
      stop.signal,
    );
    setTimeout(() => stop.abort(), 300);
    await expect(writing).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await fixture.rows('select count(*) n from lake.raw.busy')).toEqual([{ n: '401' }]);
  });
});
