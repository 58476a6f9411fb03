import type { TestReport, TestStep } from './connections';
import type { ErrorShape } from './errors';
import type { IngestJob } from './ingest';
import type { Transfer } from './objects';
import type { ResultInfo, RunInfo } from './results';

/** Everything that a window is told without asking travels as one of these, over one stream a window. */
export type BackendEvent =
  | { type: 'run'; run: RunInfo }
  | { type: 'result'; result: ResultInfo }
  | { type: 'engine'; state: 'ready' | 'reopened' | 'lost'; error?: ErrorShape }
  | { type: 'status'; status: EngineStatus }
  | { type: 'files'; folder: string; paths: string[] }
  | { type: 'file-check'; path: string; check: FileCheckSummary }
  | { type: 'export'; job: ExportJob }
  | { type: 'ingest'; job: IngestJob }
  | { type: 'transfer'; transfer: Transfer }
  | { type: 'project' }
  | { type: 'settings' }
  | { type: 'catalog' }
  /** A worksheet's transaction was opened, got a statement, or (null) ended. */
  | { type: 'transaction'; session: string; transaction: OpenTransaction | null }
  /** The list of connections or the state of one changed. */
  | { type: 'connections' }
  /** A step of a test ended; `report` comes with the last one. `test` is the id that the window gave. */
  | { type: 'connection-test'; test: string; step?: TestStep; report?: TestReport };

/** A transaction that waits for COMMIT or ROLLBACK. */
export interface OpenTransaction {
  /** Statements in it that changed something. */
  statements: number;
  /** When it was opened, in milliseconds since 1970. */
  since: number;
  /** The connection whose environment asked for it; absent for one of the user's own. */
  connection?: string;
}

export interface EngineStatus {
  version: string;
  running: number;
  queued: number;
  memoryBytes: number;
  memoryLimitBytes: number;
  temporaryBytes: number;
}

/** The state of the strict check of a text file: whether the types it is read with alter any value. */
export interface FileCheckSummary {
  state: 'running' | 'clean' | 'altered' | 'failed' | 'cancelled';
  /** While it runs: how much of the file was read, where the engine tells; whole percents. */
  percent?: number;
  /** While it runs: all values are read, then the places of those that would be altered are looked for. */
  step?: 'values' | 'places';
  /** Columns with values that their type would alter, with the first such place. */
  altered: { column: string; type: string; line: number; value: string; readAs: string | null; count: number }[];
  error?: ErrorShape;
}

export interface ExportJob {
  id: string;
  result: string;
  file: string;
  format: string;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  rows: number;
  totalRows: number;
  bytes: number;
  /** For a browser: fetched from the backend when done, by `/api/exports/<id>/download`. */
  download: boolean;
  /** Sentences on columns that were written in another form. */
  notes: string[];
  error?: ErrorShape;
}
