import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { CancelledError, MillraceError } from '../../shared/errors';
import { quoteLiteral } from '../../shared/sql/quote';
import type { EngineConnection } from '../engine/connection';
import type { Engine } from '../engine/engine';
import { METADATA } from './lake-names';

export interface TransactionOptions {
  /** Stands on the snapshot. */
  message: string;
  run?: string | undefined;
  signal?: AbortSignal | undefined;
}

export interface Committed<T> {
  value: T;
  /** Undefined where nothing was changed. */
  snapshot: number | undefined;
}

/** What the work of a transaction runs its statements on. */
export interface LakeStatements {
  run(sql: string): Promise<void>;
  rows<T>(sql: string, parameters?: Record<string, string>): Promise<T[]>;
  /** Runs a statement that changes rows and gives their number. */
  change(sql: string): Promise<number>;
}

const ATTEMPTS = 6;
const PAUSE_MILLISECONDS = 50;

/**
 * Runs `work` as one transaction on the lake. Any error undoes all of it; a conflict with another writer runs it all
 * again, at most five times. Each commit carries a mark of its own, by which a COMMIT whose answer got lost is told from
 * one that failed: a COMMIT that did not throw proves nothing, as after a failed statement it is a rollback.
 * Throws LAKE_CONFLICT, CancelledError, and what the work throws.
 */
export async function runTransaction<T>(
  engine: Engine,
  connection: EngineConnection,
  options: TransactionOptions,
  work: (statements: LakeStatements) => Promise<T>,
): Promise<Committed<T>> {
  const stop = () => connection.interrupt();
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    for (let attempt = 1; ; attempt += 1) {
      const tried = await attemptOnce(engine, connection, options, work);
      if ('snapshot' in tried) return tried;
      if (options.signal?.aborted) throw new CancelledError();
      if (!tried.committing && !isConflict(tried.error)) throw tried.error;
      if (attempt === ATTEMPTS) throw isConflict(tried.error) ? conflict(tried.error) : tried.error;
      await sleep(PAUSE_MILLISECONDS * attempt * (1 + Math.random()));
    }
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
}

async function attemptOnce<T>(
  engine: Engine,
  connection: EngineConnection,
  options: TransactionOptions,
  work: (statements: LakeStatements) => Promise<T>,
): Promise<Committed<T> | { error: unknown; committing: boolean }> {
  const mark = randomUUID();
  const statements = guarded(engine, connection, options.signal);
  let value: T | undefined;
  let isCommitting = false;
  try {
    await statements.run('BEGIN');
    value = await work(statements);
    await statements.run(commitMessage(options, mark));
    isCommitting = true;
    await statements.run('COMMIT');
    return { value, snapshot: await snapshotOf(connection, mark) };
  } catch (error) {
    await rollBack(connection);
    if (!isCommitting) return { error, committing: false };
    const snapshot = await snapshotOf(connection, mark).catch(() => undefined); // The first error is the one to tell.
    return snapshot === undefined ? { error, committing: true } : { value: value as T, snapshot };
  }
}

/** After the engine reopened itself a statement would run outside of the transaction, and stay. */
function guarded(engine: Engine, connection: EngineConnection, signal: AbortSignal | undefined): LakeStatements {
  const { generation } = engine;
  const check = () => {
    if (signal?.aborted) throw new CancelledError();
    if (engine.generation === generation) return;
    throw new MillraceError({
      code: 'ENGINE_LOST',
      message: 'The engine was opened anew during the write.',
      hint: 'The table is as it was before. Run it again.',
    });
  };
  const rows = async <R>(sql: string, parameters?: Record<string, string>) => {
    check();
    return connection.rows<R>(sql, parameters);
  };
  return {
    rows,
    run: async (sql) => {
      check();
      await connection.run(sql);
    },
    change: async (sql) => Number((await rows<{ Count: string }>(sql))[0]?.Count ?? 0),
  };
}

function commitMessage(options: TransactionOptions, mark: string): string {
  const extra = JSON.stringify({ ...(options.run === undefined ? {} : { run: options.run }), write: mark });
  return `CALL ducklake_set_commit_message('lake', ${quoteLiteral(userName())}, ${quoteLiteral(options.message)}, extra_info => ${quoteLiteral(extra)})`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'millrace'; // A container's user may have no name.
  }
}

async function rollBack(connection: EngineConnection): Promise<void> {
  try {
    await connection.run('ROLLBACK');
  } catch {
    // None is open any more: a COMMIT that failed has ended it.
  }
}

async function snapshotOf(connection: EngineConnection, mark: string): Promise<number | undefined> {
  const [found] = await connection.rows<{ id: string }>(
    `SELECT snapshot_id AS id FROM ${METADATA}.ducklake_snapshot_changes
     WHERE contains(commit_extra_info, ${quoteLiteral(mark)}) ORDER BY snapshot_id DESC LIMIT 1`,
  );
  return found === undefined ? undefined : Number(found.id);
}

function isConflict(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return /transaction conflict|conflict|could not serialize|deadlock detected|concurrent/i.test(message);
}

function conflict(error: unknown): MillraceError {
  return new MillraceError({
    code: 'LAKE_CONFLICT',
    message: 'Others changed the table again and again while this was written; nothing was changed.',
    hint: 'Run it again when they are done.',
    cause: error,
  });
}
