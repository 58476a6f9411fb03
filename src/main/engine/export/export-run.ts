import type { ExportProgress } from '../../../shared/export';
import type { EngineConnection } from '../connection';
import type { PartialFile } from './partial-file';
import type { OpenRelation } from './relation';

/** What each writer works with: the rows, the file that grows, and whom to tell. */
export interface ExportRun {
  connection: EngineConnection;
  relation: OpenRelation;
  file: PartialFile;
  signal: AbortSignal | undefined;
  onProgress: ((progress: ExportProgress) => void) | undefined;
  /** The SQL that made the rows, for formats that carry it. */
  statementSql: string | undefined;
}

export interface WrittenRows {
  rows: number;
  notes: string[];
}
