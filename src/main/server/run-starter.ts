import { errorShape } from '../../shared/errors';
import type { BackendEvent } from '../../shared/events';
import type { ResultInfo, RunInfo, RunRequest } from '../../shared/results';
import type { Engine } from '../engine/engine';
import type { QueryHistory } from '../project/history';

/** Starts runs without waiting for their end, and writes what ran into the history. */
export class RunStarter {
  constructor(
    private readonly engine: Engine,
    private readonly history: QueryHistory,
    private readonly emit: (event: BackendEvent) => void,
  ) {}

  /** Answers as soon as the run is under way; progress, results and the end come as events. */
  async start(request: RunRequest): Promise<void> {
    const session = await this.engine.openSession(request.session);
    const startedAt = Date.now();
    const finish = async (run: RunInfo) => {
      const results = session.list().filter((result) => result.run === request.run);
      for (const result of results) await this.record(request, result);
      if (results.length === 0 || (run.error && !results.some((result) => result.error))) {
        await this.recordFailure(request, run, startedAt);
      }
    };
    session
      .run(request)
      .then(finish)
      .catch((error) => this.emit({ type: 'run', run: failedRun(request, startedAt, error) }));
  }

  private async record(request: RunRequest, result: ResultInfo): Promise<void> {
    const state = result.state === 'failed' ? 'failed' : result.state === 'cut' ? 'cut' : 'done';
    await this.history.add({
      at: result.startedAt,
      worksheet: request.session,
      sql: result.sql,
      milliseconds: Math.round(result.milliseconds),
      rows: result.kind === 'rows' ? result.rowCount : (result.changedRows ?? null),
      state: result.error?.code === 'CANCELLED' ? 'cancelled' : state,
      error: result.error && result.error.code !== 'CANCELLED' ? result.error.message : null,
    });
  }

  private async recordFailure(request: RunRequest, run: RunInfo, startedAt: number): Promise<void> {
    await this.history.add({
      at: startedAt,
      worksheet: request.session,
      sql: run.error?.sql ?? request.sql,
      milliseconds: Date.now() - startedAt,
      rows: null,
      state: run.state === 'cancelled' ? 'cancelled' : 'failed',
      error: run.error?.message ?? null,
    });
  }
}

function failedRun(request: RunRequest, startedAt: number, error: unknown): RunInfo {
  return {
    id: request.run,
    session: request.session,
    state: 'failed',
    statements: 0,
    finished: 0,
    percent: -1,
    rowsProcessed: 0,
    totalRows: 0,
    startedAt,
    error: errorShape(error),
  };
}
