import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EngineFixture, openEngine } from './engine-fixture';

let fixture: EngineFixture;
beforeAll(async () => {
  fixture = await openEngine();
});
afterAll(() => fixture.close());

const BAD_ROW = 400_000;
/** Fails to be cast in row 400,000 only, long after the first rows came. */
const DIES_LATE = `select i, case when i = ${BAD_ROW} then 'no number' else i::varchar end::bigint as n from range(600000) r(i)`;

describe('a query that dies after its first rows', () => {
  it('is told with its true error, and what was read is marked as cut', async () => {
    const { run, results } = await fixture.run(DIES_LATE);
    const [result] = results;
    expect(run.state).toBe('failed');
    expect(run.error).toMatchObject({ code: 'SQL_RUNTIME', message: expect.stringContaining('no number') });
    expect(result).toMatchObject({ kind: 'rows', state: 'cut', error: { code: 'SQL_RUNTIME' } });
    expect(result?.rowCount).toBeGreaterThan(1000);
    expect(result?.rowCount).toBeLessThan(BAD_ROW + 100_000);
    expect(result?.error?.at?.offset).toBe(DIES_LATE.indexOf('::bigint'));
  });

  it('tells error() with its own message', async () => {
    const { run, results } = await fixture.run(
      "select i, case when i = 300000 then error('stop here') else i end as n from range(310000) r(i)",
    );
    expect(run.error).toMatchObject({ code: 'SQL_RUNTIME', message: expect.stringContaining('stop here') });
    expect(results[0]?.state).toBe('cut');
  });

  it('tells of a corrupt page in a Parquet file', async () => {
    const file = path.join(fixture.folder, 'orders.parquet');
    await fixture.run(
      `copy (select i, md5(i::varchar) as h from range(400000) r(i)) to '${file}' (format parquet, row_group_size 20000)`,
    );
    const bytes = await readFile(file);
    bytes.fill(0xff, Math.floor(bytes.length * 0.7), Math.floor(bytes.length * 0.7) + 4000);
    await writeFile(file, bytes);
    const { run, results } = await fixture.run(`from '${file}'`);
    expect(run.state).toBe('failed');
    expect(run.error?.code).toBe('FILE_CORRUPT');
    expect(results[0]?.state).toBe('cut');
    expect(results[0]?.rowCount).toBeGreaterThan(0);
  });

  it('does not run a volatile query again, and says where it stopped', async () => {
    const { run, results } = await fixture.run(
      `select random() as r, case when i = 300000 then 'x' else '1' end::int as n from range(310000) r(i)`,
    );
    expect(run.error?.code).toBe('RESULT_CUT');
    expect(run.error?.message).toMatch(/stopped after [\d,]+ rows/);
    expect(results[0]?.state).toBe('cut');
  });

  it('finds the volatile function behind a view', async () => {
    await fixture.run(
      `create or replace view shaky as select random() as r, case when i = 300000 then 'x' else '1' end::int as n from range(310000) r(i)`,
    );
    const { run } = await fixture.run('from shaky');
    expect(run.error?.code).toBe('RESULT_CUT');
  });

  it('leaves the connection usable', async () => {
    const { results } = await fixture.run('select 42 as answer');
    expect(results[0] && (await fixture.cells(results[0]))).toEqual([['42']]);
  });

  it('stays inside the transaction of the user', async () => {
    await fixture.run('begin; create table half (i int); insert into half values (1)');
    const { run } = await fixture.run(DIES_LATE);
    expect(run.error).toMatchObject({
      code: 'RESULT_CUT',
      message: expect.stringContaining('Could not convert string'),
      hint: expect.stringContaining('ROLLBACK'),
      at: { line: 1 },
    });
    expect((await fixture.run('select 1')).run.error).toMatchObject({ hint: expect.stringContaining('ROLLBACK') });
    expect((await fixture.run('rollback; select 1')).run.state).toBe('done');
    expect((await fixture.run('from half')).run.error?.code).toBe('SQL_BIND');
  });
});

describe('cancelling', () => {
  it('ends a long query at once and keeps what was read as cut', async () => {
    const session = await fixture.engine.openSession('cancelled');
    const running = session.run({
      session: session.id,
      run: 'long',
      sql: 'select i, i * 2 as d from range(3000000000) r(i)',
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await session.cancel('long');
    const run = await running;
    expect(run.state).toBe('cancelled');
    expect(session.list()[0]).toMatchObject({ state: 'cut', error: { code: 'CANCELLED' } });
    expect((await fixture.run('select 1', { session: 'cancelled' })).run.state).toBe('done');
  });

  it('ends one that has not given a row yet', async () => {
    const session = await fixture.engine.openSession('aggregate');
    const running = session.run({
      session: session.id,
      run: 'agg',
      sql: 'select sum(a.i * b.i) from range(1000000) a(i), range(1000000) b(i)',
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await session.cancel('agg');
    expect((await running).state).toBe('cancelled');
    expect(session.list()[0]?.state).toBe('failed');
  });

  it('takes a waiting run out of the queue', async () => {
    const session = await fixture.engine.openSession('queue');
    const first = session.run({
      session: session.id,
      run: 'q1',
      sql: 'select sum(a.i * b.i) from range(1000000) a(i), range(1000000) b(i)',
    });
    const second = session.run({ session: session.id, run: 'q2', sql: 'select 1' });
    await session.cancel('q2');
    await session.cancel('q1');
    expect((await first).state).toBe('cancelled');
    expect((await second).state).toBe('cancelled');
  });
});

describe('the app’s own stream', () => {
  it('throws where a query dies late, however many rows came before', async () => {
    const connection = await fixture.engine.connect();
    let rows = 0;
    const stream = connection.stream(DIES_LATE, {
      onStart: () => undefined,
      onChunk: (chunk) => {
        rows += chunk.rowCount;
      },
    });
    await expect(stream).rejects.toMatchObject({ code: 'SQL_RUNTIME' });
    expect(rows).toBeGreaterThan(0);
    expect(await connection.rows('select 1 as one')).toEqual([{ one: 1 }]);
    connection.close();
  });

  it('is stopped by its signal', async () => {
    const connection = await fixture.engine.connect();
    const controller = new AbortController();
    const stream = connection.stream('from range(3000000000)', {
      signal: controller.signal,
      onStart: () => undefined,
      onChunk: () => controller.abort(),
    });
    await expect(stream).rejects.toMatchObject({ code: 'CANCELLED' });
    connection.close();
  });

  it('ends with the error where the taker of rows fails, and leaves no transaction open', async () => {
    const connection = await fixture.engine.connect();
    const stream = connection.stream('from range(3000000000)', {
      onStart: () => undefined,
      onChunk: () => {
        throw new Error('no room');
      },
    });
    await expect(stream).rejects.toMatchObject({ message: expect.stringContaining('no room') });
    expect(await connection.rows('select txid_current() as id')).not.toEqual(
      await connection.rows('select txid_current() as id'),
    );
    connection.close();
  });
});
