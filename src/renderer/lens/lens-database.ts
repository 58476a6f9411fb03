/** One connection to the database in the lens; its calls run one after another. */
export interface LensConnection {
  /** Runs one statement and gives its rows as an Arrow IPC stream. Throws `CancelledError` once the signal is aborted. */
  run(sql: string, signal?: AbortSignal): Promise<Uint8Array>;
  /** Makes a table of a whole Arrow IPC stream with its end mark; the bytes are taken away. */
  insert(table: { schema: string; name: string }, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** The database behind the lens: duckdb-wasm in a worker of the window, or its blocking build in tests. */
export interface LensDatabase {
  connect(): Promise<LensConnection>;
  /** Frees everything at once, also while a statement runs. */
  close(): Promise<void>;
}

/** Statements that a fresh database runs: it never asks for an extension, as none can be had. */
export const LENS_SETTINGS = ['SET autoinstall_known_extensions = false', 'SET autoload_known_extensions = false'];

/** The mark that ends an Arrow IPC stream; duckdb-wasm makes the table when it sees it. */
export const ARROW_STREAM_END = new Uint8Array([255, 255, 255, 255, 0, 0, 0, 0]);
