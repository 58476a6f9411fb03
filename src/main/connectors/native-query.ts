import type { NativeEnd, NativeTake } from '../engine/native-runner';
import type { Connector, OpenConnection } from './connector';

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
    options: { analyze: boolean; readOnly: boolean; signal: AbortSignal },
  ): Promise<string>;
}

export function isNativeQuery(connector: Connector): connector is Connector & NativeQuery {
  return 'runNative' in connector;
}
