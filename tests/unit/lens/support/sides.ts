import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Table, tableFromIPC } from 'apache-arrow';
import { Engine } from '../../../../src/main/engine/engine';
import { type ResultFetch, ResultLens } from '../../../../src/renderer/lens/result-lens';
import type { ResultInfo } from '../../../../src/shared/results';
import { openNodeDatabase } from './node-database';

export const TIME_ZONE = 'Europe/Berlin';

/** A real engine in a folder of its own, and a real lens that is fed from the results it keeps. */
export interface Sides {
  engine: Engine;
  lens: ResultLens;
  fetch: ResultFetch;
  /** Runs a statement in the engine and keeps its result. */
  run(sql: string): Promise<ResultInfo>;
  askEngine(result: ResultInfo, sql: string): Promise<(string | null)[][]>;
  askLens(result: ResultInfo, sql: string): Promise<(string | null)[][]>;
  close(): Promise<void>;
}

export async function openSides(): Promise<Sides> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-lens-'));
  const engine = await Engine.open({
    projectFolder: folder,
    stateFolder: join(folder, '.millrace'),
    restricted: false,
    extensionFiles: [],
  });
  const session = await engine.openSession('sheet');
  const fetch: ResultFetch = async (id, sql, { timeZone }) =>
    streamOf(await engine.results.query(id, sql, timeZone ? { timeZone } : {}));
  const lens = new ResultLens({ open: openNodeDatabase, fetch });
  let runs = 0;
  return {
    engine,
    lens,
    fetch,
    async run(sql) {
      const run = `run${++runs}`;
      const info = await session.run({ session: 'sheet', run, sql, timeZone: TIME_ZONE });
      const result = session.list().find((each) => each.run === run);
      if (!result) throw new Error(`No result: ${info.error?.message}`);
      return result;
    },
    askEngine: async (result, sql) =>
      tableText(tableFromIPC(await engine.results.query(result.id, sql, { timeZone: TIME_ZONE }))),
    askLens: async (result, sql) => tableText(await lens.query(result.id, sql)),
    async close() {
      await lens.shutdown();
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Bytes in uneven pieces, as a network would hand them over. */
export function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const size = at === 0 ? 5 : 65_537;
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
}

function tableText(table: Table): (string | null)[][] {
  const vectors = table.schema.fields.map((_, at) => table.getChildAt(at));
  const text = (value: unknown) => (value === null || value === undefined ? null : String(value));
  return Array.from({ length: table.numRows }, (_, row) => vectors.map((vector) => text(vector?.get(row))));
}
