/** Where rows that are handed over go; `create` makes the table. */
export interface LensTable {
  schema: string;
  name: string;
  create: boolean;
}

/** One connection to the database in the lens; its calls run one after another. */
export interface LensConnection {
  /** Runs one statement and gives its rows as an Arrow IPC stream. Throws `CancelledError` once the signal is aborted. */
  run(sql: string, signal?: AbortSignal): Promise<Uint8Array>;
  /**
   * Adds the rows of a whole Arrow IPC stream, with its end mark, to a table; the bytes are taken away. Never in pieces:
   * duckdb-wasm frees each piece of a stream while its batches still point into it, so that the table would be made of
   * overwritten memory, or the module traps.
   */
  insert(table: LensTable, bytes: Uint8Array): Promise<void>;
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
