import { AsyncDuckDB, VoidLogger } from '@duckdb/duckdb-wasm';
import workerUrl from '@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url';
import moduleUrl from '@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url';
import { CancelledError, MillraceError } from '../../shared/errors';
import { LENS_SETTINGS, type LensConnection, type LensDatabase } from './lens-database';

/** What duckdb-wasm needs to keep whole numbers and decimals whole on their way out. */
const CONFIG = {
  path: ':memory:',
  maximumThreads: 1,
  query: {
    castBigIntToDouble: false,
    castDecimalToDouble: false,
    castTimestampToDate: false,
    queryPollingInterval: 40,
  },
};

/**
 * Starts duckdb-wasm in a worker from this origin's own files (its default worker is a blob:, which the content policy
 * forbids). Throws `UNSUPPORTED` where worker or module do not start.
 */
export async function openBrowserDatabase(): Promise<LensDatabase> {
  const worker = new Worker(workerUrl);
  const lost = watch(worker);
  const database = new AsyncDuckDB(new VoidLogger(), worker);
  const close = () => {
    lost.end(new MillraceError({ code: 'NOT_FOUND', message: 'The result lens was closed.' }));
    return database.terminate();
  };
  try {
    await lost.race(database.instantiate(new URL(moduleUrl, document.baseURI).href));
    await lost.race(database.open(CONFIG));
    const first = await lost.race(database.connectInternal());
    for (const sql of LENS_SETTINGS) await lost.race(database.runQuery(first, sql));
    await lost.race(database.disconnect(first));
  } catch (error) {
    await close();
    throw new MillraceError({ code: 'UNSUPPORTED', message: 'The result lens did not start.', cause: error });
  }
  const inTurn = turns(lost);
  return {
    connect: () => inTurn(async () => connection(database, await lost.race(database.connectInternal()), lost, inTurn)),
    close,
  };
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * One thing at a time over all connections. Seen with 1.32.0: two pending queries whose polls alternate end in `memory
 * access out of bounds`, as the one thread then runs the tasks of both.
 */
function turns(lost: Watch): InTurn {
  let queue: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = lost.race(queue).then(work);
    queue = next.catch(() => undefined);
    return next;
  };
}

interface Watch {
  race<T>(promise: Promise<T>): Promise<T>;
  /** Ends all that still waits. */
  end(error: MillraceError): void;
}

/** A worker that ends answers nothing: duckdb-wasm forgets what was asked of it, so each call races the worker's end. */
function watch(worker: Worker): Watch {
  let end: Watch['end'] = () => undefined;
  const lost = new Promise<never>((_, reject) => {
    end = reject;
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      reject(new MillraceError({ code: 'UNSUPPORTED', message: `The result lens stopped: ${event.message}` }));
    });
  });
  lost.catch(() => undefined);
  return { race: (promise) => Promise.race([lost, promise]), end };
}

function connection(database: AsyncDuckDB, id: number, lost: Watch, inTurn: InTurn): LensConnection {
  return {
    run: (sql, signal) =>
      untilAborted(
        inTurn(() => runPending(database, id, lost, sql, signal)),
        signal,
      ),
    insert: (table, bytes) => inTurn(() => lost.race(database.insertArrowFromIPCStream(id, ownBuffer(bytes), table))),
    close: () => inTurn(() => lost.race(database.disconnect(id))),
  };
}

/** Polls the query in slices, so that an abort is seen between two of them. */
async function runPending(
  database: AsyncDuckDB,
  id: number,
  lost: Watch,
  sql: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (signal?.aborted) throw new CancelledError();
  let header = await lost.race(database.startPendingQuery(id, sql, false));
  while (header === null) {
    if (signal?.aborted) {
      await lost.race(database.cancelPendingQuery(id));
      throw new CancelledError();
    }
    header = await lost.race(database.pollPendingQuery(id));
  }
  const pieces = [header];
  while (true) {
    const piece = await lost.race(database.fetchQueryResults(id));
    if (piece === null) continue;
    if (piece.length === 0) break;
    pieces.push(piece);
  }
  if (signal?.aborted) throw new CancelledError();
  return join(pieces);
}

/** Lets go at once on an abort; the slice that is being worked on may still take a while to end. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(new CancelledError());
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** The worker takes the whole buffer behind the bytes away, so they must be alone in it. */
function ownBuffer(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}

function join(pieces: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
