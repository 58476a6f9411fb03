import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BackendEvent } from '../../../src/shared/events';
import { type EngineFixture, openEngine } from './engine-fixture';

let fixture: EngineFixture;
beforeAll(async () => {
  fixture = await openEngine();
});
afterAll(() => fixture.close());

/** The cells of the run's last result. */
async function last(sql: string, options = {}) {
  const { run, results } = await fixture.run(sql, options);
  const result = results.at(-1);
  if (!result || run.state !== 'done') throw new Error(run.error?.message ?? 'no result');
  return fixture.cells(result);
}

describe('a run', () => {
  it('gives one result for each statement and names those with rows', async () => {
    const { run, results } = await fixture.run(
      'create table t as select range as i from range(5); insert into t values (7), (8); select * from t order by i desc; select count(*) as n from t',
    );
    expect(run).toMatchObject({ state: 'done', statements: 4, finished: 4 });
    expect(results.map((result) => [result.kind, result.name, result.rowCount, result.changedRows])).toEqual([
      ['none', '', 0, undefined],
      ['changed', '', 0, 2],
      ['rows', '_1', 7, undefined],
      ['rows', '_2', 1, undefined],
    ]);
    const [, , rows] = results;
    expect(rows && (await fixture.cells(rows))).toEqual([['8'], ['7'], ['4'], ['3'], ['2'], ['1'], ['0']]);
  });

  it('stops at the first statement that fails, and points at its place in the whole worksheet', async () => {
    const sql = "select 1;\nselect 'ä', nope from t; select 3";
    const { run, results } = await fixture.run(sql, { offset: 1000 });
    expect(run).toMatchObject({ state: 'failed', finished: 1 });
    expect(run.error).toMatchObject({
      code: 'SQL_BIND',
      at: { offset: 1000 + sql.indexOf('nope'), line: 2, column: 13, length: 4 },
    });
    expect(results.map((result) => result.state)).toEqual(['done', 'failed']);
  });

  it('runs SHOW, DESCRIBE, EXPLAIN, PRAGMA, CALL, PIVOT and RETURNING as rows', async () => {
    const { run, results } = await fixture.run(
      `show tables; describe t; explain select 1; pragma version; call pragma_version(); summarize t;
       pivot (select i % 2 as g, i from t) on g using count(*); insert into t values (99) returning i * 2 as d; prepare p as select 5 as x; execute p;
       with x as (select 1 as a) from x; from t limit 1; values (1, 2)`,
    );
    expect(run.error).toBeUndefined();
    expect(results.filter((result) => result.kind === 'rows').length).toBe(12);
    expect(results.filter((result) => result.kind === 'rows' && result.rowCount === 0)).toEqual([]);
  });

  it('takes DDL, SET, COPY and ATTACH without rows', async () => {
    const { results } = await fixture.run(
      `create view v as from t; set variable x = 1; copy t to '${fixture.folder}/t.csv'; attach ':memory:' as other; detach other; drop view v`,
    );
    expect(results.map((result) => result.kind)).toEqual(['none', 'none', 'changed', 'none', 'none', 'none']);
    expect(results[2]?.changedRows).toBeGreaterThan(5);
  });

  it('tells its events in order: queued, running, results as they grow, done', async () => {
    fixture.events.length = 0;
    const { run } = await fixture.run('select i, i::varchar as s from range(800000) r(i)');
    const states = fixture.events.flatMap((event) => (event.type === 'run' ? [event.run.state] : []));
    expect(states[0]).toBe('queued');
    expect(states[1]).toBe('running');
    expect(states.at(-1)).toBe('done');
    const counts = fixture.events.flatMap((event) => (event.type === 'result' ? [event.result.rowCount] : []));
    expect(counts[0]).toBe(0);
    expect(counts[1]).toBe(2048);
    expect(counts.at(-1)).toBe(800_000);
    expect(counts).toEqual(counts.toSorted((left, right) => left - right));
    expect(run.percent).toBe(100);
  });

  it('keeps statements of one worksheet apart, one run after another', async () => {
    const session = await fixture.engine.openSession('pair');
    const both = await Promise.all([
      session.run({ session: 'pair', run: 'p1', sql: 'select count(*) from range(3000000)' }),
      session.run({ session: 'pair', run: 'p2', sql: 'select 2' }),
    ]);
    expect(both.map((run) => run.state)).toEqual(['done', 'done']);
    expect(session.list().map((result) => result.run)).toEqual(['p1', 'p2']);
  });

  it('has nothing to do for a text without statements', async () => {
    expect((await fixture.run('-- only a comment')).run).toMatchObject({ state: 'done', statements: 0 });
  });
});

describe('results by name', () => {
  it('are read again as _1 and _, with the columns’ own names made unique', async () => {
    const at = { session: 'names' };
    await fixture.run('select 1 as a, 2 as a, 3 as "A", 4 as "with ""quote"""', at);
    expect(await last('select a, a_1, "A_2", "with ""quote""" from _1', at)).toEqual([['1', '2', '3', '4']]);
    await fixture.run('select 10 as x', at);
    expect(await last('select x + 1 from _', at)).toEqual([['11']]);
    expect(await last('select a from _1', at)).toEqual([['1']]);
  });

  it('survive a rollback of the transaction in which they were made', async () => {
    const at = { session: 'rolled' };
    await fixture.run('begin; select 5 as v; rollback', at);
    expect(await last('select v from _1', at)).toEqual([['5']]);
  });

  it('are read inside the transaction in which they were made, and after it', async () => {
    const at = { session: 'inside' };
    expect(await last('begin; select 7 as v; select v + 1 from _1', at)).toEqual([['8']]);
    expect((await fixture.run('select 9 as w; commit; select w from _', at)).run.error).toBeUndefined();
  });

  it('are known to their own worksheet alone', async () => {
    await fixture.run('select 1 as mine', { session: 'one' });
    const { run } = await fixture.run('from _1', { session: 'two' });
    expect(run.error?.code).toBe('SQL_BIND');
  });

  it('go when they are closed', async () => {
    const at = { session: 'closing' };
    const { results } = await fixture.run('select 1 as gone', at);
    await fixture.engine.results.close(results[0]?.id ?? '');
    expect((await fixture.run('from _1', at)).run.state).toBe('failed');
    expect(() => fixture.engine.results.info(results[0]?.id ?? '')).toThrow(/no longer kept/);
  });
});

describe('transactions of the user', () => {
  it('reach over runs, and are the worksheet’s own', async () => {
    const at = { session: 'tx' };
    await fixture.run('create table account (n int)', at);
    await fixture.run('begin; insert into account values (1)', at);
    expect(await last('select count(*) from account', at)).toEqual([['1']]);
    expect(await last('select count(*) from account')).toEqual([['0']]);
    await fixture.run('commit', at);
    expect(await last('select count(*) from account')).toEqual([['1']]);
  });

  it('are found open also when begun by EXECUTE', async () => {
    const at = { session: 'prepared' };
    await fixture.run('prepare b as begin', at);
    await fixture.run('execute b', at);
    const session = fixture.engine.session('prepared');
    expect(session.inTransaction).toBe((await fixture.run('rollback', at)).run.state === 'done');
  });
});

describe('parameters', () => {
  it('are named in order of appearance', async () => {
    const session = await fixture.engine.openSession('sheet');
    expect(await session.parameters("select $b, '$no', $a -- $c\n, $b, $$ $x $$")).toEqual(['b', 'a']);
  });

  it('take the type that the statement gives them', async () => {
    const sql =
      "select count(*) from (select date '2024-12-30' + i::int as d, i from range(10) r(i)) where d >= $since and i < $top";
    expect(await last(sql, { parameters: { since: '2025-01-01', top: '9' } })).toEqual([['7']]);
  });

  it('are read as literals where the statement leaves the type open', async () => {
    expect(await last('select count(*) from range($n)', { parameters: { n: '5' } })).toEqual([['5']]);
    expect(await last('select $x + 1', { parameters: { x: '41' } })).toEqual([['42']]);
    expect(await last('select $t', { parameters: { t: '007' } })).toEqual([['007']]);
    expect(await last('select $b and true, $n is null', { parameters: { b: true, n: null } })).toEqual([
      ['true', 'true'],
    ]);
  });

  it('that are missing are named', async () => {
    const { run } = await fixture.run('select $a, $b', { parameters: { a: '1' } });
    expect(run.error).toMatchObject({ code: 'PARAMETER_MISSING', message: 'The statement asks for $b.' });
  });

  it('reach the second run of a query that died late', async () => {
    const { run } = await fixture.run(`select case when i = $bad then 'x' else '1' end::int from range(400000) r(i)`, {
      parameters: { bad: '300000' },
    });
    expect(run.error).toMatchObject({ code: 'SQL_RUNTIME', message: expect.stringContaining("'x'") });
  });
});

describe('a run with plan', () => {
  it('keeps the plan as one JSON cell and runs other statements as they are', async () => {
    const { run, results } = await fixture.run('set variable z = 1; select sum(i) from range(1000) r(i)', {
      explain: 'analyze',
    });
    expect(run.error).toBeUndefined();
    expect(results[1]).toMatchObject({
      kind: 'rows',
      rowCount: 1,
      columns: [{ name: 'plan', type: 'JSON', kind: 'json' }],
    });
    const value = await fixture.engine.results.value(results[1]?.id ?? '', 0, 0);
    expect(JSON.parse(value.text)).toHaveProperty('children');
  });

  it('points at the error in the user’s own text', async () => {
    const { run } = await fixture.run('select nope from t', { explain: 'analyze' });
    expect(run.error?.at?.offset).toBe(7);
  });
});

describe('the time zone', () => {
  it('is the request’s', async () => {
    const sql = "select timestamptz '2025-01-01 12:00:00+00'::varchar";
    expect(await last(sql, { timeZone: 'Europe/Berlin' })).toEqual([['2025-01-01 13:00:00+01']]);
    expect(await last(sql, { timeZone: 'UTC' })).toEqual([['2025-01-01 12:00:00+00']]);
  });
});

describe('the statement hook', () => {
  it('rewrites statements, and errors point into the original', async () => {
    fixture.engine.prepareSql = async (sql) => ({
      sql: sql.replace("'orders.csv'", "read_csv('/nowhere/orders.csv')"),
      toOriginal: (offset) => (offset > 31 ? offset - 19 : offset),
    });
    const { run } = await fixture.run('from range(3) r(i) where i = nope');
    fixture.engine.prepareSql = undefined;
    expect(run.error?.code).toBe('SQL_BIND');
  });
});

describe('many queries at once', () => {
  it('run twelve at most, the others wait and say so', async () => {
    const sessions = Array.from({ length: 16 }, (_, index) => `many${index}`);
    const seen: BackendEvent[] = [];
    const off = fixture.engine.on((event) => seen.push(event));
    const runs = sessions.map(async (id) =>
      (await fixture.engine.openSession(id)).run({
        session: id,
        run: id,
        sql: 'select sum(a.i) from range(30000) a(i), range(500) b(i)',
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    const status = await fixture.engine.status();
    expect(status.running).toBeLessThanOrEqual(12);
    expect(status.running + status.queued).toBeGreaterThan(12);
    expect((await Promise.all(runs)).map((run) => run.state)).toEqual(sessions.map(() => 'done'));
    off();
  });
});

describe('what a session must not do', () => {
  it('cannot take the app’s own databases away or change the engine’s limits', async () => {
    expect((await fixture.run('detach results')).run.error?.code).toBe('FORBIDDEN');
    expect((await fixture.run('detach database if exists "millrace"')).run.error?.code).toBe('FORBIDDEN');
    expect((await fixture.run("set memory_limit = '10GB'")).run.error).toMatchObject({
      code: 'CONFIG_LOCKED',
      hint: expect.stringContaining('engine: memory:'),
    });
    expect((await fixture.run('set allow_unsigned_extensions = true')).run.error?.code).toBe('CONFIG_LOCKED');
  });
});
