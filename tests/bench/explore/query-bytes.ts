import path from 'node:path';
import { Engine } from '../../../src/main/engine/engine';
import { type Backend, startHttpBackend, startSocketBackend } from './backend';
import { type BenchPlace, memoryEach } from './bench-place';
import { type Figure, geometricMean, median, shown } from './figures';
import { runSql } from './run-sql';
import { attachSql, type Tpch } from './tpch';

const WIDE = `SELECT l_orderkey, l_partkey, l_suppkey, l_linenumber, l_quantity, l_extendedprice, l_shipdate, l_shipmode,
  l_returnflag, l_comment FROM lineitem LIMIT 2000000`;

interface Side {
  name: string;
  /** Runs the query and takes its bytes; gives how many there were. */
  take(sql: string): Promise<number>;
}

/**
 * From the query to the Arrow bytes that a client has received, through each door, against the same SQL streamed and
 * encoded by the same encoder in process. Each side has an engine of its own over the same data; their runs alternate.
 */
export async function measureQueryBytes(place: BenchPlace, data: Tpch, rounds: number): Promise<Figure[]> {
  const folders = {
    engine: await place.project('in-process'),
    socket: await place.project('by-socket'),
    http: await place.project('by-http'),
  };
  const engine = await Engine.open({
    projectFolder: folders.engine,
    stateFolder: path.join(folders.engine, '.millrace'),
    restricted: false,
    limits: { memory: `${memoryEach()}MB` },
  });
  const backends: Backend[] = [];
  try {
    backends.push(await startSocketBackend(place, folders.socket), await startHttpBackend(place, folders.http));
    const setUp = await engine.connect();
    for (const sql of attachSql(data.file)) await setUp.run(sql);
    setUp.close();
    for (const backend of backends) {
      const events = await backend.events();
      await runSql(backend, events, attachSql(data.file).join(';\n'), 'set-up');
      events.close();
    }
    const reference: Side = { name: 'in process', take: (sql) => takeInProcess(engine, sql) };
    const doors = backends.map((backend) => ({
      name: backend.name,
      take: (sql: string) => backend.count('/api/query', { sql }),
    }));
    return [
      ...(await queriesFigures(reference, doors, data.queries, rounds)),
      ...(await wideFigures(reference, doors, rounds)),
    ];
  } finally {
    for (const backend of backends) await backend.stop();
    await engine.close();
  }
}

async function takeInProcess(engine: Engine, sql: string): Promise<number> {
  const connection = await engine.connect();
  try {
    let bytes = 0;
    for await (const piece of connection.arrow(sql)) bytes += piece.byteLength;
    return bytes;
  } finally {
    connection.close();
  }
}

/** Times of each side in milliseconds, round by round, after one warm-up; the order changes with each round. */
async function alternate(sides: readonly Side[], sql: string, rounds: number): Promise<number[][]> {
  const times: number[][] = sides.map(() => []);
  const sizes = new Set<number>();
  for (let round = -1; round < rounds; round += 1) {
    for (let turn = 0; turn < sides.length; turn += 1) {
      const at = (turn + round + sides.length) % sides.length;
      const started = performance.now();
      sizes.add((await sides[at]?.take(sql)) ?? 0);
      if (round >= 0) times[at]?.push(performance.now() - started);
    }
  }
  if (sizes.has(0)) throw new Error(`A side gave no bytes: ${sql}`);
  return times;
}

async function queriesFigures(reference: Side, doors: Side[], queries: string[], rounds: number): Promise<Figure[]> {
  const all: { query: number; milliseconds: number[] }[] = [];
  for (const [index, sql] of queries.entries()) {
    const times = await alternate([reference, ...doors], sql, rounds);
    all.push({ query: index + 1, milliseconds: times.map(median) });
  }
  const total = (side: number) => all.reduce((sum, one) => sum + (one.milliseconds[side] ?? 0), 0);
  return doors.map((door, index) => ({
    name: `TPC-H, 22 queries, to Arrow by ${door.name}`,
    value: geometricMean(all.map((one) => (one.milliseconds[index + 1] ?? 0) / (one.milliseconds[0] ?? 1))),
    unit: 'ratio',
    atMost: 1.1,
    detail: `geometric mean; all: ${shown(total(index + 1))} against ${shown(total(0))} ms in process, medians of ${rounds}`,
    samples: all.map((one) => ({
      query: one.query,
      door: one.milliseconds[index + 1],
      inProcess: one.milliseconds[0],
    })),
  }));
}

async function wideFigures(reference: Side, doors: Side[], rounds: number): Promise<Figure[]> {
  const times = await alternate([reference, ...doors], WIDE, rounds);
  const medians = times.map(median);
  return doors.map((door, index) => ({
    name: `2 million rows of 10 columns to Arrow by ${door.name}`,
    value: (medians[index + 1] ?? 0) / (medians[0] ?? 1),
    unit: 'ratio',
    atMost: 2,
    detail: `${shown(medians[index + 1] ?? 0)} against ${shown(medians[0] ?? 0)} ms in process, medians of ${rounds}`,
    samples: times,
  }));
}
