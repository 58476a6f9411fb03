import { type Backend, startSocketBackend } from './backend';
import type { BenchPlace } from './bench-place';
import { type Figure, median, quantile, shown } from './figures';
import { runSql, startSql } from './run-sql';
import { attachSql, type Tpch } from './tpch';

const JUMPS = 200;
/** Ten columns of as many types. */
export const TEN_MILLION = `SELECT i AS id, (i * 7919) % 5000 AS customer, timestamp '2024-01-01' + to_seconds(i * 6) AS at,
  ((i * 104729) % 500000 / 100)::DECIMAL(12, 2) AS amount, ['new', 'paid', 'shipped', 'returned'][1 + i % 4] AS status,
  hash(i) / 1e19 AS score, 'note ' || i AS note, i % 2 = 0 AS even, date '2024-01-01' + (i % 700)::INT AS day, -i AS down
  FROM range(10000000) AS t(i)`;

/** The first rows of a large table and a jump into a large result, through the API. */
export async function measureFirstRows(place: BenchPlace, data: Tpch, rounds: number): Promise<Figure[]> {
  const backend = await startSocketBackend(place, await place.project('first-rows'));
  try {
    return [await firstRows(backend, data, rounds), await jumps(backend)];
  } finally {
    await backend.stop();
  }
}

/** From the moment the engine has the first chunk to the moment the window's bytes are here. */
async function firstRows(backend: Backend, data: Tpch, rounds: number): Promise<Figure> {
  const events = await backend.events();
  await runSql(backend, events, attachSql(data.file).join(';\n'), 'first');
  const delays: number[] = [];
  const whole: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const started = Date.now();
    const run = await startSql(backend, 'select * from lineitem', 'first');
    const { event } = await events.until(
      (told) => told.event.type === 'result' && told.event.result.run === run && told.event.result.rowCount > 0,
    );
    if (event.type !== 'result') throw new Error('not a result');
    const { id, startedAt, firstRowMilliseconds } = event.result;
    await backend.get(`/api/results/${id}/window?offset=0&limit=60&columns=0-15`);
    const received = Date.now();
    if (round >= 0) {
      delays.push(received - startedAt - (firstRowMilliseconds ?? 0));
      whole.push(received - started);
    }
    await backend.call('worksheets.cancel', { session: 'first', run });
    await events.runEnd(run);
  }
  events.close();
  return {
    name: 'first rows of `select * from lineitem`, after the engine yields them',
    value: quantile(delays, 0.95),
    unit: 'ms',
    atMost: 150,
    detail: `p95 of ${rounds} to the window's bytes, median ${shown(median(delays))} ms; from Run ${shown(median(whole))} ms`,
    samples: { delays, whole },
  };
}

async function jumps(backend: Backend): Promise<Figure> {
  const events = await backend.events();
  const result = await runSql(backend, events, TEN_MILLION, 'jumps');
  events.close();
  const times: number[] = [];
  for (let jump = 0; jump < JUMPS; jump += 1) {
    // Evenly spread and in no order, the same each time.
    const offset = (jump * 6_180_339 + 12_345) % (result.rowCount - 100);
    const started = performance.now();
    await backend.get(`/api/results/${result.id}/window?offset=${offset}&limit=100&columns=0-9`);
    times.push(performance.now() - started);
  }
  await backend.call('results.close', { id: result.id });
  return {
    name: 'jump to a row of a 10-million-row result',
    value: quantile(times, 0.95),
    unit: 'ms',
    atMost: 50,
    detail: `p95 of ${JUMPS} windows of 100 rows and 10 columns, median ${shown(median(times))} ms, longest ${shown(Math.max(...times))}`,
    samples: times,
  };
}
