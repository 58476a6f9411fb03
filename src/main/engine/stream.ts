import type {
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBPreparedStatement,
  DuckDBResult,
  DuckDBType,
  StatementType,
} from '@duckdb/node-api';
import type { ColumnInfo } from '../../shared/columns';
import { CancelledError, MillraceError } from '../../shared/errors';
import { isAbortedTransaction, readFault } from './engine-error';
import { type ErrorContext, toMillraceError } from './errors';
import { type StatementKind, statementKind } from './statement';
import { columnInfo } from './type-name';
import { isVolatileQuery } from './volatility';

/** How a statement's rows are asked for. */
export interface StreamRequest {
  connection: DuckDBConnection;
  /** One statement. */
  sql: string;
  /** Binds the parameters of each statement that is prepared for it. */
  bind?: (prepared: DuckDBPreparedStatement) => void;
  signal?: AbortSignal | undefined;
  /** The connection is in a transaction of the user's, which must be left as it is. */
  inTransaction: boolean;
  /** Functions that forbid a second run, in lower case; asked for only after a cut. */
  volatileFunctions: () => Promise<ReadonlySet<string>>;
  /** A fresh, fully qualified table name for the second run after a cut; its columns are named c0…cn. */
  rescueTable: string;
  /** Takes the whole result of the second run, in place of the rows told so far. Without it that is an error. */
  onRescued?: (table: string, rows: number) => void | Promise<void>;
  /**
   * Asked with the columns of a SELECT before it runs: whether its rows should go straight into the rescue table, as
   * with very many columns they hold up the event loop. They are then told by `onRescued`.
   */
  goesDirect?: (columns: number) => boolean;
  /**
   * Lends another connection, to learn there why a query was cut inside the user's transaction: that one takes no
   * further statement.
   */
  elsewhere?: <T>(work: (connection: DuckDBConnection) => Promise<T>) => Promise<T>;
  onStart(columns: ColumnInfo[], types: DuckDBType[], kind: StatementKind): void | Promise<void>;
  onChunk(chunk: DuckDBDataChunk): void | Promise<void>;
  errorContext?: ErrorContext;
}

/** How a stream ended: every row was told (or is in the rescued table). */
export interface StreamEnd {
  kind: StatementKind;
  statementType: StatementType;
  rows: number;
  /** For INSERT, UPDATE, DELETE, MERGE and COPY without rows. */
  changedRows: number | undefined;
  rescued: boolean;
}

/**
 * The one way rows leave DuckDB. Its stream ends like a complete one when the query dies after its first rows, so a
 * SELECT runs in a transaction, and once drained `select 1` tells whether that was aborted. Then the statement runs
 * once more as CREATE TABLE … AS, which gives the true error or the whole result; one with side effects or volatile
 * functions does not, and neither does one inside the user's own transaction: "stopped after N rows".
 * Statements of other kinds are run whole by DuckDB before their first row is told; they throw by themselves.
 * @throws MillraceError with the position in the user's text; CancelledError once the signal fired.
 */
export async function streamGuarded(request: StreamRequest): Promise<StreamEnd> {
  const stopWatching = interruptOnAbort(request.connection, request.signal);
  try {
    throwIfCancelled(request.signal);
    return await prepareAndRun(request);
  } catch (error) {
    if (request.signal?.aborted) throw new CancelledError();
    throw toMillraceError(error, { sql: request.sql, ...request.errorContext });
  } finally {
    stopWatching();
  }
}

/** Interrupts the connection when the signal fires, again and again, as one between two steps goes unheard. */
function interruptOnAbort(connection: DuckDBConnection, signal: AbortSignal | undefined): () => void {
  if (!signal) return () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    connection.interrupt();
    timer = setInterval(() => connection.interrupt(), 25);
  };
  if (signal.aborted) interrupt();
  else signal.addEventListener('abort', interrupt, { once: true });
  return () => {
    signal.removeEventListener('abort', interrupt);
    clearInterval(timer);
  };
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}

/** Prepares the last of the statements that the text makes (PIVOT makes several) after running those before it. */
export async function prepareLast(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql);
  for (let index = 0; index < statements.count - 1; index += 1) {
    const prepared = await statements.prepare(index);
    try {
      await prepared.run();
    } finally {
      prepared.destroySync();
    }
  }
  return statements.prepare(statements.count - 1);
}

async function prepareAndRun(request: StreamRequest): Promise<StreamEnd> {
  const prepared = await prepareLast(request.connection, request.sql);
  try {
    request.bind?.(prepared);
    const kind = statementKind(prepared.statementType);
    if (kind !== 'query') return await runWhole(request, prepared, kind);
    const isDirect = !request.inTransaction && request.goesDirect?.(prepared.columnCount);
    return isDirect ? await runDirect(request, prepared) : await streamQuery(request, prepared, kind);
  } finally {
    prepared.destroySync();
  }
}

async function runWhole(
  request: StreamRequest,
  prepared: DuckDBPreparedStatement,
  kind: StatementKind,
): Promise<StreamEnd> {
  const result = await prepared.run();
  const statementType = prepared.statementType;
  if (kind === 'change' && !givesRows(result)) {
    await request.onStart([], [], kind);
    return { kind, statementType, rows: 0, changedRows: result.rowsChanged, rescued: false };
  }
  if (!givesRows(result)) {
    await request.onStart([], [], 'none');
    return { kind, statementType, rows: 0, changedRows: undefined, rescued: false };
  }
  const rows = await tellRows(request, result, 'rows');
  return { kind: 'rows', statementType, rows, changedRows: undefined, rescued: false };
}

/** DDL, SET and BEGIN yield a column and no rows; DuckDB tells such results by their return type. */
function givesRows(result: DuckDBResult): boolean {
  const QUERY_RESULT = 3;
  return Number(result.returnType) === QUERY_RESULT;
}

async function tellRows(request: StreamRequest, result: DuckDBResult, kind: StatementKind): Promise<number> {
  const types = result.columnTypes();
  const columns = result.columnNames().map((name, index) => columnInfo(name, types[index] as DuckDBType));
  await request.onStart(columns, types, kind);
  let rows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return rows;
    await request.onChunk(chunk);
    rows += chunk.rowCount;
  }
}

async function streamQuery(
  request: StreamRequest,
  prepared: DuckDBPreparedStatement,
  kind: StatementKind,
): Promise<StreamEnd> {
  const { connection, inTransaction } = request;
  const end: StreamEnd = {
    kind,
    statementType: prepared.statementType,
    rows: 0,
    changedRows: undefined,
    rescued: false,
  };
  if (!inTransaction) await connection.run('BEGIN TRANSACTION');
  try {
    end.rows = await tellRows(request, await prepared.stream(), kind);
    if (await isWhole(connection)) {
      if (!inTransaction) await connection.run('COMMIT');
      return end;
    }
  } catch (error) {
    if (!inTransaction) await rollback(connection);
    throw error;
  }
  if (!inTransaction) await rollback(connection);
  throwIfCancelled(request.signal);
  return rescue(request, prepared.columnCount, end);
}

/** Without partial rows on the way, DuckDB tells every error by itself. */
async function runDirect(request: StreamRequest, prepared: DuckDBPreparedStatement): Promise<StreamEnd> {
  const types = Array.from({ length: prepared.columnCount }, (_, index) => prepared.columnType(index));
  const columns = types.map((type, index) => columnInfo(prepared.columnName(index), type));
  await request.onStart(columns, types, 'query');
  await createRescueTable(request, columns.length);
  const rows = await countRows(request);
  await request.onRescued?.(request.rescueTable, rows);
  return { kind: 'query', statementType: prepared.statementType, rows, changedRows: undefined, rescued: true };
}

async function isWhole(connection: DuckDBConnection): Promise<boolean> {
  try {
    await connection.run('select 1');
    return true;
  } catch (error) {
    const fault = readFault(error);
    if (isAbortedTransaction(fault) || /^interrupt/i.test(fault.type)) return false;
    throw error;
  }
}

async function rollback(connection: DuckDBConnection): Promise<void> {
  try {
    await connection.run('ROLLBACK');
  } catch (error) {
    const fault = readFault(error);
    // An interrupt that comes late hits the ROLLBACK itself; it must not leave the transaction open.
    if (/^interrupt/i.test(fault.type)) await connection.run('ROLLBACK');
    else if (!/no transaction is active/i.test(fault.message)) throw error;
  }
}

async function rescue(request: StreamRequest, columns: number, end: StreamEnd): Promise<StreamEnd> {
  if (request.inTransaction) {
    const cause = await causeElsewhere(request, columns);
    throw stopped(end.rows, 'Run ROLLBACK, then the query outside of the transaction.', cause);
  }
  if (await isVolatileQuery(request.connection, request.sql, await request.volatileFunctions())) {
    throw stopped(
      end.rows,
      'It was not run again to learn the cause, as it changes something or never gives the same.',
    );
  }
  await createRescueTable(request, columns);
  throwIfCancelled(request.signal);
  const rows = await countRows(request);
  if (!request.onRescued) {
    await request.connection.run(`DROP TABLE ${request.rescueTable}`);
    throw stopped(end.rows, 'A second try went through: run it again.');
  }
  await request.onRescued(request.rescueTable, rows);
  return { ...end, rows, rescued: true };
}

/**
 * Why a query dies that was cut inside the user's transaction, as the same query tells outside of it. Undefined where it
 * goes through there, or depends on what only the transaction sees.
 */
async function causeElsewhere(request: StreamRequest, columns: number): Promise<MillraceError | undefined> {
  return request.elsewhere?.(async (connection) => {
    const stopWatching = interruptOnAbort(connection, request.signal);
    try {
      if (await isVolatileQuery(connection, request.sql, await request.volatileFunctions())) return undefined;
      await createRescueTable({ ...request, connection }, columns);
      await connection.run(`DROP TABLE ${request.rescueTable}`);
      return undefined;
    } catch (error) {
      const cause = toMillraceError(error);
      return cause.code === 'SQL_BIND' || cause.code === 'SQL_PARSE' ? undefined : cause;
    } finally {
      stopWatching();
    }
  });
}

function stopped(rows: number, hint: string, cause?: MillraceError): MillraceError {
  const why = cause ? `: ${cause.message}` : '.';
  return new MillraceError({
    code: 'RESULT_CUT',
    message: `The query stopped after ${rows.toLocaleString('en-US')} rows${why}`,
    hint: cause?.hint === undefined ? hint : `${hint} ${cause.hint}`,
    ...(cause?.sql === undefined ? {} : { sql: cause.sql }),
    ...(cause?.at === undefined ? {} : { at: cause.at }),
    cause,
  });
}

async function countRows(request: StreamRequest): Promise<number> {
  const counted = await request.connection.run(`SELECT count(*) FROM ${request.rescueTable}`);
  return Number((await counted.getRows())[0]?.[0] ?? 0);
}

/** Its columns are named c0…cn, as those of the query may repeat. */
async function createRescueTable(request: StreamRequest, columns: number): Promise<void> {
  const names = Array.from({ length: columns }, (_, index) => `c${index}`).join(', ');
  const prefix = `CREATE TABLE ${request.rescueTable} (${names}) AS\n`;
  try {
    await runBound(request, `${prefix}${request.sql}`);
  } catch (error) {
    // DESCRIBE, SHOW and their like stand only inside parentheses.
    if (!/^parser$/i.test(readFault(error).type)) throw shiftedError(request, error, prefix);
    const wrapped = `${prefix}FROM (\n`;
    await runBound(request, `${wrapped}${request.sql}\n)`).catch((second: unknown) => {
      throw shiftedError(request, second, wrapped);
    });
  }
}

async function runBound(request: StreamRequest, sql: string): Promise<void> {
  const prepared = await prepareLast(request.connection, sql);
  try {
    request.bind?.(prepared);
    await prepared.run();
  } finally {
    prepared.destroySync();
  }
}

/** The position counts from the start of the longer text; the user's statement begins behind the prefix. */
function shiftedError(request: StreamRequest, error: unknown, prefix: string): MillraceError {
  const context = request.errorContext ?? {};
  const original = context.toOriginal ?? ((offset: number) => offset);
  return toMillraceError(error, {
    ...context,
    sql: `${prefix}${request.sql}`,
    original: context.original ?? request.sql,
    toOriginal: (offset) => original(Math.max(0, offset - prefix.length)),
  });
}
