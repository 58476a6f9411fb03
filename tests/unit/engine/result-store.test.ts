import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectBytes } from '../../../src/main/engine/result-window';
import { CancelledError } from '../../../src/shared/errors';
import type { ResultInfo } from '../../../src/shared/results';
import { type EngineFixture, openEngine, tableCells } from './engine-fixture';

let fixture: EngineFixture;
let orders: ResultInfo;
beforeAll(async () => {
  fixture = await openEngine();
  orders = await keep(
    `select i as id, 'customer ' || (i % 3) as "Customer", case when i % 4 <> 0 then (i / 8)::decimal(10, 2) end as amount,
     case when i = 7 then '' when i = 8 then null else 'note ' || i end as note from range(1000) r(i)`,
  );
});
afterAll(() => fixture.close());

async function keep(sql: string, session = 'sheet'): Promise<ResultInfo> {
  const { run, results } = await fixture.run(sql, { session });
  const result = results.at(-1);
  if (!result || run.state !== 'done') throw new Error(run.error?.message ?? 'no result');
  return result;
}

const store = () => fixture.engine.results;
const range = (result: ResultInfo, firstRow: number, lastRow: number, columns: number[]) => ({
  result: result.id,
  firstRow,
  lastRow,
  columns,
});

describe('a window of a result', () => {
  it('has the asked rows and columns as text, NULL told from empty', async () => {
    const table = tableFromIPC(await store().window(orders.id, { offset: 6, limit: 3, columns: [3, 0, 2] }));
    expect(table.schema.fields.map((field) => [field.name, String(field.type)])).toEqual([
      ['3', 'Utf8'],
      ['0', 'Utf8'],
      ['2', 'Utf8'],
    ]);
    expect(tableCells(table)).toEqual([
      ['note 6', '6', '0.75'],
      ['', '7', '0.88'],
      [null, '8', null],
    ]);
  });

  it('is empty behind the end, and refuses columns that are none', async () => {
    expect(tableFromIPC(await store().window(orders.id, { offset: 1000, limit: 10, columns: [0] })).numRows).toBe(0);
    await expect(store().window(orders.id, { offset: 0, limit: 1, columns: [9] })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });

  it('cuts long texts and blobs, and shows zoned times in the asked zone', async () => {
    const result = await keep(
      "select repeat('ä', 1001) as t, repeat('b', 1000) as u, repeat('x', 5000)::blob as b, timestamptz '2025-07-01 12:00:00+00' as z, range(2000) as l",
    );
    const read = async (timeZone: string) =>
      tableCells(
        tableFromIPC(await store().window(result.id, { offset: 0, limit: 1, columns: [0, 1, 2, 3, 4], timeZone })),
      )[0];
    const [text, whole, blob, zoned, list] = (await read('Europe/Berlin')) ?? [];
    expect(text).toBe(`${'ä'.repeat(1000)}…`);
    expect(whole).toBe('b'.repeat(1000));
    expect(blob).toBe(`${'x'.repeat(1000)}…`);
    expect(zoned).toBe('2025-07-01 14:00:00+02');
    expect(list).toHaveLength(1001);
    expect((await read('America/New_York'))?.[3]).toBe('2025-07-01 08:00:00-04');
  });

  it('is read while the result is still running', async () => {
    const session = await fixture.engine.openSession('growing');
    const running = session.run({
      session: 'growing',
      run: 'grow',
      sql: 'select i, i * 2 as d from range(2000000000) r(i)',
    });
    await expect.poll(() => session.list()[0]?.rowCount ?? 0, { timeout: 5000 }).toBeGreaterThan(2048);
    const [growing] = session.list();
    const table = tableFromIPC(await store().window(growing?.id ?? '', { offset: 1000, limit: 2, columns: [1] }));
    expect(tableCells(table)).toEqual([['2000'], ['2002']]);
    await session.cancel('grow');
    expect((await running).state).toBe('cancelled');
    await fixture.engine.closeSession('growing');
  });
});

describe('kept types', () => {
  it('are those of the query, JSON and nested JSON included', async () => {
    const result = await keep(
      `select '{"a": 1}'::json as j, ['1'::json] as jl, {'x y': 1, 'j': '2'::json} as s, map {'k': [1.5]} as m, null as n, 1::hugeint as h,
       'a'::enum('a', 'b') as e, union_value(num := 2) as u, [1, 2]::int[2] as arr, interval 1 month as i, '101'::bit as bits, 1::variant as v`,
    );
    expect(result.columns.map((column) => column.type)).toEqual([
      'JSON',
      'JSON[]',
      'STRUCT("x y" INTEGER, "j" JSON)',
      'MAP(VARCHAR, DECIMAL(2,1)[])',
      'INTEGER',
      'HUGEINT',
      "ENUM('a', 'b')",
      'UNION("num" INTEGER)',
      'INTEGER[2]',
      'INTERVAL',
      'BIT',
      'VARIANT',
    ]);
    expect((await fixture.cells(result))[0]?.slice(0, 4)).toEqual([
      '{"a": 1}',
      '[1]',
      "{'x y': 1, 'j': 2}",
      '{k=[1.5]}',
    ]);
  });

  it('of test_all_types() all come back as DuckDB writes them', async () => {
    const result = await keep('select * exclude (varchar, blob, medium_enum) from test_all_types()');
    const connection = await fixture.engine.connect();
    const columns = result.columns.map(
      (column) =>
        `case when length("${column.name}"::varchar) > 1000 then left("${column.name}"::varchar, 1000) || '…' else "${column.name}"::varchar end`,
    );
    const direct = (await connection.raw.run(`select ${columns.join(', ')} from test_all_types()`)).getRows();
    expect(await fixture.cells(result)).toEqual(await direct);
    connection.close();
  });
});

describe('large results', () => {
  it('keep 5,000 columns and read the asked ones at once', async () => {
    const wide = await keep(
      `select ${Array.from({ length: 5000 }, (_, index) => `i + ${index} as "col ${index}"`).join(', ')} from range(300) r(i)`,
    );
    expect([wide.columns.length, wide.rowCount]).toEqual([5000, 300]);
    const table = tableFromIPC(await store().window(wide.id, { offset: 250, limit: 2, columns: [0, 4999] }));
    expect(tableCells(table)).toEqual([
      ['250', '5249'],
      ['251', '5250'],
    ]);
    await store().close(wide.id);
  });

  it('keep a cell of 50 MB whole', async () => {
    const result = await keep("select repeat('0123456789', 5000000) as big");
    expect(((await fixture.cells(result))[0]?.[0] ?? '').length).toBe(1001);
    const value = await store().value(result.id, 0, 0);
    expect([value.bytes, value.text.length, value.truncated]).toEqual([50_000_000, 50_000_000, false]);
    expect(await store().value(result.id, 0, 0, { limit: 15 })).toMatchObject({
      text: '012345678901234',
      truncated: true,
      bytes: 50_000_000,
    });
    await store().close(result.id);
    const many = await keep("select repeat('x', 4000000) as t from range(20)");
    await expect(store().copy(range(many, 0, 19, [0]), 'tsv', { headers: false })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
    await store().close(many.id);
  });

  it('do not hold up the event loop for long while they are kept', async () => {
    const columns = Array.from({ length: 50 }, (_, index) =>
      index % 5 === 4 ? `'text ' || (i % ${index + 100}) as c${index}` : `i * ${index} as c${index}`,
    );
    const started = performance.now();
    const stalls: number[] = [];
    let before = performance.now();
    const timer = setInterval(() => {
      stalls.push(performance.now() - before - 2);
      before = performance.now();
    }, 2);
    const result = await keep(`select ${columns.join(', ')} from range(150000) r(i)`);
    clearInterval(timer);
    expect(result.rowCount).toBe(150_000);
    // Against the whole time, as a busy machine stretches both; the bench measures milliseconds.
    expect(Math.max(...stalls)).toBeLessThan((performance.now() - started) / 4);
    await store().close(result.id);
  });

  it('say that they were cut where they take more disk than they may', async () => {
    const small = await openEngine({ limits: { memory: '1GB', threads: 1, results: '2MB' } });
    const { run, results } = await small.run('select i, md5(i::varchar) as h, uuid() as u from range(3000000) r(i)');
    expect(run.error).toMatchObject({ code: 'DISK_FULL', hint: expect.stringContaining('engine: results:') });
    expect(results[0]).toMatchObject({ state: 'cut', error: { code: 'DISK_FULL' } });
    expect(results[0]?.rowCount).toBeGreaterThan(10_000);
    expect(results[0]?.rowCount).toBeLessThan(3_000_000);
    // What the hint says helps: fewer rows, and results that are closed make room for others.
    const fewer = await small.run('select 1 as one');
    expect(fewer.results[0]).toMatchObject({ state: 'done', rowCount: 1 });
    await small.engine.results.close(results[0]?.id ?? '');
    const again = await small.run('select i, md5(i::varchar) as h from range(15000) r(i)');
    expect(again.results[0]).toMatchObject({ state: 'done', rowCount: 15_000 });
    await small.close();
  });
});

describe('a sorted and filtered view', () => {
  it('keeps values that are sorted alike apart: -0.0, 0.0 and times of other zones', async () => {
    const result = await keep(
      `select '-0.0'::double as d, ['-0.0'::float] as l, '30 days'::interval as i, '12:00:00+01'::timetz as t
       union all select 0.0, [0.0], '1 month', '11:00:00+00' union all select -1, [-1], '1 day', '10:00:00+00'`,
    );
    const rows = async (of: ResultInfo) => (await fixture.cells(of)).map(String).sort();
    const before = await rows(result);
    for (const column of [0, 1, 2, 3]) {
      const view = await store().view({ result: result.id, sort: [{ column, descending: false }] });
      expect(await rows(view), `column ${column}`).toEqual(before);
      await store().close(view.id);
    }
    expect(before.join()).toContain('-0.0');
    await store().close(result.id);
  });

  it('has NULLs last whichever way it is sorted', async () => {
    const up = await store().view({
      result: orders.id,
      sort: [
        { column: 2, descending: false },
        { column: 0, descending: true },
      ],
    });
    const down = await store().view({ result: orders.id, sort: [{ column: 2, descending: true }] });
    expect([up.rowCount, up.source, up.name]).toEqual([1000, orders.id, orders.name]);
    const cells = async (view: ResultInfo, offset: number) =>
      tableCells(tableFromIPC(await store().window(view.id, { offset, limit: 2, columns: [2, 0] })));
    expect(await cells(up, 0)).toEqual([
      ['0.13', '1'],
      ['0.25', '2'],
    ]);
    expect(await cells(down, 0)).toEqual([
      ['124.88', '999'],
      ['124.75', '998'],
    ]);
    expect((await cells(up, 998)).map(([amount]) => amount)).toEqual([null, null]);
    expect((await cells(down, 998)).map(([amount]) => amount)).toEqual([null, null]);
  });

  it('is filtered by the column names as they are shown', async () => {
    const view = await store().view({
      result: orders.id,
      where: `"Customer" = 'customer 1' and amount > 100 -- the large ones`.replace(' -- the large ones', ''),
    });
    expect(view.rowCount).toBe(
      Array.from({ length: 1000 }, (_, i) => i).filter(
        (i) => i % 3 === 1 && i % 4 !== 0 && Math.round((i / 8) * 100) / 100 > 100,
      ).length,
    );
  });

  it('is filtered by values as they are shown, and by what they are not', async () => {
    const only = await store().view({ result: orders.id, values: [{ column: 3, values: ['note 5', null, ''] }] });
    expect(await fixture.cells(only)).toEqual([
      ['5', 'customer 2', '0.63', 'note 5'],
      ['7', 'customer 1', '0.88', ''],
      ['8', 'customer 2', null, null],
    ]);
    const without = await store().view({
      result: orders.id,
      values: [{ column: 3, values: ['note 5'], exclude: true }],
    });
    expect(without.rowCount).toBe(999);
    const none = await store().view({ result: orders.id, values: [{ column: 0, values: [] }] });
    expect(none.rowCount).toBe(0);
  });

  it('tells where its condition is wrong', async () => {
    await expect(store().view({ result: orders.id, where: '  amont > 1' })).rejects.toMatchObject({
      code: 'SQL_BIND',
      sql: 'amont > 1',
      at: { offset: 0 },
      hint: expect.stringContaining('amount'),
    });
    for (const where of ['1 = 1; drop table t', '1 = 1) or (1 = 1', 'true)', "')"]) {
      await expect(store().view({ result: orders.id, where })).rejects.toMatchObject({
        code: expect.stringMatching(/BAD_REQUEST|SQL_PARSE/),
      });
    }
  });

  it('works where names repeat', async () => {
    const result = await keep('select i as a, -i as a, i as c0 from range(5) r(i)');
    const view = await store().view({ result: result.id, where: 'a_1 < -2', sort: [{ column: 1, descending: false }] });
    expect(await fixture.cells(view)).toEqual([
      ['4', '-4', '4'],
      ['3', '-3', '3'],
    ]);
    expect(view.columns.map((column) => column.name)).toEqual(['a', 'a', 'c0']);
  });

  it('stops at once when it is no longer wanted, and leaves no rows behind', async () => {
    const large = await keep("select hash(i) as h, 'note ' || hash(i + 1) as note from range(2000000) r(i)");
    const before = await tablesKept();
    const controller = new AbortController();
    const started = performance.now();
    const request = { result: large.id, where: "regexp_replace(note, '1+', hash(h)::varchar, 'g') <> 'x'" };
    const view = store().view(request, controller.signal);
    setTimeout(() => controller.abort(), 30);
    await expect(view).rejects.toBeInstanceOf(CancelledError);
    const gaveUp = performance.now() - started;
    expect(await tablesKept()).toBe(before);
    const again = performance.now();
    await store().close((await store().view(request)).id);
    expect(gaveUp).toBeLessThan((performance.now() - again) / 2);
    await store().close(large.id);
  });
});

async function tablesKept(): Promise<number> {
  const connection = await fixture.engine.connect();
  const [row] = await connection.rows<{ n: string }>(
    "SELECT count(*) AS n FROM duckdb_tables() WHERE database_name = 'results'",
  );
  connection.close();
  return Number(row?.n);
}

describe('a range of cells', () => {
  it('is summed exactly, at whatever size', async () => {
    const result = await keep(
      `select 9223372036854775807::bigint as b, 170141183460469231731687303715884105727::hugeint as h, 99999999999999999999999999999999999.999::decimal(38, 3) as d,
       0.1::double as f, 'x' as t, date '2025-01-01' + i::int as day from range(3) r(i)`,
    );
    expect(await store().summary(range(result, 0, 2, [0]))).toEqual({
      cells: 3,
      nulls: 0,
      numbers: 3,
      sum: '27670116110564327421',
      average: '9223372036854775807',
      min: '9223372036854775807',
      max: '9223372036854775807',
    });
    expect(await store().summary(range(result, 0, 2, [1, 2]))).toMatchObject({
      numbers: 6,
      sum: `${String(3n * 170141183460469231731687303715884105727n + 3n * 10n ** 35n - 1n)}.997`,
      max: '170141183460469231731687303715884105727',
    });
    expect(await store().summary(range(result, 0, 1, [2]))).toMatchObject({
      sum: '199999999999999999999999999999999999.998',
      average: '99999999999999999999999999999999999.999',
    });
    expect(Number((await store().summary(range(result, 0, 2, [3, 0]))).sum)).toBeCloseTo(
      27_670_116_110_564_327_000,
      -5,
    );
    expect(await store().summary(range(result, 0, 2, [5]))).toEqual({
      cells: 3,
      nulls: 0,
      numbers: 0,
      min: '2025-01-01',
      max: '2025-01-03',
    });
    expect(await store().summary(range(result, 0, 2, [4, 5]))).toEqual({ cells: 6, nulls: 0, numbers: 0 });
  });

  it('counts NULLs, and takes numbers out of mixed columns', async () => {
    expect(await store().summary(range(orders, 0, 7, [1, 2]))).toEqual({
      cells: 16,
      nulls: 2,
      numbers: 6,
      sum: '3.02',
      average: '0.50333333',
      min: '0.13',
      max: '0.88',
    });
  });
});

describe('copying', () => {
  it('writes each format', async () => {
    const result = await keep(
      `select * from (values (1::bigint, 'plain', 1.50, true, null, date '2025-01-02', ['a', 'b']), (9007199254740993, 'tab' || chr(9) || '"q" | b', null, false, '', null, null)) v(id, "the text", d, ok, e, day, list)`,
    );
    const copy = (
      format: Parameters<ReturnType<typeof store>['copy']>[1],
      headers = true,
      columns = [0, 1, 2, 3, 4, 5, 6],
    ) => store().copy(range(result, 0, 1, columns), format, { headers });
    expect(await copy('tsv')).toBe(
      'id\tthe text\td\tok\te\tday\tlist\n1\tplain\t1.50\ttrue\t\t2025-01-02\t[a, b]\n9007199254740993\t"tab\t""q"" | b"\t\tfalse\t\t\t',
    );
    expect(await copy('csv', false, [0, 1, 4])).toBe('1,plain,\n9007199254740993,"tab\t""q"" | b",""');
    expect(JSON.parse(await copy('json'))).toEqual([
      { id: '1', 'the text': 'plain', d: '1.50', ok: true, e: null, day: '2025-01-02', list: ['a', 'b'] },
      { id: '9007199254740993', 'the text': 'tab\t"q" | b', d: null, ok: false, e: '', day: null, list: null },
    ]);
    expect(await copy('markdown', true, [0, 1])).toBe(
      '| id | the text |\n| --: | --- |\n| 1 | plain |\n| 9007199254740993 | tab\t"q" \\| b |',
    );
    expect(await copy('in-list', true, [0])).toBe('(1, 9007199254740993)');
    expect(await copy('in-list', true, [5])).toBe("('2025-01-02')");
  });

  it('names each value of an IN list once and leaves NULL out', async () => {
    const result = await keep("select * from (values ('o''k'), (null), ('o''k'), ('b')) v(t)");
    expect(await store().copy(range(result, 0, 3, [0]), 'in-list', { headers: true })).toBe("('o''k', 'b')");
  });
});

describe('finding', () => {
  const find = (request: object) =>
    store().find(orders.id, { text: 'NOTE 1', fromRow: 0, columns: [0, 1, 2, 3], ...request });

  it('goes on in row-major order, whatever the case', async () => {
    expect(await find({})).toEqual({ row: 1, column: 3 });
    expect(await find({ fromRow: 2 })).toEqual({ row: 10, column: 3 });
    expect(await find({ text: 'omer 2', fromRow: 2, fromColumn: 1 })).toEqual({ row: 2, column: 1 });
    expect(await find({ text: 'omer 2', fromRow: 2, fromColumn: 2 })).toEqual({ row: 5, column: 1 });
    expect(await find({ text: '2', fromRow: 2, columns: [1, 0] })).toEqual({ row: 2, column: 1 });
    expect(await find({ text: 'no such text' })).toBeNull();
  });

  it('goes backwards too', async () => {
    expect(await find({ fromRow: 999, backwards: true })).toEqual({ row: 199, column: 3 });
    expect(await find({ fromRow: 19, fromColumn: 2, backwards: true })).toEqual({ row: 18, column: 3 });
    expect(await find({ fromRow: 0, backwards: true })).toBeNull();
  });

  it('takes the text as it is, not as a pattern', async () => {
    expect(await find({ text: '%' })).toBeNull();
    expect(await find({ text: "o'x" })).toBeNull();
  });
});

describe('other reading', () => {
  it('lists the most frequent values', async () => {
    expect(await store().topValues(orders.id, 1, { limit: 2 })).toEqual([
      { value: 'customer 0', count: 334 },
      { value: 'customer 1', count: 333 },
    ]);
    expect(await store().topValues(orders.id, 2, { limit: 1 })).toEqual([{ value: null, count: 250 }]);
    expect(await store().topValues(orders.id, 3, { limit: 5, search: 'E 99' })).toHaveLength(5);
  });

  it('shows one value with its JSON', async () => {
    const result = await keep("select {'a': [1, null]} as s, null as n, 'ab'::blob as b, '[1]'::json as j");
    expect(await store().value(result.id, 0, 0)).toMatchObject({
      isNull: false,
      json: '{"a":[1,null]}',
      truncated: false,
    });
    expect(await store().value(result.id, 0, 1)).toMatchObject({ isNull: true, text: '' });
    expect(await store().value(result.id, 0, 2)).toMatchObject({ text: '6162', bytes: 2 });
    expect(await store().value(result.id, 0, 3)).toMatchObject({ text: '[1]', json: '[1]' });
    await expect(store().value(result.id, 5, 0)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('runs SELECTs over the relation `result`, and nothing else', async () => {
    const table = tableFromIPC(
      await store().query(orders.id, 'select c1, count(*) as n from result group by c1 order by c1'),
    );
    expect(table.toArray().map((row) => [row.c1, Number(row.n)])).toEqual([
      ['customer 0', 334],
      ['customer 1', 333],
      ['customer 2', 333],
    ]);
    for (const sql of ['drop table results.main.x', 'select 1; select 2', "copy result to '/tmp/x'"]) {
      await expect(store().query(orders.id, sql)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    }
  });

  it('gives the typed rows as Arrow', async () => {
    const table = tableFromIPC(await collectBytes(store().arrow(orders.id, { columns: [0, 2] })));
    expect(table.schema.fields.map((field) => [field.name, String(field.type)])).toEqual([
      ['c0', 'Int64'],
      ['c2', 'Decimal[10e+2]'],
    ]);
    expect(table.numRows).toBe(1000);
  });

  it('gives exports the table with its columns', async () => {
    const { table, columns } = store().relation(orders.id);
    const connection = await fixture.engine.connect();
    expect(await connection.rows(`select count(*)::int as n, max(c0)::int as top from ${table}`)).toEqual([
      { n: 1000, top: 999 },
    ]);
    expect(columns.map((column) => column.name)).toEqual(['id', 'Customer', 'amount', 'note']);
    connection.close();
  });

  it('tells that a result without rows has none', async () => {
    const { results } = await fixture.run('create table nothing (i int)');
    await expect(store().window(results[0]?.id ?? '', { offset: 0, limit: 1, columns: [0] })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('is pinned, which its event tells', () => {
    store().pin(orders.id, true);
    expect(store().info(orders.id).pinned).toBe(true);
    expect(fixture.events.at(-1)).toMatchObject({ type: 'result', result: { id: orders.id, pinned: true } });
  });
});

describe('a sorted view of a large result', () => {
  const large = () => keep(`select (i * 7919) % 120011 as n, 'row ' || i as label from range(120011) r(i)`, 'large');
  const ended = async (id: string): Promise<ResultInfo> => {
    while (store().info(id).state === 'running') await new Promise((resolve) => setTimeout(resolve, 5));
    return store().info(id);
  };

  it('shows its first rows before the rest is sorted, and tells when all are there', async () => {
    const result = await large();
    const view = await store().view({ result: result.id, sort: [{ column: 0, descending: true }] });
    expect([view.state, view.rowCount, view.source]).toEqual(['running', 1_000, result.id]);
    const first = await store().window(view.id, { offset: 0, limit: 2, columns: [0] });
    expect(tableCells(tableFromIPC(first))).toEqual([['120010'], ['120009']]);
    const whole = await ended(view.id);
    expect([whole.state, whole.rowCount]).toEqual(['done', 120_011]);
    expect(fixture.events).toContainEqual({ type: 'result', result: whole });
    for (const offset of [998, 8_190, 119_000]) {
      const window = tableFromIPC(await store().window(view.id, { offset, limit: 4, columns: [0] }));
      const expected = [0, 1, 2, 3].map((more) => [String(120_010 - offset - more)]);
      expect(tableCells(window)).toEqual(expected);
    }
  });

  it('counts what a filter leaves, whether that is more than the first rows or less', async () => {
    const result = await large();
    const sort = [{ column: 0, descending: false }];
    const many = await store().view({ result: result.id, sort, where: 'n % 2 = 1' });
    expect((await ended(many.id)).rowCount).toBe(60_005);
    const few = await store().view({ result: result.id, sort, where: 'n < 10' });
    expect((await ended(few.id)).rowCount).toBe(10);
  });

  it('leaves no table behind when it is closed while it is being made', async () => {
    const result = await large();
    const tables = async () => (await (await fixture.engine.connect()).rows('from (show all tables)')).length;
    const before = await tables();
    const view = await store().view({ result: result.id, sort: [{ column: 1, descending: false }] });
    await store().close(view.id);
    const until = Date.now() + 5_000;
    while ((await tables()) !== before && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await tables()).toBe(before);
  });
});
