import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  type DuckDBPreparedStatement,
  type DuckDBType,
  DuckDBVarCharType,
  StatementType,
} from '@duckdb/node-api';
import type { ColumnInfo } from '../../shared/columns';
import { CancelledError, errorShape, MillraceError } from '../../shared/errors';
import type { ParameterValue, ResultInfo, RunRequest } from '../../shared/results';
import { redactSql } from '../../shared/sql/redact';
import { type CancelRemote, cancelRemoteOnAbort } from './cancel-remote';
import { freshScratchTable } from './connection';
import type { EngineHost } from './engine-host';
import { type ErrorContext, toMillraceError } from './errors';
import type { KeptResult } from './kept-result';
import { type NativeRunner, nativeChunks, nativeTypes } from './native-runner';
import { bindParameters, hasOpenTypes } from './parameters';
import type { PreparedSql, PrepareSql } from './prepared-sql';
import { lostMidway } from './remote-problem';
import { absoluteFiles, absoluteTargets } from './restricted-files';
import { ResultKeeper, type ScratchFile, WIDE_COLUMNS } from './result-keeper';
import type { ResultStore } from './result-store';
import type { SessionConnection } from './session-connection';
import { placeIn } from './source-position';
import { leadingWords, refuseForbidden, type StatementKind } from './statement';
import { type StreamEnd, streamGuarded } from './stream';

/** One statement of a run, and what it needs. */
export interface StatementTask {
  host: EngineHost;
  store: ResultStore;
  scratch: () => ScratchFile;
  connection: SessionConnection;
  prepareSql: PrepareSql | undefined;
  cancelRemote: CancelRemote | undefined;
  explainError: ((sql: string, error: MillraceError) => Promise<MillraceError>) | undefined;
  native: NativeRunner | undefined;
  runsOn: RunRequest['runsOn'];
  session: string;
  run: string;
  text: string;
  /** Where the statement stands in the text that was run, and where that stands in the editor. */
  start: number;
  runText: string;
  baseOffset: number;
  parameters: Record<string, ParameterValue>;
  explain: RunRequest['explain'];
  fetchLimit: RunRequest['fetchLimit'];
  signal: AbortSignal;
  cancel: () => void;
  nextName: () => string;
}

const EVENT_MILLISECONDS = 100;
const PLAN_PREFIX = { analyze: 'EXPLAIN (ANALYZE, FORMAT JSON) ', plan: 'EXPLAIN (FORMAT JSON) ' };

/** Runs one statement and keeps what it leaves. Rows arrive as events; the last one tells how it ended. */
export class StatementRun {
  private readonly started = Date.now();
  private readonly startedAt = performance.now();
  private result: KeptResult | undefined;
  private keeper: ResultKeeper | undefined;
  private lastEvent = 0;
  private planText: string[] = [];
  private limited: PreparedSql['limited'];

  constructor(private readonly task: StatementTask) {}

  /** Gives how it ended; the error of a failed statement is thrown after its result was told. */
  async execute(): Promise<StreamEnd> {
    const { connection, cancelRemote, signal, text } = this.task;
    const stopCancelling = cancelRemote && cancelRemoteOnAbort(signal, () => cancelRemote(text, this.started));
    try {
      const work = this.task.runsOn === undefined ? this.stream() : this.streamNative(this.task.runsOn);
      const end = await work.finally(stopCancelling);
      await this.finish(end);
      if (end.kind === 'transaction' || leadingWords(this.task.text)[0] === 'EXECUTE') {
        await connection.probeTransaction();
      }
      return end;
    } catch (error) {
      const shaped = this.task.signal.aborted ? new CancelledError() : await this.explained(error);
      await this.fail(shaped);
      await this.task.host.noteError(error);
      throw shaped;
    }
  }

  /** The error with what others know of it: what the engine read from may tell a better reason. */
  private async explained(error: unknown): Promise<MillraceError> {
    const shaped = lostMidway(toMillraceError(error, this.context()), this.result?.info.rowCount ?? 0);
    return (await this.task.explainError?.(this.task.text, shaped)) ?? shaped;
  }

  /** Does what must go before it; a failure there is the statement's own. */
  async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const shaped = this.task.signal.aborted ? new CancelledError() : this.placed(error);
      await this.fail(shaped);
      throw shaped;
    }
  }

  /** An error that counts from the statement's start, with its place in the text that was run. */
  private placed(error: unknown): MillraceError {
    const shaped = toMillraceError(error, this.context());
    const offset = shaped.at?.offset;
    if (offset === undefined) return shaped;
    const { start, runText, baseOffset } = this.task;
    const at = { ...placeIn(runText, start + offset), offset: baseOffset + start + offset };
    return new MillraceError({ ...shaped.toShape(), at, cause: shaped.cause });
  }

  private async stream(): Promise<StreamEnd> {
    const { task } = this;
    const raw = await task.connection.open();
    refuseForbidden(task.text, task.host.restricted);
    const sent = await this.sentSql();
    await task.connection.enterDefaultCatalog();
    let isOpen = false;
    const attempt = (asLiterals: boolean) =>
      streamGuarded({
        connection: raw,
        sql: sent.sql,
        bind: (prepared: DuckDBPreparedStatement) => {
          isOpen = hasOpenTypes(prepared);
          bindParameters(prepared, task.parameters, asLiterals);
        },
        signal: task.signal,
        inTransaction: task.connection.inTransaction,
        volatileFunctions: () => task.host.volatileFunctions(),
        rescueTable: freshScratchTable(),
        elsewhere: (work) => this.elsewhere(work),
        goesDirect: (columns) => columns > WIDE_COLUMNS && !sent.isPlan,
        onRescued: (table, rows) => this.keeper?.replaceWith(table, rows),
        onStart: (columns, types, kind) => this.start(columns, types, kind, sent.isPlan),
        onChunk: (chunk) => this.take(chunk, sent.isPlan),
        errorContext: this.context(sent),
      });
    try {
      return await attempt(false);
    } catch (error) {
      const isBind = error instanceof MillraceError && error.code === 'SQL_BIND';
      if (!isBind || !isOpen || this.result) throw error;
      return attempt(true);
    }
  }

  private async elsewhere<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const { host } = this.task;
    const connection = await host.connectRaw();
    try {
      return await work(connection);
    } finally {
      host.disconnectRaw(connection);
    }
  }

  /** Runs it on the server of a connection; the rows are kept like any other's. */
  private async streamNative(name: string): Promise<StreamEnd> {
    const { native, text, signal, explain, fetchLimit } = this.task;
    if (!native) throw new MillraceError({ code: 'UNSUPPORTED', message: 'Nothing runs on servers here.' });
    const end: StreamEnd = {
      ...{ kind: 'query', statementType: StatementType.INVALID, rows: 0, changedRows: undefined, rescued: false },
    };
    if (explain) {
      this.planText.push(await native.explain(name, text, { analyze: explain === 'analyze', signal }));
      await this.start([], [], 'rows', true);
      return { ...end, kind: 'rows', rows: 1 };
    }
    let columns: ColumnInfo[] = [];
    const run = native.run(name, text, {
      fetchLimit,
      signal,
      onColumns: async (told) => {
        columns = told.map(({ nativeType: _, ...column }) => column);
        await this.start(columns, nativeTypes(columns), 'query', false);
      },
      onRows: async (rows) => {
        for (const chunk of nativeChunks(columns, rows)) await this.take(chunk, false);
      },
    });
    const ended = await run.catch((error: unknown) => {
      throw this.placed(error);
    });
    if (ended.isLimited) this.limited = { at: ended.rows, connection: name };
    const isQuery = this.result !== undefined;
    return {
      ...end,
      kind: isQuery ? 'query' : 'none',
      rows: ended.rows,
      changedRows: isQuery ? undefined : ended.changedRows,
    };
  }

  /** The statement as DuckDB gets it, with the way back to the user's own text. */
  private async sentSql(): Promise<PreparedSql & { isPlan: boolean }> {
    const { task } = this;
    const { fetchLimit } = task;
    const prepared: PreparedSql = (await task.prepareSql?.(
      task.text,
      fetchLimit === 'all' ? {} : { fetchLimit: fetchLimit ?? 'own' },
    )) ?? { sql: task.text, toOriginal: (at: number) => at };
    this.limited = prepared.limited;
    const rewrite = task.host.restricted ? absoluteFiles : absoluteTargets;
    const absolute = rewrite(prepared.sql, task.host.projectFolder);
    const isPlan = task.explain !== undefined && PLANNED.has(leadingWords(task.text)[0] ?? '');
    const prefix = isPlan && task.explain ? PLAN_PREFIX[task.explain] : '';
    return {
      sql: prefix + absolute.sql,
      toOriginal: (at) => prepared.toOriginal(absolute.toOriginal(Math.max(0, at - prefix.length))),
      isPlan,
    };
  }

  /** Errors point into the whole text that was run. */
  private context(sent?: PreparedSql): ErrorContext {
    const { task } = this;
    return {
      sql: sent?.sql ?? task.text,
      original: task.runText,
      toOriginal: (at) => task.start + (sent ? sent.toOriginal(at) : at),
      baseOffset: task.baseOffset,
      restricted: task.host.restricted,
    };
  }

  private async start(columns: ColumnInfo[], types: DuckDBType[], kind: StatementKind, isPlan: boolean): Promise<void> {
    const { task } = this;
    if (kind !== 'query' && kind !== 'rows') return;
    const told = isPlan ? [{ name: 'plan', type: 'JSON', kind: 'json' as const }] : columns;
    const info: ResultInfo = {
      ...this.blank('rows'),
      name: isPlan ? '' : task.nextName(),
      state: 'running',
      columns: told,
      ...(isPlan ? { plan: true } : {}),
    };
    const { runsOn } = task;
    const on = runsOn === undefined ? {} : { runsOn };
    const again = { sql: task.text, offset: info.offset, parameters: task.parameters, ...on };
    this.result = { info, hasTable: false, cancel: task.cancel, again };
    this.keeper = await ResultKeeper.create(
      task.host,
      task.scratch(),
      info.id,
      isPlan ? [DuckDBVarCharType.create('JSON')] : types,
    );
    this.result.hasTable = true;
    task.store.put(this.result);
    this.tell();
  }

  private async take(chunk: DuckDBDataChunk, isPlan: boolean): Promise<void> {
    const { keeper, result } = this;
    if (!keeper || !result) return;
    if (isPlan) {
      this.planText.push(...chunk.getColumnValues(1).map(String));
      return;
    }
    if (result.info.firstRowMilliseconds === undefined) {
      result.info = { ...result.info, firstRowMilliseconds: this.elapsed() };
    }
    const isVisible = await keeper.add(chunk);
    if (!isVisible) return;
    const isFirst = result.info.rowCount === 0;
    result.info = { ...result.info, rowCount: keeper.rowsKept, milliseconds: this.elapsed() };
    if (isFirst || performance.now() - this.lastEvent >= EVENT_MILLISECONDS) this.tell();
  }

  private async finish(end: StreamEnd): Promise<void> {
    const { task, keeper } = this;
    if (!this.result) {
      const isChange = end.changedRows !== undefined;
      const info = { ...this.blank(isChange ? 'changed' : 'none'), state: 'done' as const };
      if (end.changedRows !== undefined) info.changedRows = end.changedRows;
      this.result = { info, hasTable: false, cancel: undefined };
      task.store.put(this.result);
      this.tell();
      return;
    }
    if (this.planText.length > 0) keeper?.keepText(this.planText.join('\n'));
    await keeper?.finish();
    const rowCount = keeper?.rowsKept ?? 0;
    const isLimited = this.limited !== undefined && rowCount >= this.limited.at && !this.result.info.plan;
    this.end({ state: 'done', rowCount, ...(isLimited && this.limited ? { limited: this.limited } : {}) });
    if (!(await this.isStillWanted())) return;
    if (!this.result.info.plan) await task.connection.nameResult(this.result);
    this.tell();
  }

  /** What was read so far stays, marked as cut; where nothing was, the result only tells the error. */
  private async fail(error: MillraceError): Promise<void> {
    const { task } = this;
    const shape = errorShape(error);
    if (!this.result || !this.keeper) {
      const info: ResultInfo = {
        ...this.blank('none'),
        kind: this.result ? 'rows' : 'none',
        state: 'failed',
        error: shape,
      };
      this.result = { info, hasTable: false, cancel: undefined };
      task.store.put(this.result);
      this.tell();
      return;
    }
    try {
      await this.keeper.finish();
    } catch {
      // The rows flushed so far stay; the statement's own error is the one to tell.
    }
    const rowCount = this.keeper.rowsKept;
    this.end({ state: rowCount > 0 ? 'cut' : 'failed', rowCount, error: shape });
    if (!(await this.isStillWanted())) return;
    if (rowCount > 0 && !this.result.info.plan && !task.connection.inTransaction)
      await task.connection.nameResult(this.result);
    this.tell();
  }

  private end(change: Partial<ResultInfo>): void {
    if (!this.result) return;
    this.result.cancel = undefined;
    this.result.info = { ...this.result.info, ...change, milliseconds: this.elapsed() };
  }

  /** A result that was closed while it was read has no more use for its table. */
  private async isStillWanted(): Promise<boolean> {
    const { task, result } = this;
    if (!result || task.store.has(result.info.id)) return true;
    await task.store.dropTable(result.info.id);
    return false;
  }

  private blank(kind: ResultInfo['kind']): ResultInfo {
    const { task } = this;
    return {
      id: task.store.nextId(),
      session: task.session,
      run: task.run,
      name: '',
      sql: redactSql(task.text),
      offset: task.baseOffset + task.start,
      kind,
      state: 'running',
      columns: [],
      rowCount: 0,
      startedAt: this.started,
      milliseconds: this.elapsed(),
      ...(task.runsOn === undefined ? {} : { runsOn: task.runsOn }),
      pinned: false,
    };
  }

  private elapsed(): number {
    return Math.round((performance.now() - this.startedAt) * 10) / 10;
  }

  private tell(): void {
    if (!this.result) return;
    this.lastEvent = performance.now();
    this.task.host.emit({ type: 'result', result: this.result.info });
  }
}

/** What EXPLAIN ANALYZE takes; other statements run as they are. */
const PLANNED: ReadonlySet<string> = new Set([
  'SELECT',
  'WITH',
  'FROM',
  'VALUES',
  '(',
  'INSERT',
  'UPDATE',
  'DELETE',
  'MERGE',
  'CREATE',
  'COPY',
  'SUMMARIZE',
  'TABLE',
]);
