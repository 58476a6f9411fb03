import { randomUUID } from 'node:crypto';
import { errorShape, MillraceError } from '../../../shared/errors';
import type { BackendEvent } from '../../../shared/events';
import type { IngestJob, IngestRequest } from '../../../shared/ingest';
import { type IngestServices, runIngest } from './ingest';
import { removeStaleSpools } from './spool';

interface Running {
  abort: AbortController;
  ended: Promise<void>;
}

/** Ingests that a window started; it is told of them by events. */
export class IngestJobs {
  private readonly running = new Map<string, Running>();

  constructor(
    private readonly services: IngestServices,
    private readonly emit: (event: BackendEvent) => void,
  ) {
    // Only one process has the project, so what lies there is of one that died.
    void removeStaleSpools(services.project.stateFolder);
  }

  /** Starts an ingest and answers at once. */
  start(request: IngestRequest): IngestJob {
    const job: IngestJob = { id: randomUUID(), request, state: 'running', tables: [], failures: [] };
    const abort = new AbortController();
    this.running.set(job.id, { abort, ended: this.work(job, abort.signal) });
    return { ...job };
  }

  /** Stops a running ingest; the tables that are done stay. Throws NOT_FOUND. */
  cancel(id: string): void {
    const running = this.running.get(id);
    if (!running) throw new MillraceError({ code: 'NOT_FOUND', message: 'This ingest does not run any more.' });
    running.abort.abort();
  }

  async close(): Promise<void> {
    for (const { abort } of this.running.values()) abort.abort();
    await Promise.all([...this.running.values()].map(({ ended }) => ended));
  }

  private async work(job: IngestJob, signal: AbortSignal): Promise<void> {
    const tell = () =>
      this.emit({ type: 'ingest', job: { ...job, tables: [...job.tables], failures: [...job.failures] } });
    try {
      tell();
      for await (const event of runIngest(this.services, job.request, { signal })) {
        if (event.type === 'progress') job.progress = event.progress;
        if (event.type === 'table') job.tables.push(event.report);
        if (event.type === 'failure') job.failures.push(event.failure);
        tell();
      }
      job.state = job.failures.length > 0 ? 'failed' : 'done';
    } catch (error) {
      const shape = errorShape(error);
      job.state = shape.code === 'CANCELLED' ? 'cancelled' : 'failed';
      if (job.state === 'failed') job.error = shape;
    } finally {
      this.running.delete(job.id);
      tell();
    }
  }
}
