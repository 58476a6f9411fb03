import type { ColumnInfo } from '../../shared/columns';
import type { Connector, OpenConnection } from './connector';

/** A column of a native result: its name and type as the engine would hold it, and as the server calls it. */
export interface NativeColumn extends ColumnInfo {
  nativeType: string;
}

/** How rows of a native query are taken. */
export interface NativeTake {
  /** No more rows than these are fetched. */
  limit: number | undefined;
  signal: AbortSignal;
  onColumns(columns: NativeColumn[]): void | Promise<void>;
  /** Cells as the server's text, null for NULL; the next rows are fetched when it has returned. */
  onRows(rows: (string | null)[][]): void | Promise<void>;
}

/** How a native statement ended. */
export interface NativeEnd {
  rows: number;
  /** There are more rows than the limit. */
  isLimited: boolean;
  /** For a statement without rows, as the server tells it: `UPDATE`, 3. */
  command: string;
  changedRows: number | undefined;
  /** Warnings and notices of the server. */
  notices: string[];
}

/** A system that runs a worksheet's statements itself, in its own dialect. */
export interface NativeQuery {
  /**
   * Runs one statement on a session of its own and gives its rows as they come; the server stops when the signal fires
   * (CancelledError). Throws what the server says, with the place in the statement.
   */
  runNative(connection: OpenConnection, sql: string, take: NativeTake): Promise<NativeEnd>;
  /** The server's own plan as JSON text; `analyze` runs the statement, and undoes what it wrote. */
  explainNative(
    connection: OpenConnection,
    sql: string,
    options: { analyze: boolean; signal: AbortSignal },
  ): Promise<string>;
}

export function isNativeQuery(connector: Connector): connector is Connector & NativeQuery {
  return 'runNative' in connector;
}
