import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cellsOf, namesOf } from './support/arrow-cells';
import { callError, DOORS, type Door, openDoor } from './support/doors';
import { open } from './support/http-client';

describe.each(DOORS)('bytes through the %s door', (name) => {
  let door: Door;
  beforeAll(async () => {
    door = await openDoor(name);
  });
  afterAll(() => door.close());

  const post = (path: string, body: unknown) =>
    door.send({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  /** Waits until no query holds a slot of the engine any more. */
  async function expectFree(): Promise<void> {
    const deadline = Date.now() + 3_000;
    while (door.host.services.engine.slots.busy) {
      if (Date.now() > deadline) throw new Error('The query still runs.');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { run } = await door.run('select 1');
    expect(run.state).toBe('done');
  }

  test('a query streams straight to Arrow', async () => {
    const answer = await post('/api/query', { sql: 'select range as n, range::varchar as t from range(200000)' });
    expect(answer.status).toBe(200);
    expect(namesOf(answer.bytes)).toEqual(['n', 't']);
    const cells = cellsOf(answer.bytes);
    expect(cells).toHaveLength(200_000);
    expect(cells.at(-1)).toEqual([199_999n, '199999']);
  });

  test('an error before the first row is an answer with its code and place', async () => {
    const parse = await post('/api/query', { sql: 'selekt 1' });
    expect(parse.status).toBe(422);
    expect(parse.json).toMatchObject({ code: 'SQL_PARSE', at: { line: 1, column: 1 } });
    const file = await post('/api/query', { sql: "from 'data/nowhere.csv'" });
    expect(file.status).toBe(404);
    expect(file.json.code).toBe('FILE_NOT_FOUND');
  });

  test('an error after the first rows breaks the body off, so that it is not taken for the whole', async () => {
    const sql = "select case when i < 900000 then i::varchar else 'no' end::integer as n from range(1000000) t(i)";
    await expect(post('/api/query', { sql })).rejects.toThrow();
  });

  test('a body that is no JSON, or lacks what is asked, says so', async () => {
    expect((await post('/api/query', '{"sql": ')).json).toMatchObject({ code: 'BAD_REQUEST' });
    const missing = await post('/api/query', { query: 'select 1' });
    expect(missing.status).toBe(400);
    expect(missing.json.message).toContain('sql');
  });

  test('a body that comes in chunks is read as any other', async () => {
    const answer = await door.send({
      method: 'POST',
      path: '/api/query',
      headers: { 'transfer-encoding': 'chunked' },
      body: JSON.stringify({ sql: 'select 7 as n' }),
    });
    expect(cellsOf(answer.bytes)).toEqual([[7]]);
  });

  test('a request above the limit is refused, with and without its length told', async () => {
    const large = `{"sql": "${'x'.repeat(65 * 1024 * 1024)}"}`;
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
      const call = door.send({ method: 'POST', path: '/api/query', headers, body: large });
      // The server does not read it to its end: a client that writes on may see the connection break instead.
      const answer = await call.catch((error: NodeJS.ErrnoException) => ({ status: 413, code: error.code }));
      expect(answer.status).toBe(413);
      if ('code' in answer) expect(answer.code).toMatch(/EPIPE|ECONNRESET/);
    }
    expect((await door.send({ path: '/api/health' })).status).toBe(200);
  });

  test('a route that does not exist is not found, by each method', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
      const answer = await door.send({ method, path: '/api/nothing' });
      expect(answer.status).toBe(404);
      expect(answer.json).toMatchObject({ code: 'NOT_FOUND' });
    }
    expect((await callError((door.api as never as { x: { y: { query(): Promise<void> } } }).x.y.query())).code).toBe(
      'NOT_FOUND',
    );
  });

  test.each([
    ['while rows flow', 'select range, hash(range) as h from range(1000000000)', true],
    [
      'before the first row',
      'select count(*) from range(100000000) a, range(100000000) b where a.range + b.range = 3',
      false,
    ],
  ])('a client that is killed %s frees the query', async (_when, sql, flows) => {
    const killed = new AbortController();
    const answer = open(door.address, {
      method: 'POST',
      path: '/api/query',
      headers: { ...door.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ sql }),
      signal: killed.signal,
    });
    if (flows) {
      const incoming = await answer;
      await new Promise((resolve) => incoming.once('data', resolve));
      incoming.destroy();
    } else {
      await new Promise((resolve) => setTimeout(resolve, 300));
      killed.abort();
      await expect(answer).rejects.toThrow();
    }
    await expectFree();
  });

  test('SQL as the command line asks for it comes in its format', async () => {
    const answer = await post('/api/sql', { sql: 'select 1 as a, null as b', format: 'csv' });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('a,b');
  });
});
