import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CancelledError, errorShape, MillraceError } from '../../../shared/errors';
import { SQL_FORMATS, type SqlRequest } from '../../../shared/export';
import type { ResultInfo } from '../../../shared/results';
import { splitStatements } from '../../../shared/sql/split';
import type { EngineConnection } from '../connection';
import type { Engine } from '../engine';
import { exportRelation } from './export-relation';
import { streamLines } from './line-stream';
import { type PlainFormat, plainFormat } from './plain-format';
import { openRelation } from './relation';
import { RunWatch } from './run-watch';
import { encodeFrames, type SqlEvent } from './sql-frames';
import { tableText } from './sql-table';

/** The boundary's check of a request that came over the socket. */
export const sqlRequestSchema = z
  .object({
    sql: z.string().max(64 * 1024 * 1024),
    format: z.enum(SQL_FORMATS),
    parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
    all: z.boolean().optional(),
    timeZone: z.string().optional(),
  })
  .transform((request) => request as SqlRequest);

/** What running SQL for its bytes needs of the open project. */
export interface SqlServices {
  engine: Engine;
}

/** `runSql` for another process: its events as frames (see `encodeFrames`); errors travel inside, none is thrown. */
export function runSqlRequest(
  services: SqlServices,
  request: SqlRequest,
  options: { signal?: AbortSignal } = {},
): AsyncIterable<Uint8Array> {
  return encodeFrames(runSql(services, request, options), errorShape);
}

/**
 * Runs SQL in a session of its own and yields its rows in the asked format. Rows flow while the statement runs: they are
 * kept by the engine on disk and read from there as fast as they are taken, so memory stays flat.
 * `table` and `markdown` give every result, one after another; the other formats give the last result that has rows, and
 * say on standard error that there were others. Stopping early cancels the statement.
 * Throws what a statement threw, after the rows that came before it: then what was yielded is not complete.
 */
export async function* runSql(
  services: SqlServices,
  request: SqlRequest,
  options: { signal?: AbortSignal } = {},
): AsyncIterable<SqlEvent> {
  const { engine } = services;
  const { signal } = options;
  if (signal?.aborted) throw new CancelledError();
  const id = `sql-${randomBytes(6).toString('hex')}`;
  const session = await engine.openSession(id);
  const connection = await engine.connect();
  const running = session.run({
    session: id,
    run: id,
    sql: request.sql,
    // What is written elsewhere is whole.
    fetchLimit: 'all',
    ...(request.parameters ? { parameters: request.parameters } : {}),
    ...(request.timeZone === undefined ? {} : { timeZone: request.timeZone }),
  });
  const watch = new RunWatch(engine, id, running);
  const cancel = () => void session.cancel(id);
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    yield* formatRun({ engine, connection, watch, request, signal });
    const info = await watch.ended();
    if (signal?.aborted || info.state === 'cancelled') throw new CancelledError();
    if (info.error) throw new MillraceError(info.error);
  } finally {
    signal?.removeEventListener('abort', cancel);
    await session.cancel(id);
    await running.catch(() => undefined); // Told above, or nobody waits for it any more.
    watch.close();
    connection.close();
    await engine.closeSession(id);
  }
}

interface Job {
  engine: Engine;
  connection: EngineConnection;
  watch: RunWatch;
  request: SqlRequest;
  signal: AbortSignal | undefined;
}

async function* formatRun(job: Job): AsyncIterable<SqlEvent> {
  const { format, sql } = job.request;
  const every = format === 'table' || format === 'markdown';
  const single = splitStatements(sql).length === 1;
  const waiting: ResultInfo[] = [];
  let written = 0;
  for await (const result of job.watch.results()) {
    if (result.kind === 'changed') yield { note: changedNote(result) };
    if (result.kind !== 'rows') continue;
    if (every || single) {
      if (written > 0) yield { data: Buffer.from('\n') };
      yield* formatResult(job, result);
      written += 1;
    } else {
      waiting.push(result);
    }
  }
  const last = waiting.at(-1);
  const { error } = await job.watch.ended();
  if (!last || error) return;
  yield* formatResult(job, last);
  if (waiting.length > 1) yield { note: leftOutNote(waiting.length, format) };
}

function changedNote(result: ResultInfo): string {
  const rows = result.changedRows ?? 0;
  return `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'} changed.`;
}

function leftOutNote(count: number, format: string): string {
  return `${count} statements yielded rows; ${format} holds the last result alone. The formats table and markdown show all.`;
}

async function* formatResult(job: Job, result: ResultInfo): AsyncIterable<SqlEvent> {
  switch (job.request.format) {
    case 'table':
      await finished(job, result.id);
      yield* tableText(job, job.engine.results.info(result.id));
      return;
    case 'parquet':
      await finished(job, result.id);
      yield* parquetBytes(job, result.id);
      return;
    default:
      yield* followLines(job, result.id, job.request.format);
  }
}

/** Waits until all rows of the result are kept; throws its error where it was cut. */
async function finished(job: Job, id: string): Promise<void> {
  for (;;) {
    const { state, error } = job.engine.results.info(id);
    if (error) throw new MillraceError(error);
    if (state !== 'running') return;
    await job.watch.change();
  }
}

/** The lines of a result whose rows may still be coming: always the part that is kept and not yet told. */
async function* followLines(job: Job, id: string, name: PlainFormat): AsyncIterable<SqlEvent> {
  const { connection, engine, signal } = job;
  const { table, columns } = engine.results.relation(id);
  const relation = await openRelation(connection, { sql: `SELECT * FROM ${table}`, columns }, job.request.timeZone);
  const format = plainFormat(name, relation.columns);
  if (format.head !== '') yield { data: Buffer.from(format.head) };
  let rows = 0;
  for (;;) {
    const info = engine.results.info(id);
    if (info.rowCount > rows) {
      const sql = `SELECT ${format.line} AS line FROM ${table} WHERE rowid >= ${rows} AND rowid < ${info.rowCount}`;
      for await (const batch of streamLines(connection, sql, signal)) {
        yield { data: rows === 0 ? batch.bytes.subarray(format.skipFirst) : batch.bytes };
        rows += batch.rows;
      }
    } else if (info.state === 'running') {
      await job.watch.change();
    } else if (info.error) {
      throw new MillraceError(info.error);
    } else {
      break;
    }
  }
  const tail = rows === 0 ? (format.emptyTail ?? format.tail) : format.tail;
  if (tail !== '') yield { data: Buffer.from(tail) };
}

/** Parquet has its directory at the end, so the file is made in the project's temporary folder first. */
async function* parquetBytes(job: Job, id: string): AsyncIterable<SqlEvent> {
  const { table, columns } = job.engine.results.relation(id);
  const [row] = await job.connection.rows<{ folder: string }>(`SELECT current_setting('temp_directory') AS folder`);
  const file = join(row?.folder ?? '', `sql-${randomBytes(6).toString('hex')}.parquet`);
  try {
    const relation = { sql: `SELECT * FROM ${table}`, columns };
    const target = { format: 'parquet', file, overwrite: false } as const;
    const outcome = await exportRelation(job.connection, relation, target, job.signal ? { signal: job.signal } : {});
    for (const note of outcome.notes) yield { note };
    for await (const chunk of createReadStream(file)) yield { data: chunk as Buffer };
  } finally {
    await rm(file, { force: true });
  }
}
