import { CancelledError } from '../../../shared/errors';
import { EXPORT_DEFAULTS, type ExportOutcome, type ExportProgress, type ExportTarget } from '../../../shared/export';
import type { EngineConnection } from '../connection';
import { exportArrow } from './arrow-export';
import { exportExcel } from './excel/excel-export';
import type { ExportRun, WrittenRows } from './export-run';
import { insertFormat } from './insert-format';
import { exportLines } from './line-export';
import { exportParquet } from './parquet-export';
import { writePartialFile } from './partial-file';
import { plainFormat } from './plain-format';
import { type ExportRelation, openRelation } from './relation';

export interface ExportRelationOptions {
  signal?: AbortSignal;
  /** Told while rows are written; bytes are those on their way to disk. */
  onProgress?: (progress: ExportProgress) => void;
  /** The SQL that made the rows; stands in the Excel workbook. */
  statementSql?: string;
  /** The zone in which zoned timestamps are written; the connection's own where absent. */
  timeZone?: string;
}

/**
 * Writes a relation to a file with flat memory. The file appears when it is complete and replaces an older one only then.
 * The connection must be the export's own: its time zone is set, and a cancel interrupts it.
 * Throws CANCELLED, DISK_FULL, LIMIT_EXCEEDED (what the format cannot hold), BAD_REQUEST (options, existing file),
 * FILE_NOT_FOUND (folder), FILE_UNREADABLE (permission), and what the engine throws.
 */
export async function exportRelation(
  connection: EngineConnection,
  relation: ExportRelation,
  target: ExportTarget,
  options: ExportRelationOptions = {},
): Promise<ExportOutcome> {
  const { signal, onProgress, statementSql, timeZone } = options;
  if (signal?.aborted) throw new CancelledError();
  const opened = await openRelation(connection, relation, timeZone);
  const { file, overwrite } = target;
  return writePartialFile({ file, overwrite, signal }, async (partial) => {
    const run: ExportRun = { connection, relation: opened, file: partial, signal, onProgress, statementSql };
    const written = await writeFormat(run, target);
    return { file, rows: written.rows, bytes: await partial.size(), notes: written.notes };
  });
}

function writeFormat(run: ExportRun, target: ExportTarget): Promise<WrittenRows> {
  switch (target.format) {
    case 'parquet':
      return exportParquet(run, { ...EXPORT_DEFAULTS.parquet, ...target.options });
    case 'excel':
      return exportExcel(run, { ...EXPORT_DEFAULTS.excel, ...target.options });
    case 'arrow':
      return exportArrow(run);
    case 'insert':
      return exportLines(run, insertFormat(run.relation.columns, { ...EXPORT_DEFAULTS.insert, ...target.options }));
    case 'csv':
      return exportLines(run, plainFormat('csv', run.relation.columns, target.options));
    default:
      return exportLines(run, plainFormat(target.format, run.relation.columns));
  }
}
