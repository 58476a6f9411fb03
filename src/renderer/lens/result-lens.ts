import { type RecordBatch, RecordBatchReader, RecordBatchStreamWriter, type Table, tableFromIPC } from 'apache-arrow';
import { CancelledError, MillraceError } from '../../shared/errors';
import type { ResultInfo } from '../../shared/results';
import { expectedBytes, LENS_MOST_RECEIVED, LENS_TOTAL_BYTES, lensColumns } from './lens-budget';
import type { LensConnection, LensDatabase } from './lens-database';
import { dependsOnZone, handOverSql, lensForm } from './lens-policy';

/** Fetches rows of a kept result from the engine as an Arrow IPC stream; `sql` reads the relation `result`. */
export type ResultFetch = (
  resultId: string,
  sql: string,
  options: { timeZone?: string; signal?: AbortSignal },
) => Promise<ReadableStream<Uint8Array>>;

interface Loaded {
  connection: LensConnection;
  schema: string;
  columns: ReadonlySet<number>;
  timeZone: string;
  bytes: number;
  usedAt: number;
}

/**
 * The result lens: results of up to a million rows as tables of a database inside the window. Each lives in a schema of
 * its own as the table `result`, with columns c0…cn and rowid in the order of the result. The database starts with the
 * first load and ends with the last close, as its memory never shrinks.
 */
export class ResultLens {
  readonly #open: () => Promise<LensDatabase>;
  readonly #fetch: ResultFetch;
  readonly #totalBytes: number;
  #database: Promise<LensDatabase> | undefined;
  readonly #loaded = new Map<string, Loaded>();
  readonly #loading = new Map<string, { done: Promise<boolean>; abort: AbortController; timeZone: string }>();
  #starts = 0;
  #schemas = 0;
  #clock = 0;

  constructor(options: { open: () => Promise<LensDatabase>; fetch: ResultFetch; totalBytes?: number }) {
    this.#open = options.open;
    this.#fetch = options.fetch;
    this.#totalBytes = options.totalBytes ?? LENS_TOTAL_BYTES;
  }

  /** Whether the lens would take the result in: complete, at most 1 million rows, with columns that fit. */
  fits(result: ResultInfo): boolean {
    return lensColumns(result) !== undefined;
  }

  /** How often a database was started so far. */
  get starts(): number {
    return this.#starts;
  }

  /** Bytes of all loaded results, as they came. */
  get bytes(): number {
    return [...this.#loaded.values()].reduce((sum, loaded) => sum + loaded.bytes, 0);
  }

  /**
   * Loads a result in the given time zone unless it is there; true once it can be queried, false where it does not fit.
   * Throws when the database or the fetch fails, `CancelledError` when the result is closed meanwhile.
   */
  async load(result: ResultInfo, timeZone: string): Promise<boolean> {
    const there = this.#loaded.get(result.id);
    if (there && (there.timeZone === timeZone || !result.columns.some(dependsOnZone))) return true;
    const running = this.#loading.get(result.id);
    if (running?.timeZone === timeZone) return running.done;
    if (there || running) await this.close(result.id);
    const columns = lensColumns(result);
    if (!columns) return false;
    const abort = new AbortController();
    const done = this.#take(result, columns, timeZone, abort.signal).finally(() => {
      if (this.#loading.get(result.id)?.abort === abort) this.#loading.delete(result.id);
    });
    this.#loading.set(result.id, { done, abort, timeZone });
    return done;
  }

  isLoading(resultId: string): boolean {
    return this.#loading.has(resultId);
  }

  /** Whether a query over these columns can be answered here now: loaded, and each in its own type. */
  canQuery(result: ResultInfo, columns: readonly number[]): boolean {
    const loaded = this.#loaded.get(result.id);
    return loaded !== undefined && columns.every((index) => loaded.columns.has(index) && isNative(result, index));
  }

  /** Whether the columns can be shown from here: loaded, in their own type or as text made for this time zone. */
  canShow(result: ResultInfo, columns: readonly number[], timeZone: string): boolean {
    const loaded = this.#loaded.get(result.id);
    if (!loaded) return false;
    return columns.every((index) => {
      const column = result.columns[index];
      return (
        column !== undefined && loaded.columns.has(index) && (loaded.timeZone === timeZone || !dependsOnZone(column))
      );
    });
  }

  /** Runs SQL over the relation `result`. Throws `NOT_FOUND` when the result is not loaded. */
  async query(resultId: string, sql: string, signal?: AbortSignal): Promise<Table> {
    return tableFromIPC(await this.#use(resultId).connection.run(sql, signal));
  }

  /** Frees a result, also while it loads; the database ends with the last one. */
  async close(resultId: string): Promise<void> {
    const running = this.#loading.get(resultId);
    this.#loading.delete(resultId);
    running?.abort.abort();
    await this.#drop(resultId);
    if (this.#loaded.size === 0 && this.#loading.size === 0) await this.shutdown();
  }

  /** Ends the database at once; the next load starts another. */
  async shutdown(): Promise<void> {
    const database = this.#database;
    this.#database = undefined;
    this.#loaded.clear();
    for (const running of this.#loading.values()) running.abort.abort();
    this.#loading.clear();
    if (database)
      await database.then(
        (open) => open.close(),
        () => undefined,
      );
  }

  async #take(result: ResultInfo, columns: number[], timeZone: string, signal: AbortSignal): Promise<boolean> {
    if (!this.#database) {
      this.#starts += 1;
      this.#database = this.#open();
    }
    const database = this.#database;
    const open = await database.catch((error) => {
      if (this.#database === database) this.#database = undefined;
      throw error;
    });
    if (signal.aborted) throw new CancelledError();
    // Before it comes, as the database's memory never shrinks.
    await this.#makeRoom(expectedBytes(result, columns));
    const schema = `r_${++this.#schemas}`;
    const connection = await open.connect();
    try {
      await connection.run(`CREATE SCHEMA ${schema}`);
      await connection.run(`SET schema = '${schema}'`);
      const stream = this.#fetch(result.id, handOverSql(result.columns, columns), { timeZone, signal });
      const bytes = await receive(stream, connection, schema, signal);
      if (bytes === undefined) {
        await discard(connection, schema);
        return false;
      }
      if (signal.aborted) throw new CancelledError();
      const usedAt = ++this.#clock;
      this.#loaded.set(result.id, { connection, schema, columns: new Set(columns), timeZone, bytes, usedAt });
      return true;
    } catch (error) {
      await discard(connection, schema).catch(() => undefined); // the first error is the one that counts
      throw signal.aborted ? new CancelledError() : error;
    }
  }

  async #makeRoom(bytes: number): Promise<void> {
    for (const [id] of [...this.#loaded].sort(([, a], [, b]) => a.usedAt - b.usedAt)) {
      if (this.bytes + bytes <= this.#totalBytes) return;
      await this.#drop(id);
    }
  }

  async #drop(resultId: string): Promise<void> {
    const loaded = this.#loaded.get(resultId);
    if (!loaded) return;
    this.#loaded.delete(resultId);
    await discard(loaded.connection, loaded.schema);
  }

  #use(resultId: string): Loaded {
    const loaded = this.#loaded.get(resultId);
    if (!loaded) throw new MillraceError({ code: 'NOT_FOUND', message: 'The result is not in the lens.' });
    loaded.usedAt = ++this.#clock;
    return loaded;
  }
}

function isNative(result: ResultInfo, index: number): boolean {
  const column = result.columns[index];
  return column !== undefined && lensForm(column) === 'native';
}

async function discard(connection: LensConnection, schema: string): Promise<void> {
  await connection.run(`DROP SCHEMA ${schema} CASCADE`);
  await connection.close();
}

/** Bytes handed over at once: little is held twice, and queries get their turn between two of them. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** Reads the stream into the table `result`; the bytes it took, or undefined where it grew over the limit. */
async function receive(
  stream: Promise<ReadableStream<Uint8Array>>,
  connection: LensConnection,
  schema: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  let received = 0;
  let batches: RecordBatch[] = [];
  let waiting = 0;
  const handOver = async () => {
    const create = received === waiting;
    const bytes = await RecordBatchStreamWriter.writeAll(batches).toUint8Array();
    batches = [];
    waiting = 0;
    await connection.insert({ schema, name: 'result', create }, bytes);
  };
  for await (const batch of batchesOf(stream)) {
    if (signal.aborted) throw new CancelledError();
    batches.push(batch);
    waiting += batch.data.byteLength;
    received += batch.data.byteLength;
    if (received > LENS_MOST_RECEIVED) return undefined;
    if (waiting >= PIECE_BYTES) await handOver();
  }
  if (batches.length > 0) await handOver();
  return received;
}

/** What fails here is the engine or the way to it, never the lens. */
async function* batchesOf(stream: Promise<ReadableStream<Uint8Array>>): AsyncGenerator<RecordBatch> {
  try {
    yield* await RecordBatchReader.from(await stream);
  } catch (cause) {
    throw new MillraceError({ code: 'ENGINE_LOST', message: 'The result could not be read into the lens.', cause });
  }
}
