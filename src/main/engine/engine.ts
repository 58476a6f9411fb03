import { setTimeout as sleep } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { version as bindingVersion } from '@duckdb/node-api';
import { errorShape, MillraceError } from '../../shared/errors';
import type { BackendEvent, EngineStatus } from '../../shared/events';
import type { CancelRemote } from './cancel-remote';
import { EngineConnection } from './connection';
import { mayInvalidate, readFault } from './engine-error';
import { extensionMissing } from './extensions';
import { type EngineOptions, type OpenInstance, openInstance, projectLocked, removeScratch } from './instance';
import { memoryLimit, parseSize } from './limits';
import type { NativeRunner } from './native-runner';
import type { PrepareSql } from './prepared-sql';
import { QuerySlots } from './query-slots';
import type { ScratchFile } from './result-keeper';
import { ResultStore } from './result-store';
import { Session, type SessionHost } from './session';
import type { StatementGuard } from './statement-guard';

export type { EngineOptions } from './instance';

/** Extensions are loaded when something asks for them, and after this time anyway: just then a window is being drawn. */
const SEAL_AFTER_MILLISECONDS = 1_000;

/** State folders open in this process: file locks are per process, so they would not keep a second engine out. */
const openFolders = new Set<string>();

/**
 * DuckDB for one project: sessions for worksheets, connections for the app's own reading, and the store of kept
 * results. It owns the project: while it is open no other process can open it.
 */
export class Engine implements SessionHost {
  readonly version = bindingVersion();
  readonly results: ResultStore;
  readonly slots = new QuerySlots();
  /** Run on each statement before it is executed; rewrites file references. */
  prepareSql: PrepareSql | undefined;
  /** Runs statements on the servers of connections. */
  native: NativeRunner | undefined;
  /** Stops what a cancelled statement waits for on servers. */
  cancelRemote: CancelRemote | undefined;
  /** Asked what a failed statement's error really is; gives the same error where it knows no better. */
  explainError: ((sql: string, error: MillraceError) => Promise<MillraceError>) | undefined;
  /** Asked before each statement of a worksheet whether it may run, and whether it is to wait in a transaction. */
  guard: StatementGuard | undefined;
  /** The database that worksheets start in; set by what attached it. */
  defaultCatalog: string | undefined;
  /** Run on each instance that replaces one that was lost, before anything else gets to it. */
  onReopened: ((connection: DuckDBConnection) => Promise<void>) | undefined;
  generation = 1;
  private readonly sessions = new Map<string, Session>();
  private readonly listeners = new Set<(event: BackendEvent) => void>();
  private readonly connections = new Set<DuckDBConnection>();
  private reopening: Promise<void> | undefined;
  private volatileNames: Promise<ReadonlySet<string>> | undefined;
  private statusConnection: EngineConnection | undefined;
  private closed = false;
  private readonly sealTimer: NodeJS.Timeout;

  private constructor(
    private readonly options: EngineOptions,
    private current: OpenInstance,
  ) {
    this.results = new ResultStore(this);
    // A failure is told to whoever asks next.
    this.sealTimer = setTimeout(() => void this.sealed().catch(() => undefined), SEAL_AFTER_MILLISECONDS).unref();
  }

  /**
   * Opens the engine of a project.
   * @throws PROJECT_LOCKED where it is open elsewhere; PROJECT_INVALID for limits that are no sizes.
   */
  static async open(options: EngineOptions): Promise<Engine> {
    if (openFolders.has(options.stateFolder)) throw projectLocked(options.projectFolder, `(PID ${process.pid})`);
    openFolders.add(options.stateFolder);
    try {
      return new Engine(options, await openInstance(options));
    } catch (error) {
      openFolders.delete(options.stateFolder);
      throw error;
    }
  }

  get restricted(): boolean {
    return this.options.restricted;
  }

  get projectFolder(): string {
    return this.options.projectFolder;
  }

  /** A connection for the app's own reading. Close it when done. */
  async connect(): Promise<EngineConnection> {
    await this.settled();
    return EngineConnection.open(this);
  }

  /**
   * A connection that does not wait for the extensions. While they are being loaded the instance takes code from any
   * file, so this is for fixed statements of the app's own alone, never for a word of what a user or a file says.
   */
  async connectEarly(): Promise<EngineConnection> {
    await this.settled();
    return EngineConnection.open(this, await this.connectUnsealed());
  }

  /** The session of that id, made where there is none yet. */
  async openSession(id: string): Promise<Session> {
    const session = this.sessions.get(id) ?? new Session(this, id);
    this.sessions.set(id, session);
    return session;
  }

  /** Throws NOT_FOUND where no such session is open. */
  session(id: string): Session {
    const session = this.sessions.get(id);
    if (session) return session;
    throw new MillraceError({
      code: 'NOT_FOUND',
      message: 'This worksheet has no session.',
      hint: 'Open the worksheet again.',
    });
  }

  async closeSession(id: string): Promise<void> {
    const session = this.sessions.get(id);
    this.sessions.delete(id);
    await session?.close();
  }

  /** Whether a query runs or a worksheet has a transaction open. */
  isInUse(): boolean {
    return this.slots.busy || [...this.sessions.values()].some((session) => session.inTransaction);
  }

  /** Throws EXTENSION_MISSING where the extension did not load; for what is about to need it. */
  async requireExtension(name: string): Promise<void> {
    const reason = (await this.sealed()).get(name);
    if (reason !== undefined) throw extensionMissing(name, reason);
  }

  /** Resolves when the extensions are loaded and the configuration is locked; gives those that could not be loaded. */
  sealed(): Promise<ReadonlyMap<string, string>> {
    return this.current.seal();
  }

  /** What the status bar shows. */
  async status(): Promise<EngineStatus> {
    await this.settled();
    this.statusConnection ??= await this.connectEarly();
    const [memory] = await this.statusConnection.rows<{ memory: string; temporary: string }>(
      'SELECT coalesce(sum(memory_usage_bytes), 0)::BIGINT AS memory, coalesce(sum(temporary_storage_bytes), 0)::BIGINT AS temporary FROM duckdb_memory()',
    );
    return {
      version: this.version,
      running: this.slots.running,
      queued: this.slots.queued,
      memoryBytes: Number(memory?.memory ?? 0),
      memoryLimitBytes: memoryLimit(this.options.limits),
      temporaryBytes: Number(memory?.temporary ?? 0),
    };
  }

  /** Calls the listener with every event; gives the function that ends it. */
  on(listener: (event: BackendEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Stops what runs, undoes open transactions, and lets go of the project. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.reopening;
    for (const session of this.sessions.values()) session.cancelAll();
    for (const id of [...this.sessions.keys()]) await this.closeSession(id);
    this.statusConnection?.close();
    this.results.shutdown();
    await this.closeInstance();
    openFolders.delete(this.options.stateFolder);
  }

  emit(event: BackendEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  scratch(): ScratchFile {
    const limit = this.options.limits?.results;
    return {
      file: this.current.scratchFile,
      limit: limit === undefined ? undefined : parseSize(limit, 'results'),
    };
  }

  /** Resolves when the engine is not reopening itself. */
  async settled(): Promise<void> {
    await this.reopening;
  }

  async connectRaw(): Promise<DuckDBConnection> {
    if (this.reopening) throw lost('The engine is opening itself anew.');
    await this.sealed();
    return this.connectUnsealed();
  }

  private async connectUnsealed(): Promise<DuckDBConnection> {
    if (this.reopening) throw lost('The engine is opening itself anew.');
    const connection = await this.current.instance.connect();
    this.connections.add(connection);
    await connection.run('SET enable_progress_bar = true');
    await connection.run('SET enable_progress_bar_print = false');
    return connection;
  }

  disconnectRaw(connection: DuckDBConnection): void {
    if (!this.connections.delete(connection)) return;
    connection.closeSync();
  }

  /** After an error that may have invalidated the instance: a look whether it has, and if so the reopening. */
  async noteError(error: unknown): Promise<void> {
    if (this.reopening || this.closed) return;
    const isLost = error instanceof MillraceError ? error.code === 'ENGINE_LOST' : mayInvalidate(readFault(error));
    if (!isLost || (await this.isAlive())) return;
    // Not awaited: the caller still holds the slot that the reopening waits for.
    void this.reopen();
  }

  /**
   * Closes the instance and opens it anew; sessions and connections go on with the new one, kept results are lost and
   * say so. Where that fails the backend must be restarted: listeners are told `lost`.
   */
  reopen(): Promise<void> {
    this.reopening ??= this.openAnew().finally(() => {
      this.reopening = undefined;
    });
    return this.reopening;
  }

  volatileFunctions(): Promise<ReadonlySet<string>> {
    this.volatileNames ??= this.readVolatileFunctions().catch((error: unknown) => {
      this.volatileNames = undefined;
      throw error;
    });
    return this.volatileNames;
  }

  private async readVolatileFunctions(): Promise<ReadonlySet<string>> {
    const connection = await this.connectRaw();
    try {
      const result = await connection.run(
        "SELECT DISTINCT lower(function_name) FROM duckdb_functions() WHERE stability = 'VOLATILE' OR has_side_effects",
      );
      const names = (await result.getRows()).map((row) => String(row[0]));
      // It throws by design, and its second call is what tells how.
      return new Set(names.filter((name) => name !== 'error'));
    } finally {
      this.disconnectRaw(connection);
    }
  }

  private async isAlive(): Promise<boolean> {
    try {
      const connection = await this.current.instance.connect();
      await connection.run("SELECT count(*) FROM duckdb_tables() WHERE database_name = 'results'");
      connection.closeSync();
      return true;
    } catch {
      // What the question was about: an instance that cannot answer is lost.
      return false;
    }
  }

  private async openAnew(): Promise<void> {
    const error = lost('The engine stopped at an internal error and was opened anew.');
    try {
      await this.closeInstance();
      this.current = await openInstance(this.options);
      await this.current.seal();
      await this.prepareReopened();
      this.generation += 1;
      this.volatileNames = undefined;
      this.results.lose(error);
      this.emit({ type: 'engine', state: 'reopened', error: errorShape(error) });
    } catch (failure) {
      this.emit({ type: 'engine', state: 'lost', error: errorShape(failure) });
      throw failure;
    }
  }

  private async prepareReopened(): Promise<void> {
    if (!this.onReopened) return;
    const connection = await this.current.instance.connect();
    try {
      await this.onReopened(connection);
    } finally {
      connection.closeSync();
    }
  }

  /** Waits for running statements before their connections are closed, as closing under them would crash. */
  private async closeInstance(): Promise<void> {
    clearTimeout(this.sealTimer);
    const until = Date.now() + 5000;
    while (this.slots.busy && Date.now() < until) {
      for (const connection of this.connections) connection.interrupt();
      await sleep(20);
    }
    for (const connection of [...this.connections]) this.disconnectRaw(connection);
    await this.current.sealing()?.catch(() => undefined); // told to those who waited for it
    this.current.instance.closeSync();
    await removeScratch(this.current.scratchFile);
  }
}

function lost(message: string): MillraceError {
  return new MillraceError({
    code: 'ENGINE_LOST',
    message,
    hint: 'Run the query again; results that were kept are gone.',
  });
}
