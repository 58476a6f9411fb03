import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeWindow } from '../../../src/renderer/features/results/grid/arrow-window';
import { lensClient } from '../../../src/renderer/features/results/lens-client';
import type { ResultClient } from '../../../src/renderer/features/results/result-client';
import { engineQueries, type RoutedQueries, routedQueries } from '../../../src/renderer/lens/result-queries';
import type { ResultInfo, ViewRequest } from '../../../src/shared/results';
import { openSides, type Sides } from './support/sides';

const ROWS = 60_000;
const TIME_ZONE = 'Asia/Tokyo';
const COLUMNS = [0, 1, 2, 3, 4];
const signal = new AbortController().signal;

let sides: Sides;
let orders: ResultInfo;
let engine: ResultClient;
let queries: RoutedQueries;
let client: ResultClient;
let failures: unknown[];

beforeAll(async () => {
  sides = await openSides();
  orders = await sides.run(
    `SELECT i AS id, (hash(i) % 90000 / 100)::DECIMAL(10, 2) AS amount, 'name ' || (hash(i + 1) % 500) AS name,
       CASE WHEN i % 7 > 0 THEN 'kind ' || (i % 5) END AS kind,
       TIMESTAMPTZ '2025-06-01 12:00:00+00' + to_hours(i::INTEGER) AS at FROM range(${ROWS}) t(i)`,
  );
  engine = engineClient();
  const answers = engineQueries(sides.fetch);
  failures = [];
  queries = routedQueries({ lens: sides.lens, engine: answers, onLensFailure: (error) => failures.push(error) });
  client = lensClient(engine, { lens: sides.lens, queries, engineQueries: answers });
  await sides.lens.load(orders, TIME_ZONE);
});
afterAll(() => sides.close());

/** What the window asks of the backend, asked of the engine itself. */
function engineClient(): ResultClient {
  const { results } = sides.engine;
  return {
    window: async (id, window) => decodeWindow(await results.window(id, window), window.offset),
    value: (id, row, column, o) => results.value(id, row, column, o),
    find: (id, o) => results.find(id, o),
    summary: (range) => results.summary(range),
    copy: (range, format, o) => results.copy(range, format, o),
    topValues: (id, column, o) => results.topValues(id, column, o),
    view: (_source, request, stop) => results.view(request, stop),
    watch(id, listener) {
      listener(results.info(id));
      return sides.engine.on((event) => event.type === 'result' && event.result.id === id && listener(event.result));
    },
    close: (id) => results.close(id),
  };
}

const REQUEST: Omit<ViewRequest, 'result'> = {
  where: 'amount >= 10 and kind is not null',
  values: [{ column: 3, values: ['kind 4'], exclude: true }],
  sort: [
    { column: 2, descending: true },
    { column: 1, descending: false },
  ],
};

function view(of: ResultClient, request = REQUEST): Promise<ResultInfo> {
  return of.view(orders, { ...request, result: orders.id, timeZone: TIME_ZONE }, signal);
}

/** A copy of the engine once it has all rows. */
async function engineView(request = REQUEST): Promise<ResultInfo> {
  const begun = await view(engine, request);
  await expect.poll(() => sides.engine.results.info(begun.id).state, { timeout: 20_000 }).toBe('done');
  return sides.engine.results.info(begun.id);
}

async function cells(of: ResultClient, id: string, offset: number, timeZone = TIME_ZONE): Promise<unknown[][]> {
  const window = await of.window(id, { offset, limit: 50, columns: COLUMNS, timeZone }, signal);
  return Array.from({ length: window.count }, (_, row) => COLUMNS.map((column) => window.text(offset + row, column)));
}

const views = () => sides.engine.results.list('sheet').filter((info) => info.source !== undefined);

describe('a sorted and filtered grid that the lens shows first', () => {
  it('answers all that is asked of it as the copy of the engine does', async () => {
    const [shown, real] = [await view(client), await engineView()];
    expect(shown.id).toMatch(/^lens_/);
    expect({ source: shown.source, rows: shown.rowCount, state: shown.state }).toEqual({
      source: orders.id,
      rows: real.rowCount,
      state: 'done',
    });
    expect(real.rowCount).toBeGreaterThan(30_000);
    const places = [0, 390, 20_000, real.rowCount - 10];
    for (const at of places) expect(await cells(client, shown.id, at)).toEqual(await cells(engine, real.id, at));
    for (const row of [3, 25_000]) {
      const value = { limit: 1_000, timeZone: TIME_ZONE };
      expect(await client.value(shown.id, row, 4, value)).toEqual(await engine.value(real.id, row, 4, value));
    }
    const range = { firstRow: 100, lastRow: 29_000, columns: [1, 0] };
    expect(await client.summary({ result: shown.id, ...range })).toEqual(
      await engine.summary({ result: real.id, ...range }),
    );
    expect(views()).toHaveLength(2);
    const copied = { headers: true, timeZone: TIME_ZONE };
    expect(await client.copy({ result: shown.id, ...range }, 'csv', copied)).toEqual(
      await engine.copy({ result: real.id, ...range }, 'csv', copied),
    );
    const search = { text: 'NAME 17', fromRow: 20_000, columns: COLUMNS, backwards: false, timeZone: TIME_ZONE };
    expect(await client.find(shown.id, search, signal)).toEqual(await engine.find(real.id, search, signal));
    for (const at of places) expect(await cells(client, shown.id, at)).toEqual(await cells(engine, real.id, at));
    await engine.close(real.id);
    await client.close(shown.id);
    expect(views()).toEqual([]);
  });

  it('shows another time zone through the copy of the engine', async () => {
    const shown = await view(client);
    const real = await engineView();
    const utc = await cells(client, shown.id, 400, 'UTC');
    expect(utc).toEqual(await cells(engine, real.id, 400, 'UTC'));
    expect(utc).not.toEqual(await cells(client, shown.id, 400));
    await client.close(shown.id);
    await engine.close(real.id);
  });

  it('leaves nothing in the engine when it is passed over in a hurry', async () => {
    for (const column of [0, 1, 2, 3]) {
      const shown = await view(client, { sort: [{ column, descending: true }] });
      expect(await cells(client, shown.id, 0)).toHaveLength(50);
      const summed = client.summary({ result: shown.id, firstRow: 0, lastRow: 9, columns: [1] });
      const given = expect(summed).rejects.toMatchObject({ code: 'CANCELLED' });
      await client.close(shown.id);
      await given;
    }
    await expect.poll(views, { timeout: 10_000 }).toEqual([]);
  });

  it('is asked of the engine where the lens cannot make it, and says the error of a condition as the engine does', async () => {
    const zoned = await view(client, { sort: [{ column: 4, descending: true }] });
    expect(zoned.id).not.toMatch(/^lens_/);
    await client.close(zoned.id);
    await expect(view(client, { where: "amount > 'much'" })).rejects.toMatchObject({ sql: "amount > 'much'" });
    expect(failures).toEqual([]);
  });

  it('goes on through the engine when the lens is lost under it', async () => {
    const shown = await view(client);
    const real = await engineView();
    await sides.lens.shutdown();
    for (const at of [0, 20_000]) expect(await cells(client, shown.id, at)).toEqual(await cells(engine, real.id, at));
    const value = { limit: 1_000, timeZone: TIME_ZONE };
    expect(await client.value(shown.id, 7, 2, value)).toEqual(await engine.value(real.id, 7, 2, value));
    expect(queries.lensWorks()).toBe(true);
    await client.close(shown.id);
    await sides.lens.load(orders, TIME_ZONE);
    const again = await view(client);
    expect(again.id).toMatch(/^lens_/);
    await client.close(again.id);
    await engine.close(real.id);
  });
});
