import { CancelledError, errorShape, MillraceError } from '../../shared/errors';
import type { OpenTransaction } from '../../shared/events';
import type { ResultInfo, RunInfo, RunRequest } from '../../shared/results';
import { type StatementSpan, splitStatements } from '../../shared/sql/split';
import type { CancelRemote } from './cancel-remote';
import type { EngineHost } from './engine-host';
import { toMillraceError } from './errors';
import type { NativeRunner } from './native-runner';
import { parameterNames } from './parameters';
import type { PrepareSql } from './prepared-sql';
import type { ScratchFile } from './result-keeper';
import type { ResultStore } from './result-store';
import { SessionConnection } from './session-connection';
import { SessionTransaction } from './session-transaction';
import { leadingWords } from './statement';
import type { StatementGuard } from './statement-guard';
import { StatementRun } from './statement-run';
import type { StreamEnd } from './stream';

/** What a session needs of the engine beyond its connections. */
export interface SessionHost extends EngineHost {
  readonly results: ResultStore;
  readonly prepareSql: PrepareSql | undefined;
  readonly guard: StatementGuard | undefined;
  readonly cancelRemote: CancelRemote | undefined;
  readonly explainError: ((sql: string, error: MillraceError) => Promise<MillraceError>) | undefined;
  readonly native: NativeRunner | undefined;
  scratch(): ScratchFile;
}

interface ActiveRun {
  info: RunInfo;
  controller: AbortController;
}

const PROGRESS_MILLISECONDS = 100;

/** One worksheet: its own connection, transaction and temporary objects, and results `_1`, `_2`… One run at a time. */
export class Session {
  private readonly connection: SessionConnection;
  private readonly transaction: SessionTransaction;
  private readonly active = new Map<string, ActiveRun>();
  private queue: Promise<unknown> = Promise.resolve();
  private resultCount = 0;
  private closed = false;
  private readonly stopListening: () => void;

  constructor(
    private readonly host: SessionHost,
    readonly id: string,
  ) {
    this.connection = new SessionConnection(host);
    this.transaction = new SessionTransaction(host, this.connection, id);
    this.stopListening = host.results.onClose((info) => this.forget(info));
  }

  /**
   * Runs the statements one after another up to the first that fails. Resolves when the run has ended, also when it
   * failed or was cancelled; events tell its progress and its results as they come.
   */
  async run(request: RunRequest): Promise<RunInfo> {
    if (this.closed) throw new MillraceError({ code: 'NOT_FOUND', message: 'The worksheet was closed.' });
    const spans = splitStatements(request.sql);
    const run: ActiveRun = { info: newRun(this.id, request.run, spans.length), controller: new AbortController() };
    this.active.set(request.run, run);
    this.tell(run, {});
    const turn = this.queue.then(() => this.runInSlot(run, request, spans));
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  /** Stops a run, waiting or running; answers at once. Unknown or ended runs are left alone. */
  async cancel(run: string): Promise<void> {
    this.active.get(run)?.controller.abort();
  }

  /** Stops everything that runs or waits here. */
  cancelAll(): void {
    for (const run of this.active.values()) run.controller.abort();
  }

  /** The session's results, oldest first, with views on them. */
  list(): ResultInfo[] {
    return this.host.results.list(this.id);
  }

  /** What runs or waits here now, for a window that comes back. */
  runs(): RunInfo[] {
    return [...this.active.values()].map((run) => run.info);
  }

  /** The names of the `$name` parameters in the text. */
  async parameters(sql: string): Promise<string[]> {
    return parameterNames(sql);
  }

  /** Whether the user has a transaction open. */
  get inTransaction(): boolean {
    return this.connection.inTransaction;
  }

  /** The open transaction, with the number of statements that wait in it; null where none is. */
  get openTransaction(): OpenTransaction | null {
    return this.transaction.info;
  }

  /**
   * Commits or undoes the open transaction, after what runs now. Throws where a COMMIT cannot keep what was done: the
   * transaction was aborted, or the database is gone.
   */
  async endTransaction(how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    const turn = this.queue.then(() => this.host.slots.use('run', () => this.transaction.end(how)));
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  /** Stops what runs, lets go of the results and the connection; an open transaction is undone. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.cancelAll();
    await this.queue;
    this.stopListening();
    // Views go with the result that they were made from.
    for (const info of this.list()) if (info.source === undefined) await this.host.results.close(info.id);
    this.connection.close();
  }

  private async runInSlot(run: ActiveRun, request: RunRequest, spans: StatementSpan[]): Promise<RunInfo> {
    const { signal } = run.controller;
    try {
      await this.host.settled();
      await this.host.slots.use('run', () => this.runStatements(run, request, spans), signal);
      this.tell(run, { state: 'done', percent: 100 });
    } catch (error) {
      const isCancelled = signal.aborted || error instanceof CancelledError;
      const shape = errorShape(toMillraceError(error, { restricted: this.host.restricted }));
      this.tell(run, isCancelled ? { state: 'cancelled' } : { state: 'failed', error: shape });
    } finally {
      this.active.delete(request.run);
    }
    return run.info;
  }

  private async runStatements(run: ActiveRun, request: RunRequest, spans: StatementSpan[]): Promise<void> {
    const { signal } = run.controller;
    this.tell(run, { state: 'running', startedAt: Date.now() });
    await this.connection.open();
    await this.connection.setTimeZone(request.timeZone);
    const stopTelling = this.tellProgress(run);
    try {
      for (const [index, span] of spans.entries()) {
        if (signal.aborted) throw new CancelledError();
        await this.runStatement(run, request, span, index);
        run.info = { ...run.info, finished: index + 1 };
      }
    } finally {
      stopTelling();
    }
  }

  private async runStatement(run: ActiveRun, request: RunRequest, span: StatementSpan, index: number): Promise<void> {
    const before = this.list();
    const text = request.sql.slice(span.start, span.end);
    const statement = new StatementRun({
      host: this.host,
      store: this.host.results,
      scratch: () => this.host.scratch(),
      connection: this.connection,
      prepareSql: this.host.prepareSql,
      cancelRemote: this.host.cancelRemote,
      explainError: this.host.explainError,
      native: this.host.native,
      runsOn: request.runsOn,
      session: this.id,
      run: request.run,
      text,
      start: span.start,
      runText: request.sql,
      baseOffset: request.offset ?? 0,
      parameters: request.parameters ?? {},
      explain: request.explain,
      fetchLimit: request.fetchLimit,
      signal: run.controller.signal,
      cancel: () => run.controller.abort(),
      nextName: () => this.nextName(request.firstStatement === undefined ? undefined : request.firstStatement + index),
    });
    const end = await this.guarded(text, statement);
    if (!this.connection.inTransaction) await this.connection.nameWaiting((result) => this.isKept(result.info.id));
    await this.closeReplaced(before);
    if (end.kind === 'none' && CHANGES_CATALOG.has(leadingWords(text)[0] ?? '')) this.host.emit({ type: 'catalog' });
  }

  private async guarded(text: string, statement: StatementRun): Promise<StreamEnd> {
    try {
      await statement.attempt(() => this.transaction.before(text, this.host.guard));
      const end = await statement.execute();
      this.transaction.after(end.kind === 'change');
      return end;
    } catch (error) {
      await this.transaction.failed();
      throw error;
    }
  }

  /** After the statement's number in the worksheet, unless a pinned result has that name; else counted up. */
  private nextName(number: number | undefined): string {
    if (number === undefined) {
      this.resultCount += 1;
      return `_${this.resultCount}`;
    }
    const pinned = new Set(this.list().flatMap((info) => (info.pinned ? [info.name] : [])));
    let free = number;
    while (pinned.has(`_${free}`)) free += 1;
    return `_${free}`;
  }

  /** Lets go of results whose name a newer one took; only now, as the newer may have read the older. */
  private async closeReplaced(before: ResultInfo[]): Promise<void> {
    const taken = new Set(
      this.list()
        .filter((info) => !before.some((one) => one.id === info.id))
        .map((info) => info.name),
    );
    for (const info of before) {
      if (info.kind === 'rows' && info.source === undefined && !info.pinned && taken.has(info.name)) {
        await this.host.results.close(info.id);
      }
    }
  }

  private isKept(id: string): boolean {
    return this.host.results.has(id);
  }

  /** Reads DuckDB's own estimate while statements run. */
  private tellProgress(run: ActiveRun): () => void {
    const timer = setInterval(() => {
      const progress = this.connection.raw?.progress;
      if (!progress) return;
      this.tell(run, {
        percent: progress.percentage < 0 ? -1 : Math.min(100, Math.round(progress.percentage * 10) / 10),
        rowsProcessed: Number(progress.rows_processed),
        totalRows: Number(progress.total_rows_to_process),
      });
    }, PROGRESS_MILLISECONDS);
    return () => clearInterval(timer);
  }

  /** Views of a closed result go when the connection is free. */
  private forget(info: ResultInfo): void {
    if (info.session !== this.id || info.name === '' || info.source !== undefined) return;
    this.queue = this.queue.then(async () => {
      const isTaken = this.list().some((other) => other.name === info.name && other.source === undefined);
      if (this.closed || this.connection.inTransaction || isTaken) return;
      await this.connection.dropView(info.name);
    });
  }

  private tell(run: ActiveRun, change: Partial<RunInfo>): void {
    run.info = { ...run.info, ...change };
    this.host.emit({ type: 'run', run: run.info });
  }
}

const CHANGES_CATALOG: ReadonlySet<string> = new Set(['CREATE', 'DROP', 'ALTER', 'ATTACH', 'DETACH', 'USE', 'SET']);

function newRun(session: string, id: string, statements: number): RunInfo {
  return {
    id,
    session,
    state: 'queued',
    statements,
    finished: 0,
    percent: -1,
    rowsProcessed: 0,
    totalRows: 0,
    startedAt: Date.now(),
  };
}
