import type { DuckDBConnection } from '@duckdb/node-api';
import type { BackendEvent } from '../../shared/events';
import type { QuerySlots } from './query-slots';

/** What connections, sessions and results need of the engine they belong to. */
export interface EngineHost {
  readonly slots: QuerySlots;
  /** Counts the times the instance was opened: connections of an earlier one are dead. */
  readonly generation: number;
  readonly restricted: boolean;
  readonly projectFolder: string;
  /** The database that worksheets start in, once it is attached: the lake. */
  readonly defaultCatalog: string | undefined;
  /** A new connection to the instance that is open now; throws ENGINE_LOST while the engine reopens itself. */
  connectRaw(): Promise<DuckDBConnection>;
  /** Resolves when the engine is not reopening itself; call it before taking a slot. */
  settled(): Promise<void>;
  /** Closes one that `connectRaw` gave; harmless after a reopening. */
  disconnectRaw(connection: DuckDBConnection): void;
  /** Tells the engine of a failed statement, so that it opens itself anew where the instance is lost. */
  noteError(error: unknown): Promise<void>;
  /** Functions whose second call gives another answer or leaves a trace, in lower case. */
  volatileFunctions(): Promise<ReadonlySet<string>>;
  emit(event: BackendEvent): void;
}
