import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cellsOf } from './support/arrow-cells';
import { callError, DOORS, type Door, openDoor } from './support/doors';

describe.each(DOORS)('running SQL through the %s door', (name) => {
  let door: Door;
  beforeAll(async () => {
    door = await openDoor(name);
  });
  afterAll(() => door.close());

  test('a window of the result shows its text, with NULL told from empty', async () => {
    const { run, results } = await door.run(
      "select 9007199254740993::bigint as big, 1.10::decimal(9,2) as money, '' as empty, null as nothing, [1, 2] as list",
    );
    expect(run.state).toBe('done');
    const [result] = results;
    expect(result).toMatchObject({ kind: 'rows', state: 'done', rowCount: 1, name: '_1' });
    expect(result?.columns.map((column) => column.type)).toEqual([
      'BIGINT',
      'DECIMAL(9,2)',
      'VARCHAR',
      'INTEGER',
      'INTEGER[]',
    ]);
    const answer = await door.send({ path: `/api/results/${result?.id}/window?offset=0&limit=10&columns=0-4` });
    expect(answer.headers['content-type']).toBe('application/vnd.apache.arrow.stream');
    expect(cellsOf(answer.bytes)).toEqual([['9007199254740993', '1.10', '', null, '[1, 2]']]);
  });

  test('each statement leaves a result of its own, and later ones read earlier ones', async () => {
    const session = 'several';
    const { results } = await door.run(
      'select 20 as a; create temp table t as select 1 as x; select a + 2 as b from _1;',
      {
        session,
      },
    );
    expect(results.map((result) => [result.name, result.kind, result.offset])).toEqual([
      ['_1', 'rows', 0],
      ['', 'none', 16],
      ['_2', 'rows', 54],
    ]);
    const last = results[2];
    const answer = await door.send({ path: `/api/results/${last?.id}/window?offset=0&limit=1&columns=0` });
    expect(cellsOf(answer.bytes)).toEqual([['22']]);
    const opened = await door.api.worksheets.open.mutate({ session });
    expect(opened.results.map((result) => result.id)).toEqual(results.map((result) => result.id));
  });

  test('a misspelt statement says where, in the place of the editor', async () => {
    const { run } = await door.run('select 1;\nselekt 2;', { offset: 100 });
    expect(run.state).toBe('failed');
    expect(run.finished).toBe(1);
    expect(run.error).toMatchObject({ code: 'SQL_PARSE', at: { line: 2, column: 1, offset: 110 } });
    expect(run.error?.hint).toBeTruthy();
  });

  test('an unknown column says which ones there are', async () => {
    const { run } = await door.run("select amonut from 'data/orders.csv'");
    expect(run.error).toMatchObject({ code: 'SQL_BIND', at: { line: 1, column: 8 } });
    expect(run.error?.hint).toContain('amount');
  });

  test('a query that dies after its first rows is an error, with the rows so far marked as cut', async () => {
    const { run, results } = await door.run(
      "select case when i < 900000 then i::varchar else 'no number' end::integer as n from range(1000000) t(i)",
    );
    expect(run.state).toBe('failed');
    expect(run.error?.code).toBe('SQL_RUNTIME');
    expect(run.error?.message).toContain('no number');
    expect(results[0]).toMatchObject({ state: 'cut', error: { code: 'SQL_RUNTIME' } });
    expect(results[0]?.rowCount).toBeLessThan(1_000_000);
  });

  test('cancelling a long query answers at once, and the worksheet goes on', async () => {
    const events = await door.events();
    const session = 'long';
    await door.api.worksheets.run.mutate({
      session,
      run: 'long-1',
      sql: 'select count(*) from range(100000000) a, range(100000000) b where a.range + b.range = 3',
    });
    await events.until((told) => told.event.type === 'run' && told.event.run.state === 'running');
    await door.api.worksheets.cancel.mutate({ session, run: 'long-1' });
    expect((await events.runEnd('long-1')).state).toBe('cancelled');
    const { run } = await door.run('select 1', { session });
    expect(run.state).toBe('done');
  });

  test('the progress of a long run is told as it goes', async () => {
    const events = await door.events();
    const [session, run] = ['progress', `progress-${name}`];
    const sql =
      'create temp table t as select range as i from range(3000000); select count(*) from t a, t b where hash(a.i + b.i) = 3';
    await door.api.worksheets.run.mutate({ session, run, sql });
    const told = await events.until(
      ({ event }) =>
        event.type === 'run' && event.run.id === run && event.run.finished === 1 && event.run.totalRows > 0,
    );
    expect(told.event).toMatchObject({ run: { state: 'running', statements: 2 } });
    await door.api.worksheets.cancel.mutate({ session, run });
    expect((await events.runEnd(run)).state).toBe('cancelled');
  });

  test('parameters are asked for by name, and their values are remembered', async () => {
    const sql = 'select $low::int + $high::int as total, $low as again';
    const session = 'parameters';
    expect(await door.api.worksheets.parameters.mutate({ session, sql })).toEqual([{ name: 'low' }, { name: 'high' }]);
    await door.api.worksheets.rememberParameters.mutate({ values: { low: null } });
    expect(await door.api.worksheets.parameters.mutate({ session, sql })).toEqual([
      { name: 'low', value: null },
      { name: 'high' },
    ]);
    await door.api.worksheets.rememberParameters.mutate({ values: { low: '4', high: '5' } });
    expect(await door.api.worksheets.parameters.mutate({ session, sql })).toEqual([
      { name: 'low', value: '4' },
      { name: 'high', value: '5' },
    ]);
    const { results } = await door.run(sql, { session, parameters: { low: '4', high: '5' } });
    const answer = await door.send({ path: `/api/results/${results[0]?.id}/window?offset=0&limit=1&columns=0` });
    expect(cellsOf(answer.bytes)).toEqual([['9']]);
    const missing = await door.run(sql, { session });
    expect(missing.run.error?.code).toBe('PARAMETER_MISSING');
  });

  test('what ran is found in the history, failures and cancels too', async () => {
    await door.run("select 'needle in the history'");
    await door.run('select from_nowhere_at_all');
    const found = await door.api.worksheets.history.query({ text: 'needle' });
    expect(found[0]).toMatchObject({ sql: "select 'needle in the history'", state: 'done', rows: 1, error: null });
    const failed = await door.api.worksheets.history.query({ text: 'from_nowhere_at_all' });
    expect(failed[0]).toMatchObject({ state: 'failed' });
    expect(failed[0]?.error).toContain('from_nowhere_at_all');
    const { results } = await door.run("from millrace.main.queries where sql like '%needle%'");
    expect(results[0]?.rowCount).toBeGreaterThan(0);
  });

  test('times are shown in the zone of the session', async () => {
    const { results } = await door.run("select timestamptz '2025-07-01 12:00:00+00' as t");
    const window = (zone: string) =>
      door.send({
        path: `/api/results/${results[0]?.id}/window?offset=0&limit=1&columns=0&timeZone=${encodeURIComponent(zone)}`,
      });
    expect(cellsOf((await window('Europe/Berlin')).bytes)).toEqual([['2025-07-01 14:00:00+02']]);
    expect(cellsOf((await window('America/New_York')).bytes)).toEqual([['2025-07-01 08:00:00-04']]);
  });

  test('a plan is kept when the query is run with one', async () => {
    const { results } = await door.run('select count(*) from range(1000)', { explain: 'analyze' });
    expect(results[0]?.columns).toEqual([{ name: 'plan', type: 'JSON', kind: 'json' }]);
    const value = await door.api.results.value.query({ id: results[0]?.id ?? '', row: 0, column: 0 });
    expect(JSON.parse(value.text)).toHaveProperty('children');
  });

  test('cancelling in a worksheet that is not open says so', async () => {
    const error = await callError(door.api.worksheets.cancel.mutate({ session: 'never opened', run: 'x' }));
    expect(error).toMatchObject({ code: 'NOT_FOUND', httpStatus: 404 });
  });
});
