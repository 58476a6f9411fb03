import { mkdirSync, writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/main/engine/engine';
import { type HistoryConnection, QueryHistory } from '../../../src/main/project/history';
import { Project } from '../../../src/main/project/project';
import type { HistoryEntry } from '../../../src/shared/project';
import { temporaryFolder } from './support';

const temporary = temporaryFolder();
const opened: DuckDBInstance[] = [];

async function connect(file: string): Promise<HistoryConnection & { close(): void }> {
  const instance = await DuckDBInstance.create(':memory:');
  opened.push(instance);
  const connection = await instance.connect();
  await connection.run(`attach '${temporary.path(file)}' as millrace`);
  return {
    run: async (sql, parameters) => {
      await connection.run(sql, parameters);
    },
    rows: async <T>(sql: string, parameters?: Record<string, string | number | null>) =>
      (await connection.runAndReadAll(sql, parameters)).getRowObjectsJson() as T[],
    close: () => {
      connection.closeSync();
      instance.closeSync();
      opened.splice(opened.indexOf(instance), 1);
    },
  };
}

function entry(sql: string, rest: Partial<HistoryEntry> = {}): Omit<HistoryEntry, 'id'> {
  return {
    at: 1_735_689_600_123,
    worksheet: 'queries/a.sql',
    sql,
    milliseconds: 12.5,
    rows: 3,
    state: 'done',
    error: null,
    ...rest,
  };
}

let connection: Awaited<ReturnType<typeof connect>>;
let history: QueryHistory;

beforeAll(async () => {
  connection = await connect('history.duckdb');
  history = await QueryHistory.open(connection);
});

afterAll(() => {
  for (const instance of opened) instance.closeSync();
});

describe('query history', () => {
  it('gives back what was run, newest first, page by page', async () => {
    expect(await history.search()).toEqual([]);
    const added: HistoryEntry[] = [];
    for (let index = 0; index < 25; index += 1) added.push(await history.add(entry(`select ${index} as "ä'$x"`)));
    expect(added[0]).toEqual({ ...entry(`select 0 as "ä'$x"`), id: 1 });
    const page = await history.search({ limit: 10 });
    expect(page).toEqual(added.slice(15).reverse());
    expect(await history.search({ limit: 10, before: page.at(-1)?.id ?? 0 })).toEqual(added.slice(5, 15).reverse());
  });

  it('finds words in any case and order, and takes % and _ as they are', async () => {
    await history.add(
      entry("SELECT * FROM Orders WHERE share LIKE '100%'", {
        worksheet: 'queries/Ümsatz.sql',
        rows: null,
        state: 'failed',
        error: 'no such table',
      }),
    );
    const found = async (text: string) => (await history.search({ text })).length;
    expect(await found('orders select')).toBe(1);
    expect(await found('100% ORDERS')).toBe(1);
    expect(await found('ümsatz')).toBe(1);
    expect(await found('s_lect')).toBe(0);
    expect(await found("' or 1=1 --")).toBe(0);
    expect((await history.search({ text: 'like' }))[0]).toMatchObject({
      state: 'failed',
      rows: null,
      error: 'no such table',
    });
    expect(() => history.search({ limit: 100_000 })).toThrow(/limit/);
  });

  it('never keeps a secret', async () => {
    await history.add(
      entry("create secret s (type s3, secret 'hunter2')", {
        error: 'cannot open postgres://me:hunter2@db',
        state: 'failed',
      }),
    );
    expect(JSON.stringify(await connection.rows('select * from millrace.main.queries'))).not.toContain('hunter2');
  });

  it('is a table to be queried, and survives a restart', async () => {
    const [row] = await connection.rows<{ n: number; first: string }>(
      "select count(*)::integer as n, strftime(min(started_at) at time zone 'UTC', '%Y-%m-%d %H:%M:%S.%g') as first from millrace.queries",
    );
    expect(row).toEqual({ n: 27, first: '2025-01-01 00:00:00.123' });
    connection.close();
    connection = await connect('history.duckdb');
    history = await QueryHistory.open(connection);
    expect((await history.add(entry('select 1'))).id).toBe(28);
    expect(await history.search({ limit: 500 })).toHaveLength(28);
  });

  it('takes many at once', async () => {
    const ids = (await Promise.all(Array.from({ length: 20 }, () => history.add(entry('select 2'))))).map(
      ({ id }) => id,
    );
    expect(new Set(ids).size).toBe(20);
  });

  it('written by a newer version is not touched', async () => {
    const newer = await connect('newer.duckdb');
    await QueryHistory.open(newer);
    await newer.run('update millrace.main.schema_versions set version = 99');
    await expect(QueryHistory.open(newer)).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
  });

  it('drops what is older than the last 100,000', async () => {
    const full = await connect('full.duckdb');
    await QueryHistory.open(full);
    await full.run(
      `insert into millrace.main.queries select i, now(), '', 'select ' || i, 1, 1, 'done', null from range(1, 100501) t(i)`,
    );
    const reopened = await QueryHistory.open(full);
    expect(
      await full.rows('select count(*)::integer as n, min(id)::integer as first from millrace.main.queries'),
    ).toEqual([{ n: 100_000, first: 501 }]);
    expect((await reopened.add(entry('select 1'))).id).toBe(100_501);
    await reopened.clear();
    expect(await reopened.search()).toEqual([]);
  });
});

describe.each([
  ['trusted', false],
  ['restricted', true],
])("the history of a %s folder's engine", (name, restricted) => {
  it('stands in the database that the engine attaches', async () => {
    const folder = temporary.path(`shop-${name}`);
    mkdirSync(folder);
    writeFileSync(`${folder}/a.csv`, 'x\n1\n');
    const project = await Project.open(folder);
    const engine = await Engine.open({ projectFolder: project.folder, stateFolder: project.stateFolder, restricted });
    try {
      const own = await engine.connect();
      const kept = await QueryHistory.open(own);
      const added = await kept.add(entry("from 'a.csv'"));
      expect(await kept.search({ text: 'A.CSV' })).toEqual([added]);
      expect(await own.rows('select sql, row_count from millrace.queries')).toEqual([
        { sql: "from 'a.csv'", row_count: '3' },
      ]);
      own.close();
    } finally {
      await engine.close();
    }
  });
});
