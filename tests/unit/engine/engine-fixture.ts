import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Table, tableFromIPC } from 'apache-arrow';
import { Engine, type EngineOptions } from '../../../src/main/engine/engine';
import type { BackendEvent } from '../../../src/shared/events';
import type { ResultInfo, RunInfo, RunRequest } from '../../../src/shared/results';

/** A real engine on a project in a temporary folder, with what it told. */
export interface EngineFixture {
  engine: Engine;
  folder: string;
  events: BackendEvent[];
  /** Runs SQL in a session and gives the run with the results it left. */
  run(sql: string, options?: Partial<RunRequest>): Promise<{ run: RunInfo; results: ResultInfo[] }>;
  /** The rows of a result as the grid shows them. */
  cells(result: ResultInfo, limit?: number): Promise<(string | null)[][]>;
  close(): Promise<void>;
}

let runs = 0;

export async function openEngine(options: Partial<EngineOptions> = {}): Promise<EngineFixture> {
  const folder = options.projectFolder ?? (await mkdtemp(path.join(os.tmpdir(), 'millrace-engine-')));
  const engine = await Engine.open({
    projectFolder: folder,
    stateFolder: path.join(folder, '.millrace'),
    restricted: false,
    extensionFiles: [],
    limits: { memory: '2GB', threads: 2 },
    ...options,
  });
  const events: BackendEvent[] = [];
  engine.on((event) => events.push(event));
  return {
    engine,
    folder,
    events,
    async run(sql, request = {}) {
      runs += 1;
      const session = await engine.openSession(request.session ?? 'sheet');
      const run = await session.run({ session: session.id, run: `run${runs}`, sql, ...request });
      return { run, results: session.list().filter((result) => result.run === run.id) };
    },
    async cells(result, limit = 100) {
      const columns = result.columns.map((_, index) => index);
      return tableCells(tableFromIPC(await engine.results.window(result.id, { offset: 0, limit, columns })));
    },
    async close() {
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function tableCells(table: Table): (string | null)[][] {
  return Array.from({ length: table.numRows }, (_, row) =>
    Array.from({ length: table.numCols }, (_column, column) => table.getChildAt(column)?.get(row) as string | null),
  );
}
