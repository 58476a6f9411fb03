import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Engine } from '../../../src/main/engine/engine';
import { startSocketBackend } from './backend';
import { type BenchPlace, memoryEach } from './bench-place';
import { type Figure, median, quantile, shown } from './figures';
import { runSql, startSql } from './run-sql';

const TEN_MILLION = 10_000_000;

/** Six columns of mixed types, as a report has them. */
const MIXED = `SELECT i AS id, (i * 7919) % 5000 AS customer, timestamp '2024-01-01' + to_seconds(i * 6) AS at,
  ((i * 104729) % 500000 / 100)::DECIMAL(12, 2) AS amount, ['new', 'paid', 'shipped', 'returned'][1 + i % 4] AS status,
  hash(i) / 1e19 AS score FROM range(${TEN_MILLION}) AS t(i)`;

/** Fifty columns: whole numbers, decimals, doubles, dates and short text in turn. */
function wideSql(rows: number): string {
  const kinds = [
    (n: number) => `i * ${n} AS n${n}`,
    (n: number) => `((i * ${n}) % 100000 / 100)::DECIMAL(12, 2) AS d${n}`,
    (n: number) => `i / ${n + 1}.5::DOUBLE AS f${n}`,
    (n: number) => `date '2020-01-01' + ((i + ${n}) % 2000)::INT AS t${n}`,
    (n: number) => `'item ' || (i % ${n + 100}) AS s${n}`,
  ];
  const columns = Array.from({ length: 50 }, (_, index) => kinds[index % kinds.length]?.(index + 1));
  return `SELECT ${columns.join(', ')} FROM range(${rows}) AS t(i)`;
}

/** What keeping a result costs beside running its query and throwing the rows away into memory. */
export async function measureKeeping(place: BenchPlace, rounds: number): Promise<Figure[]> {
  const folder = await place.project('keeping');
  const engine = await Engine.open({
    projectFolder: folder,
    stateFolder: path.join(folder, '.millrace'),
    restricted: false,
    limits: { memory: `${memoryEach()}MB` },
  });
  try {
    const session = await engine.openSession('keeping');
    const [kept, bare]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      kept.push(
        await timed(async () => {
          const run = await session.run({ session: 'keeping', run: `keep-${round}`, sql: MIXED, firstStatement: 1 });
          if (run.state !== 'done') throw new Error(run.error?.message);
        }),
      );
      const connection = await engine.connect();
      bare.push(await timed(() => connection.run(MIXED)));
      connection.close();
    }
    return [
      {
        name: 'keeping 10 million rows of 6 columns, beside bare run()',
        value: median(kept) / median(bare),
        unit: 'ratio',
        detail: `${shown(median(kept))} against ${shown(median(bare))} ms, ${shown(TEN_MILLION / (median(kept) / 1000))} rows/s kept, medians of ${rounds}`,
        samples: { kept, bare },
      },
    ];
  } finally {
    await engine.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** How long the backend stands still, and how long another tab waits, while a very wide result is being kept. */
export async function measureStalls(place: BenchPlace, rows: number): Promise<Figure[]> {
  const backend = await startSocketBackend(place, await place.project('stalls'));
  try {
    const events = await backend.events();
    await runSql(backend, events, 'select 1', 'other');
    await sleep(1_000);
    await backend.loopDelay();
    await sleep(5_000);
    const idle = await backend.loopDelay();
    const run = await startSql(backend, wideSql(rows), 'wide');
    const ended = events.runEnd(run, 1_800_000);
    let running = true;
    void ended.finally(() => {
      running = false;
    });
    const waits: number[] = [];
    const windows: number[] = [];
    const stalls = [];
    while (running) {
      const started = performance.now();
      const result = await runSql(backend, events, 'select 1', 'other');
      waits.push(performance.now() - started);
      await backend.get(`/api/results/${result.id}/window?offset=0&limit=100&columns=0`);
      windows.push(performance.now() - started);
      stalls.push(await backend.loopDelay());
      await sleep(200);
    }
    const end = await ended;
    if (end.state !== 'done') throw new Error(end.error?.message);
    const of = `${shown(rows / 1e6)} million rows of 50 columns are kept`;
    const longest = stalls.map((stall) => stall.max);
    return [
      {
        name: `longest stall of the backend while ${of}`,
        value: Math.max(...longest),
        unit: 'ms',
        atMost: 50,
        detail: `median of ${longest.length} spans ${shown(median(longest))} ms, p95 ${shown(quantile(longest, 0.95))}; idle ${shown(idle.max)}; longest without waiting for a processor ${shown(Math.max(...stalls.map((stall) => stall.own)))}; memory ${shown(Math.max(...stalls.map((stall) => stall.rss)) / 1e6)} MB`,
        samples: stalls,
      },
      {
        name: `\`select 1\` of another tab meanwhile, p95`,
        value: quantile(waits, 0.95),
        unit: 'ms',
        atMost: 100,
        detail: `to its end told; ${waits.length} runs, median ${shown(median(waits))} ms; to its first window p95 ${shown(quantile(windows, 0.95))} ms`,
        samples: { waits, windows },
      },
    ];
  } finally {
    await backend.stop();
  }
}
