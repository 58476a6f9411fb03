import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cellsOf, namesOf } from './support/arrow-cells';
import { callError, DOORS, type Door, openDoor } from './support/doors';

const ROWS = 5_000;

describe.each(DOORS)('a kept result through the %s door', (name) => {
  let door: Door;
  let id: string;
  beforeAll(async () => {
    door = await openDoor(name);
    const { results } = await door.run(
      `select range as n, 'row ' || range as label, case when range % 10 = 0 then null else range * 0.5 end as half
       from range(${ROWS})`,
    );
    id = results[0]?.id ?? '';
  });
  afterAll(() => door.close());

  const get = (path: string) => door.send({ path: `/api/results/${path}` });

  test('any window of it is one request away', async () => {
    const answer = await get(`${id}/window?offset=4990&limit=3&columns=1,0`);
    expect(namesOf(answer.bytes)).toEqual(['1', '0']);
    expect(cellsOf(answer.bytes)).toEqual([
      ['row 4990', '4990'],
      ['row 4991', '4991'],
      ['row 4992', '4992'],
    ]);
    expect(cellsOf((await get(`${id}/window?offset=999999&limit=3&columns=0`)).bytes)).toEqual([]);
  });

  test('all of it comes as typed Arrow', async () => {
    const answer = await get(`${id}/arrow`);
    const cells = cellsOf(answer.bytes);
    expect(namesOf(answer.bytes)).toEqual(['c0', 'c1', 'c2']);
    expect(cells).toHaveLength(ROWS);
    expect(cells[17]?.slice(0, 2)).toEqual([17n, 'row 17']);
    expect(namesOf((await get(`${id}/arrow?columns=2`)).bytes)).toEqual(['c2']);
  });

  test('SQL on the kept rows answers without running the query again', async () => {
    const answer = await door.send({
      method: 'POST',
      path: `/api/results/${id}/query`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sql: 'select count(*) as rows, max(c0) as top from result' }),
    });
    expect(answer.status).toBe(200);
    expect(cellsOf(answer.bytes)).toEqual([[BigInt(ROWS), BigInt(ROWS - 1)]]);
  });

  test('SQL on the kept rows that writes is refused', async () => {
    const answer = await door.send({
      method: 'POST',
      path: `/api/results/${id}/query`,
      body: JSON.stringify({ sql: "copy (from result) to '/tmp/stolen.csv'" }),
    });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: 'BAD_REQUEST' });
  });

  test('a sorted and filtered view is a result of its own', async () => {
    const view = await door.api.results.view.mutate({
      result: id,
      where: 'half > 100',
      sort: [{ column: 0, descending: true }],
    });
    expect(view.source).toBe(id);
    const answer = await get(`${view.id}/window?offset=0&limit=2&columns=0`);
    expect(cellsOf(answer.bytes)).toEqual([['4999'], ['4998']]);
    const error = await callError(door.api.results.view.mutate({ result: id, where: 'hlaf > 100' }));
    expect(error).toMatchObject({ code: 'SQL_BIND', at: { offset: 0 } });
    await door.api.results.close.mutate({ id: view.id });
    expect((await get(`${view.id}/window?offset=0&limit=2&columns=0`)).status).toBe(404);
  });

  test('moments are filtered as they are shown, in the zone of the window', async () => {
    const { results } = await door.run("select timestamptz '2025-06-01 12:00:00+00' as at from range(3)");
    const moments = results.at(-1)?.id ?? '';
    const shown = { Tokyo: '2025-06-01 21:00:00+09', UTC: '2025-06-01 12:00:00+00' };
    const [top] = await door.api.results.topValues.query({ id: moments, column: 0, limit: 1, timeZone: 'Asia/Tokyo' });
    expect(top).toEqual({ value: shown.Tokyo, count: 3 });
    const rows = async (value: string) => {
      const values = [{ column: 0, values: [value] }];
      const view = await door.api.results.view.mutate({ result: moments, values, timeZone: 'Asia/Tokyo' });
      await door.api.results.close.mutate({ id: view.id });
      return view.rowCount;
    };
    expect(await rows(shown.Tokyo)).toBe(3);
    expect(await rows(shown.UTC)).toBe(0);
  });

  test('a view that is no longer asked for is stopped', async () => {
    const { results } = await door.run("select 'note ' || hash(range) as note from range(2000000)");
    const large = results.at(-1)?.id ?? '';
    const where = "regexp_replace(note, '1+', hash(note)::varchar, 'g') <> 'x'";
    const controller = new AbortController();
    const view = door.api.results.view.mutate({ result: large, where }, { signal: controller.signal });
    const refused = expect(view).rejects.toThrow();
    const { slots } = door.host.services.engine;
    await expect.poll(() => slots.busy).toBe(true);
    controller.abort();
    await refused;
    await expect.poll(() => slots.busy, { timeout: 1_000 }).toBe(false);
  });

  test('its views go with a result that is closed', async () => {
    const { results } = await door.run('select range as n from range(10)', { session: 'other' });
    const closed = results.at(-1)?.id ?? '';
    const view = await door.api.results.view.mutate({ result: closed, where: 'n > 5' });
    await door.api.results.close.mutate({ id: closed });
    expect((await get(`${view.id}/window?offset=0&limit=2&columns=0`)).status).toBe(404);
  });

  test('filtering by value offers the most frequent ones', async () => {
    const top = await door.api.results.topValues.query({ id, column: 2, limit: 1 });
    expect(top).toEqual([{ value: null, count: ROWS / 10 }]);
    const found = await door.api.results.topValues.query({ id, column: 1, limit: 5, search: 'ROW 4999' });
    expect(found).toEqual([{ value: 'row 4999', count: 1 }]);
    const view = await door.api.results.view.mutate({
      result: id,
      values: [{ column: 1, values: ['row 7', 'row 9'] }],
    });
    expect(view.rowCount).toBe(2);
  });

  test('the value panel gets a long value whole', async () => {
    const { results } = await door.run("select repeat('x', 300000) as long");
    const long = results[0]?.id ?? '';
    const [[cut]] = cellsOf((await get(`${long}/window?offset=0&limit=1&columns=0`)).bytes) as [[string]];
    expect(cut).toHaveLength(1_001);
    expect(cut.endsWith('…')).toBe(true);
    const value = await door.api.results.value.query({ id: long, row: 0, column: 0 });
    expect(value).toMatchObject({ bytes: 300_000, truncated: false, isNull: false });
    const part = await door.api.results.value.query({ id: long, row: 0, column: 0, limit: 100 });
    expect(part).toMatchObject({ bytes: 300_000, truncated: true });
  });

  test('a selection is summed up exactly', async () => {
    const summary = await door.api.results.summary.query({ result: id, firstRow: 0, lastRow: 9, columns: [0, 2] });
    expect(summary).toMatchObject({ cells: 20, nulls: 1, numbers: 19, sum: '67.5', min: '0', max: '9' });
  });

  test('a selection is copied in each format', async () => {
    const range = { result: id, firstRow: 1, lastRow: 2, columns: [0, 1] };
    const copy = (format: 'tsv' | 'csv' | 'json' | 'markdown' | 'in-list', columns = range.columns) =>
      door.api.results.copy.mutate({ range: { ...range, columns }, format, headers: true });
    expect(await copy('tsv')).toBe('n\tlabel\n1\trow 1\n2\trow 2');
    expect(await copy('csv')).toContain('n,label');
    expect(JSON.parse(await copy('json'))).toHaveLength(2);
    expect(await copy('markdown')).toContain('| row 1 |');
    expect(await copy('in-list', [1])).toContain("'row 1', 'row 2'");
  });

  test('finding in the cells goes to the next and the one before', async () => {
    const find = (fromRow: number, backwards: boolean) =>
      door.api.results.find.query({ id, text: 'ROW 49', fromRow, columns: [0, 1, 2], backwards });
    expect(await find(0, false)).toEqual({ row: 49, column: 1 });
    expect(await find(50, false)).toEqual({ row: 490, column: 1 });
    expect(await find(400, true)).toEqual({ row: 49, column: 1 });
    expect(await door.api.results.find.query({ id, text: 'nowhere', fromRow: 0, columns: [1] })).toBeNull();
  });

  test('a pinned result stays when its query is run again', async () => {
    const session = 'pins';
    const first = await door.run('select 1 as a', { session, firstStatement: 1 });
    const kept = first.results[0]?.id ?? '';
    await door.api.results.pin.mutate({ id: kept, pinned: true });
    await door.run('select 2 as a', { session, firstStatement: 1 });
    const { results } = await door.api.worksheets.open.mutate({ session });
    expect(results.map((result) => [result.name, result.pinned])).toEqual([
      ['_1', true],
      ['_2', false],
    ]);
    await door.api.worksheets.close.mutate({ session });
    expect((await callError(door.api.results.info.query({ id: kept }))).code).toBe('NOT_FOUND');
  });

  test('questions that make no sense are answered as such', async () => {
    expect((await get(`${id}/window?offset=-1&limit=3&columns=0`)).status).toBe(400);
    expect((await get(`${id}/window?offset=0&limit=3&columns=a`)).json).toMatchObject({ code: 'BAD_REQUEST' });
    expect((await get(`${id}/window?offset=0&limit=3&columns=0-999999,0-999999,0-999999`)).status).toBe(400);
    expect((await get(`${id}/window?offset=0&limit=3&columns=9`)).status).toBe(400);
    expect((await get('r000000_1/window?offset=0&limit=3&columns=0')).status).toBe(404);
    expect((await get('x%22%3B%20drop%20table%20a/arrow')).status).toBe(404);
  });
});
