import type { ResultInfo } from '../../../src/shared/results';
import type { EventStream } from '../../api/support/event-stream';
import type { Backend } from './backend';

let runs = 0;

/** Runs SQL as a worksheet does and gives its last result once the run has ended. Throws what the run failed with. */
export async function runSql(backend: Backend, events: EventStream, sql: string, session: string): Promise<ResultInfo> {
  const run = await startSql(backend, sql, session);
  const end = await events.runEnd(run, 1_800_000);
  if (end.state !== 'done') throw new Error(`${end.error?.message ?? end.state}: ${sql}`);
  const result = events.resultsOf(run).at(-1);
  if (!result) throw new Error(`No result: ${sql}`);
  return result;
}

/** Starts SQL in a worksheet's session; gives the id of the run. */
export async function startSql(backend: Backend, sql: string, session: string): Promise<string> {
  runs += 1;
  const run = `bench-${runs}`;
  await backend.call('worksheets.run', { session, run, sql });
  return run;
}
