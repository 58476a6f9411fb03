import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lensColumns } from '../../../src/renderer/lens/lens-budget';
import type { LensDatabase } from '../../../src/renderer/lens/lens-database';
import { canViewInLens, lensView } from '../../../src/renderer/lens/lens-view';
import { ResultLens } from '../../../src/renderer/lens/result-lens';
import { engineQueries, routedQueries } from '../../../src/renderer/lens/result-queries';
import { simpleFilterColumns } from '../../../src/renderer/lens/simple-filter';
import type { ResultInfo, ViewRequest } from '../../../src/shared/results';
import { CORPUS, corpusSql } from './support/corpus';
import { openNodeDatabase } from './support/node-database';
import { openSides, type Sides, TIME_ZONE } from './support/sides';

const signal = new AbortController().signal;
let sides: Sides;
let corpus: ResultInfo;

beforeAll(async () => {
  sides = await openSides();
  corpus = await sides.run(corpusSql(1_000));
  await sides.lens.load(corpus, TIME_ZONE);
});
afterAll(() => sides.close());

/** All cells of a view as the engine shows them in the grid. */
async function engineCells(request: ViewRequest): Promise<(string | null)[][]> {
  const view = await sides.engine.results.view(request);
  const columns = view.columns.map((_, index) => index);
  const { tableFromIPC } = await import('apache-arrow');
  const rows: (string | null)[][] = [];
  for (let offset = 0; offset < view.rowCount; offset += 5_000) {
    const window = { offset, limit: 5_000, columns, timeZone: TIME_ZONE };
    const table = tableFromIPC(await sides.engine.results.window(view.id, window));
    for (let row = 0; row < table.numRows; row++) {
      rows.push(columns.map((column) => (table.getChild(String(column))?.get(row) as string | null) ?? null));
    }
  }
  return rows;
}

async function lensCells(request: ViewRequest, result = corpus): Promise<(string | null)[][]> {
  const view = await lensView(sides.lens, result, request, { timeZone: TIME_ZONE, engine: engineQueries(sides.fetch) });
  const columns = result.columns.map((_, index) => index);
  const rows: (string | null)[][] = [];
  for (let first = 0; first < view.rowCount; first += 300) {
    const window = await view.window(first, Math.min(300, view.rowCount - first), columns, signal);
    for (let row = first; row < first + window.count; row++)
      rows.push(columns.map((column) => window.text(row, column)));
  }
  await view.close();
  return rows;
}

describe('a sorted or filtered grid in the lens', () => {
  const nameOf = (type: string) => CORPUS.findIndex((column) => column.type === type);
  const requests: Record<string, Omit<ViewRequest, 'result'>> = {
    'sorted by a number, largest first': { sort: [{ column: nameOf('DOUBLE'), descending: true }] },
    'sorted by text, then by a time': {
      sort: [
        { column: nameOf('VARCHAR'), descending: false },
        { column: nameOf('TIMESTAMP'), descending: true },
      ],
    },
    'filtered by values and NULL': { values: [{ column: nameOf('VARCHAR'), values: ['a', '', null] }] },
    'filtered by all but some values': {
      values: [{ column: nameOf('DATE'), values: ['infinity', null], exclude: true }],
    },
    'filtered by nothing': { values: [{ column: nameOf('INTEGER'), values: [] }] },
    'filtered and sorted': {
      values: [{ column: nameOf('BOOLEAN'), values: ['true'] }],
      sort: [{ column: nameOf('BIGINT'), descending: false }],
    },
  };
  for (const [title, request] of Object.entries(requests)) {
    it(`shows the same cells as the engine: ${title}`, async () => {
      const whole = { ...request, result: corpus.id };
      expect(canViewInLens(sides.lens, corpus, whole)).toBe(true);
      const engine = await engineCells(whole);
      expect(await lensCells(whole)).toEqual(engine);
      if (title !== 'filtered by nothing') expect(engine.length).toBeGreaterThan(0);
    });
  }

  it('takes a typed condition of plain comparisons, over names that need quotes', async () => {
    const result = await sides.run(
      `SELECT i AS "Order ""No""", i % 7 AS amount, 'n' || (i % 3) AS name FROM range(1000) t(i)`,
    );
    await sides.lens.load(result, TIME_ZONE);
    const where = `"Order ""No""" between 100 and 900 and (amount > 3 or NAME in ('n1', 'it''s')) and name is not null`;
    const request = { result: result.id, where, sort: [{ column: 1, descending: true }] };
    expect(canViewInLens(sides.lens, result, request)).toBe(true);
    const lens = await lensCells(request, result);
    expect(lens).toEqual(await engineCells(request));
    expect(lens.length).toBeGreaterThan(100);
    await sides.lens.close(result.id);
  });

  it('leaves what it cannot compare to the engine', () => {
    const view = (request: Omit<ViewRequest, 'result'>) =>
      canViewInLens(sides.lens, corpus, { ...request, result: corpus.id });
    expect(view({ sort: [{ column: nameOf('DATE'), descending: false }] })).toBe(true);
    expect(view({ sort: [{ column: nameOf('HUGEINT'), descending: false }] })).toBe(false);
    expect(view({ sort: [{ column: nameOf('TIMESTAMPTZ'), descending: false }] })).toBe(false);
    expect(view({ where: 'regexp_matches("VARCHAR", \'a\')' })).toBe(false);
  });

  it('shows text of another time zone than it was loaded in from the engine', async () => {
    const request = { result: corpus.id, sort: [{ column: nameOf('DATE'), descending: true }] };
    const view = await lensView(sides.lens, corpus, request, {
      timeZone: 'Asia/Tokyo',
      engine: engineQueries(sides.fetch),
    });
    const column = nameOf('TIMESTAMPTZ');
    const window = await view.window(0, 50, [column, nameOf('DATE')], signal);
    const texts = Array.from({ length: 50 }, (_, row) => window.text(row, column)).filter((text) =>
      text?.startsWith('2'),
    );
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.every((text) => text?.endsWith('+09'))).toBe(true);
    expect(window.text(0, nameOf('DATE'))).toBe('infinity');
    await view.close();
  });
});

describe('what counts as a plain comparison', () => {
  const columns = [
    { name: 'amount', type: 'INTEGER', kind: 'integer' as const },
    { name: 'in stock', type: 'BOOLEAN', kind: 'boolean' as const },
  ];
  it.each([
    ['amount > 100', [0]],
    ['amount >= -1.5 AND "in stock" = true', [0, 1]],
    ['amount not in (1, 2) or amount between 3 and 4', [0]],
    ["amount <> '5' -- note\n and amount is null", [0]],
  ])('%s', (where, expected) => expect(simpleFilterColumns(where, columns)).toEqual(expected));
  it.each([
    'abs(amount) > 1',
    'amount + 1 > 2',
    'amount::TEXT = 1',
    'amount > (select 1)',
    'other = 1',
    'amount = 1e3',
    "amount = date '2024-01-01'",
    'amount = $x',
    'amount == 1',
    'amount->1',
    'amount; drop table result',
  ])('%s is for the engine', (where) => expect(simpleFilterColumns(where, columns)).toBeUndefined());
});

describe('loading', () => {
  it('takes at most a million rows, and of those the columns that fit into its budget', () => {
    expect(lensColumns({ ...corpus, rowCount: 1_000_001 })).toBeUndefined();
    expect(lensColumns({ ...corpus, state: 'running' })).toBeUndefined();
    const wide = lensColumns({ ...corpus, rowCount: 1_000_000 });
    expect(wide?.length).toBeGreaterThan(8);
    expect(wide?.length).toBeLessThan(corpus.columns.length);
    const few = { ...corpus, columns: [corpus.columns[4], corpus.columns[31]].flatMap((column) => column ?? []) };
    expect(few.columns.map((column) => column.type)).toEqual(['BIGINT', 'UUID']);
    expect(lensColumns({ ...few, rowCount: 1_000_000 })).toEqual([0, 1]);
    expect(lensColumns({ ...few, columns: few.columns.slice(1) })).toBeUndefined();
  });

  it('holds what came, cell for cell, though it came in pieces', async () => {
    const result = await sides.run(
      "SELECT i, i * 1.5 AS d, 'row ' || i AS t, CASE WHEN i % 3 = 0 THEN 'long text that is not inlined ' || i END AS l FROM range(300000) t(i)",
    );
    expect(await sides.lens.load(result, TIME_ZONE)).toBe(true);
    const sql =
      "SELECT count(*) AS n, sum(hash_of) AS h FROM (SELECT length(c2) * c0 + length(coalesce(c3, c2)) + c1::BIGINT AS hash_of, c2 FROM result) WHERE c2 LIKE 'row %'";
    expect(await sides.askLens(result, sql)).toEqual(await sides.askEngine(result, sql));
    const odd = "SELECT count(*) FROM result WHERE c2 <> 'row ' || c0 OR c3 <> 'long text that is not inlined ' || c0";
    expect(await sides.askLens(result, odd)).toEqual([['0']]);
    await sides.lens.close(result.id);
  });

  it('drops the result that was unused longest where another needs its room', async () => {
    const lens = new ResultLens({ open: openNodeDatabase, fetch: sides.fetch, totalBytes: 30_000 });
    const results = await Promise.all([1, 2, 3].map((n) => sides.run(`SELECT i + ${n} AS n FROM range(1500) t(i)`)));
    const [first, second, third] = results as [ResultInfo, ResultInfo, ResultInfo];
    for (const result of [first, second]) expect(await lens.load(result, TIME_ZONE)).toBe(true);
    const sum = await lens.query(first.id, 'SELECT sum(c0)::VARCHAR AS s FROM result');
    expect(sum.get(0)?.toJSON()).toEqual({ s: String((1499 * 1500) / 2 + 1500) });
    expect(await lens.load(third, TIME_ZONE)).toBe(true);
    expect([first, second, third].map((result) => lens.canQuery(result, [0]))).toEqual([true, false, true]);
    for (const result of results) await lens.close(result.id);
    expect(lens.canQuery(first, [0])).toBe(false);
    await expect(lens.query(first.id, 'SELECT 1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('a close while loading is a cancel', async () => {
    const result = await sides.run('SELECT i FROM range(50000) t(i)');
    const loading = sides.lens.load(result, TIME_ZONE);
    await sides.lens.close(result.id);
    await expect(loading).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await sides.lens.load(result, TIME_ZONE)).toBe(true);
    await sides.lens.close(result.id);
  });
});

describe('a lens that fails', () => {
  it('is answered for by the engine, told once, started afresh for the next result, and given up in the end', async () => {
    const result = await sides.run('SELECT i FROM range(10) t(i)');
    let traps = false;
    const open = async (): Promise<LensDatabase> => {
      const database = await openNodeDatabase();
      const connect = async () => {
        const connection = await database.connect();
        const run = (sql: string) =>
          traps ? Promise.reject(new Error('memory access out of bounds')) : connection.run(sql);
        return { ...connection, run };
      };
      return { ...database, connect };
    };
    const lens = new ResultLens({ open, fetch: sides.fetch });
    const failures: unknown[] = [];
    const engine = engineQueries(sides.fetch);
    const queries = routedQueries({ lens, engine, onLensFailure: (error) => failures.push(error) });
    const count = async () => {
      const options = { columns: [0], timeZone: TIME_ZONE };
      const table = await queries.query(result, 'SELECT count(*) AS n FROM result', options);
      return Number(table.getChild('n')?.get(0));
    };
    for (let crash = 1; crash <= 3; crash++) {
      expect(queries.lensWorks()).toBe(true);
      traps = false;
      expect(await lens.load(result, TIME_ZONE)).toBe(true);
      expect(await count()).toBe(10);
      traps = true;
      expect(await Promise.all([count(), count(), count()])).toEqual([10, 10, 10]);
      expect(lens.canQuery(result, [0])).toBe(false);
      expect(failures).toHaveLength(1);
    }
    expect(queries.lensWorks()).toBe(false);
  });

  it('is not what failed when the engine could not hand its rows over', async () => {
    const result = await sides.run('SELECT i FROM range(10) t(i)');
    const lens = new ResultLens({
      open: openNodeDatabase,
      fetch: () => Promise.reject(new TypeError('Failed to fetch')),
    });
    const failures: unknown[] = [];
    const engine = engineQueries(sides.fetch);
    const queries = routedQueries({ lens, engine, onLensFailure: (error) => failures.push(error) });
    await lens.load(result, TIME_ZONE).catch(queries.lensFailed);
    expect(queries.lensWorks()).toBe(true);
    expect(failures).toEqual([]);
    await lens.shutdown();
  });

  it('an error of the statement itself comes from the engine and leaves the lens standing', async () => {
    const result = await sides.run('SELECT i FROM range(10) t(i)');
    await sides.lens.load(result, TIME_ZONE);
    const queries = routedQueries({
      lens: sides.lens,
      engine: engineQueries(sides.fetch),
      onLensFailure: () => undefined,
    });
    const options = { columns: [0], timeZone: TIME_ZONE };
    await expect(queries.query(result, 'SELECT nonsense FROM result', options)).rejects.toMatchObject({
      code: 'SQL_BIND',
    });
    expect(queries.lensWorks()).toBe(true);
  });
});
