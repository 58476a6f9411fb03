import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LensDatabase } from '../../../src/renderer/lens/lens-database';
import { lensView } from '../../../src/renderer/lens/lens-view';
import { type ResultFetch, ResultLens } from '../../../src/renderer/lens/result-lens';
import { engineQueries, type ResultQueries } from '../../../src/renderer/lens/result-queries';
import type { ResultInfo, ViewRequest } from '../../../src/shared/results';
import { openNodeDatabase } from '../../unit/lens/support/node-database';
import { streamOf } from '../../unit/lens/support/sides';
import { type Backend, startSocketBackend } from './backend';
import type { BenchPlace } from './bench-place';
import { type Figure, median, shown } from './figures';
import { runSql } from './run-sql';

const ROWS = 1_000_000;
const ZONE = 'UTC';
const MILLION = `SELECT i AS id, (i * 7919) % 5000 AS customer, ((i * 104729) % 500000 / 100)::DECIMAL(12, 2) AS amount,
  ['new', 'paid', 'shipped', 'returned'][1 + i % 4] AS status, date '2024-01-01' + (i % 700)::INT AS day
  FROM range(${ROWS}) AS t(i)`;
const COLUMNS = [0, 1, 2, 3, 4];
const GROUP = 'SELECT c3, count(*) AS n, sum(c2) AS total FROM result GROUP BY c3 ORDER BY n DESC, c3 LIMIT 100';

interface Case {
  name: string;
  request: Omit<ViewRequest, 'result'> | undefined;
}

const CASES: Case[] = [
  { name: 'sort by a decimal', request: { sort: [{ column: 2, descending: true }] } },
  {
    name: 'sort by text, then number',
    request: {
      sort: [
        { column: 3, descending: false },
        { column: 1, descending: true },
      ],
    },
  },
  { name: 'filter', request: { where: 'amount > 4900' } },
  {
    name: 'filter by value and sort',
    request: { values: [{ column: 3, values: ['paid'] }], sort: [{ column: 4, descending: true }] },
  },
  { name: 'group', request: undefined },
];

/** The first window after a sort, a filter or a group of a million rows, by the engine and by the lens. */
export async function measureResultViews(place: BenchPlace, rounds: number): Promise<Figure[]> {
  const backend = await startSocketBackend(place, await place.project('views'));
  const fetch: ResultFetch = async (id, sql, { timeZone }) =>
    streamOf(await backend.post(`/api/results/${id}/query`, { sql, timeZone }));
  const lens = new ResultLens({ open: openLensDatabase, fetch });
  const engine = engineQueries(fetch);
  try {
    const events = await backend.events();
    const result = await runSql(backend, events, MILLION, 'views');
    events.close();
    const loading = performance.now();
    if (!(await lens.load(result, ZONE))) throw new Error('The lens did not take the result in.');
    const loaded = performance.now() - loading;
    const figures: Figure[] = [];
    for (const one of CASES) figures.push(await measureCase({ backend, lens, engine, result, rounds }, one));
    figures.push({
      name: 'loading a 1-million-row result into the lens',
      value: loaded,
      unit: 'ms',
      detail: `${shown(lens.bytes / 1e6)} MB, behind the grid; until then the engine answers`,
    });
    return figures;
  } finally {
    await lens.shutdown();
    await backend.stop();
  }
}

/** In the window the lens works in a worker of its own, so what it is asked later does not hold up what it has answered. */
async function openLensDatabase(): Promise<LensDatabase> {
  const database = await openNodeDatabase();
  return {
    ...database,
    async connect() {
      const connection = await database.connect();
      return { ...connection, run: async (sql, signal) => nextTurn().then(() => connection.run(sql, signal)) };
    },
  };
}

interface Sides {
  backend: Backend;
  lens: ResultLens;
  engine: ResultQueries;
  result: ResultInfo;
  rounds: number;
}

async function measureCase(sides: Sides, one: Case): Promise<Figure> {
  const { backend, result, rounds } = sides;
  const byEngine: number[] = [];
  const byLens: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const engine = await engineWindow(backend, result, one);
    const inLens = await lensWindow(sides, one);
    if (round < 0) continue;
    byEngine.push(engine);
    byLens.push(inLens);
  }
  const [engine, inLens] = [median(byEngine), median(byLens)];
  return {
    name: `first window after: ${one.name}, 1 million rows`,
    value: Math.min(engine, inLens),
    unit: 'ms',
    atMost: 150,
    detail: `engine ${shown(engine)} ms, lens ${shown(inLens)} ms, medians of ${rounds}`,
    samples: { byEngine, byLens },
  };
}

async function engineWindow(backend: Backend, result: ResultInfo, one: Case): Promise<number> {
  const started = performance.now();
  if (!one.request) {
    await backend.post(`/api/results/${result.id}/query`, { sql: GROUP });
    return performance.now() - started;
  }
  const view = await backend.call<ResultInfo>('results.view', { result: result.id, ...one.request });
  await backend.get(`/api/results/${view.id}/window?offset=0&limit=100&columns=0-4`);
  const took = performance.now() - started;
  await backend.call('results.close', { id: view.id });
  return took;
}

async function lensWindow({ lens, engine, result }: Sides, one: Case): Promise<number> {
  const started = performance.now();
  if (!one.request) {
    await lens.query(result.id, GROUP);
    return performance.now() - started;
  }
  const view = await lensView(lens, result, { result: result.id, ...one.request }, { timeZone: ZONE, engine });
  const window = await view.window(0, 100, COLUMNS, new AbortController().signal);
  const took = performance.now() - started;
  if (window.text(0, 0) === null) throw new Error('The lens gave no window.');
  await view.close();
  return took;
}
