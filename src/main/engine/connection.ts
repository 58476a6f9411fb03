import { randomBytes } from 'node:crypto';
import type {
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBPreparedStatement,
  DuckDBType,
  DuckDBValue,
} from '@duckdb/node-api';
import type { ColumnInfo } from '../../shared/columns';
import { CancelledError, MillraceError } from '../../shared/errors';
import { ArrowEncoder, ArrowStreamWriter } from './arrow-encoder';
import type { EngineHost } from './engine-host';
import { toMillraceError } from './errors';
import { joinBytes } from './join-bytes';
import { jsonRows } from './json-row';
import { absoluteFiles } from './restricted-files';
import { type StreamEnd, streamGuarded } from './stream';

/** Values for a statement's parameters, by name or by position. */
export type Parameters = Record<string, DuckDBValue> | DuckDBValue[];

/** How rows of {@link EngineConnection.stream} are taken. */
export interface StreamOptions {
  parameters?: Parameters;
  signal?: AbortSignal | undefined;
  onStart(columns: ColumnInfo[], types: DuckDBType[]): void | Promise<void>;
  onChunk(chunk: DuckDBDataChunk): void | Promise<void>;
}

/**
 * A connection for the app's own work. Calls queue up, as a second statement would cut a running stream off; each takes
 * one of the engine's query slots. After the engine reopened itself it goes on with a new connection.
 */
export class EngineConnection {
  private connection: DuckDBConnection;
  private generation: number;
  private queue: Promise<unknown> = Promise.resolve();
  private closed = false;

  private constructor(
    private readonly host: EngineHost,
    connection: DuckDBConnection,
  ) {
    this.connection = connection;
    this.generation = host.generation;
  }

  /** Takes the connection over, where one is given. */
  static async open(host: EngineHost, connection?: DuckDBConnection): Promise<EngineConnection> {
    return new EngineConnection(host, connection ?? (await host.connectRaw()));
  }

  /** The binding's own connection, for prepare and the like; dead after the engine reopened itself. */
  get raw(): DuckDBConnection {
    return this.connection;
  }

  /** Runs the statements of the text for their effect. Throws CancelledError where the signal fires before their end. */
  async run(sql: string, parameters?: Parameters, signal?: AbortSignal): Promise<void> {
    const work = async () => {
      await this.connection.run(this.prepared(sql), parameters);
    };
    await this.exclusive(sql, () => (signal ? this.interruptible(work, signal) : work()), signal);
  }

  /** Small results as rows that JSON can hold: BIGINT, HUGEINT and DECIMAL as strings, times in ISO 8601. */
  async rows<T = Record<string, unknown>>(sql: string, parameters?: Parameters): Promise<T[]> {
    return this.exclusive(sql, async () => {
      const result = await this.connection.run(this.prepared(sql), parameters);
      const names = result.columnNames();
      const types = result.columnTypes();
      const rows: Record<string, unknown>[] = [];
      for (const chunk of await result.fetchAllChunks()) rows.push(...jsonRows(chunk, names, types));
      return rows as T[];
    });
  }

  /** The guarded stream: every row arrives, or it throws. See stream.ts. */
  async stream(sql: string, options: StreamOptions): Promise<StreamEnd> {
    const { parameters } = options;
    const sent = this.prepared(sql);
    return this.exclusive(
      sql,
      () =>
        streamGuarded({
          connection: this.connection,
          sql: sent,
          ...(parameters === undefined
            ? {}
            : { bind: (prepared: DuckDBPreparedStatement) => prepared.bind(parameters) }),
          signal: options.signal,
          inTransaction: false,
          volatileFunctions: () => this.host.volatileFunctions(),
          rescueTable: freshScratchTable(),
          onStart: (columns, types) => options.onStart(columns, types),
          onChunk: (chunk) => options.onChunk(chunk),
          errorContext: { original: sql, restricted: this.host.restricted },
        }),
      options.signal,
    );
  }

  /** The rows of a query as the bytes of an Arrow IPC stream, through the guard. Ends early when it is left. */
  async *arrow(
    sql: string,
    options: { parameters?: Parameters; signal?: AbortSignal } = {},
  ): AsyncIterable<Uint8Array> {
    const leaving = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, leaving.signal]) : leaving.signal;
    const writer = new ArrowStreamWriter();
    const done = this.stream(sql, {
      ...(options.parameters === undefined ? {} : { parameters: options.parameters }),
      signal,
      onStart: (columns, types) =>
        writer.start(
          columns.map((column) => column.name),
          types,
        ),
      onChunk: (chunk) => writer.add(chunk),
    }).then(
      () => writer.finish(),
      (error: unknown) => writer.fail(error),
    );
    try {
      yield* writer;
    } finally {
      leaving.abort();
      await done;
    }
  }

  /**
   * A small result whole, as the bytes of an Arrow IPC stream. DuckDB runs the query to its end before it tells the first
   * row, so it throws by itself: no guard, and half the way of {@link arrow}.
   */
  async arrowWhole(sql: string): Promise<Uint8Array> {
    return this.exclusive(sql, async () => {
      const result = await this.connection.run(this.prepared(sql));
      const encoder = new ArrowEncoder(result.columnNames(), result.columnTypes());
      const pieces: Uint8Array[] = [];
      for (const chunk of await result.fetchAllChunks()) {
        const piece = encoder.add(chunk);
        if (piece) pieces.push(piece);
      }
      return joinBytes([...pieces, encoder.finish()]);
    });
  }

  /** DuckDB's own estimate of what runs now, in percent; undefined where nothing runs or none is known. */
  progress(): number | undefined {
    const percent = this.closed ? -1 : this.connection.progress.percentage;
    return percent < 0 ? undefined : Math.min(percent, 100);
  }

  /** Stops what runs on this connection now. */
  interrupt(): void {
    if (!this.closed) this.connection.interrupt();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.connection.interrupt();
    void this.queue.finally(() => this.host.disconnectRaw(this.connection));
  }

  private async interruptible(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new CancelledError();
    const stop = () => this.connection.interrupt();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await work();
    } catch (error) {
      throw signal.aborted ? new CancelledError() : error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  private prepared(sql: string): string {
    return this.host.restricted ? absoluteFiles(sql, this.host.projectFolder).sql : sql;
  }

  private exclusive<T>(sql: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const turn = this.queue
      .then(() => this.host.settled())
      .then(() => this.host.slots.use('read', () => this.attempt(sql, work), signal));
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private async attempt<T>(sql: string, work: () => Promise<T>): Promise<T> {
    await this.revive();
    try {
      return await work();
    } catch (error) {
      await this.host.noteError(error);
      throw toMillraceError(error, { sql, restricted: this.host.restricted });
    }
  }

  private async revive(): Promise<void> {
    if (this.closed) throw new MillraceError({ code: 'ENGINE_LOST', message: 'The connection was closed.' });
    if (this.generation === this.host.generation) return;
    this.connection = await this.host.connectRaw();
    this.generation = this.host.generation;
  }
}

/** A table name in the scratch file that nobody else uses, fully qualified. */
export function freshScratchTable(): string {
  return `results.main."x${randomBytes(8).toString('hex')}"`;
}
