import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { errorShape, MillraceError } from '../../shared/errors';
import type { BackendEvent, ExportJob } from '../../shared/events';
import { EXPORT_FORMAT_DETAILS, type ExportFormat, type ExportTarget } from '../../shared/export';
import type { Engine } from '../engine/engine';
import { exportRelation } from '../engine/export/export-relation';
import type { Project } from '../project/project';

export interface ExportRequest {
  result: string;
  format: ExportFormat;
  /** Absolute, or relative to the project; absent for a download by the browser. */
  path?: string;
  /** The file's name without a folder, for a download. */
  name?: string;
  overwrite?: boolean;
  options?: Record<string, unknown>;
  timeZone?: string;
}

interface Running {
  job: ExportJob;
  abort: AbortController;
  ended: Promise<void>;
}

const TELL_MILLISECONDS = 100;

/** Exports of kept results: each writes from the kept rows, so the query does not run again. */
export class ExportJobs {
  private readonly running = new Map<string, Running>();

  constructor(
    private readonly engine: Engine,
    private readonly project: Project,
    private readonly emit: (event: BackendEvent) => void,
  ) {}

  /** Starts an export and answers at once; its progress and end come as events. Throws NOT_FOUND, BAD_REQUEST. */
  async start(request: ExportRequest): Promise<ExportJob> {
    const result = this.engine.results.info(request.result);
    const id = randomUUID();
    const job: ExportJob = {
      id,
      result: result.id,
      file: await this.targetFile(id, request),
      format: request.format,
      state: 'running',
      rows: 0,
      totalRows: result.rowCount,
      bytes: 0,
      download: request.path === undefined,
      notes: [],
    };
    const abort = new AbortController();
    this.running.set(id, { job, abort, ended: this.write(job, request, abort.signal) });
    return job;
  }

  /** Stops a running export; its half file is removed before its last event. */
  cancel(id: string): void {
    this.find(id).abort.abort();
  }

  /** Throws NOT_FOUND. */
  job(id: string): ExportJob {
    return this.find(id).job;
  }

  /** Stops what still runs and removes files that wait to be downloaded. */
  async close(): Promise<void> {
    for (const { abort } of this.running.values()) abort.abort();
    await Promise.all([...this.running.values()].map(({ ended }) => ended));
    await rm(this.downloads, { recursive: true, force: true });
  }

  private get downloads(): string {
    return path.join(this.project.stateFolder, 'tmp', 'downloads');
  }

  private find(id: string): Running {
    const running = this.running.get(id);
    if (running) return running;
    throw new MillraceError({
      code: 'NOT_FOUND',
      message: 'There is no such export; it may be from an earlier start.',
    });
  }

  private async targetFile(id: string, request: ExportRequest): Promise<string> {
    if (request.path !== undefined) return path.resolve(this.project.folder, request.path);
    const folder = path.join(this.downloads, id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const name = (request.name ?? 'result').replaceAll(/[^\p{L}\p{N} ._-]/gu, '_').slice(0, 100) || 'result';
    return path.join(folder, `${name}.${EXPORT_FORMAT_DETAILS[request.format].extension}`);
  }

  private async write(job: ExportJob, request: ExportRequest, signal: AbortSignal): Promise<void> {
    const connection = await this.engine.connect();
    let told = 0;
    const tell = () => {
      told = Date.now();
      this.emit({ type: 'export', job: { ...job } });
    };
    try {
      tell();
      const { table, columns } = this.engine.results.relation(job.result);
      const outcome = await exportRelation(
        connection,
        { sql: `SELECT * FROM ${table}`, columns, rowCount: job.totalRows },
        {
          format: request.format,
          file: job.file,
          overwrite: request.overwrite ?? false,
          ...optionsOf(request),
        } as ExportTarget,
        {
          signal,
          statementSql: this.engine.results.info(job.result).sql,
          ...(request.timeZone ? { timeZone: request.timeZone } : {}),
          onProgress: ({ rows, bytes }) => {
            job.rows = rows;
            job.bytes = bytes;
            if (Date.now() - told > TELL_MILLISECONDS) tell();
          },
        },
      );
      Object.assign(job, { state: 'done', rows: outcome.rows, bytes: outcome.bytes, notes: outcome.notes });
    } catch (error) {
      const shape = errorShape(error);
      job.state = shape.code === 'CANCELLED' ? 'cancelled' : 'failed';
      if (job.state === 'failed') job.error = shape;
    } finally {
      connection.close();
      tell();
    }
  }
}

function optionsOf(request: ExportRequest): { options?: Record<string, unknown> } {
  return request.options ? { options: request.options } : {};
}
