import type { ColumnInfo } from '../../shared/columns';
import { MillraceError } from '../../shared/errors';
import type { ResultInfo, RunRequest } from '../../shared/results';
import { quoteIdentifier } from '../../shared/sql/quote';

/** A result in the store: what windows are told, and where its rows lie. */
export interface KeptResult {
  info: ResultInfo;
  /** Whether it has a table of its own in the scratch file. */
  hasTable: boolean;
  /** Stops the statement that is filling it. */
  cancel: (() => void) | undefined;
  /** What to run for more rows of a limited result; the statement as it was written. */
  again?: Pick<RunRequest, 'sql' | 'offset' | 'parameters' | 'runsOn'>;
}

/** Rows of a row group of the scratch file: few, so that a window of a result reads little and soon. */
export const ROW_GROUP = 20_480;

/** The fully qualified table of a result. */
export function keptTable(id: string): string {
  return `results.main.${quoteIdentifier(id)}`;
}

/** The name of a column in the scratch table. */
export function keptColumn(index: number): string {
  return `c${index}`;
}

/** The result's column, or BAD_REQUEST where it has none of that index. */
export function columnAt(result: KeptResult, index: number): ColumnInfo {
  const column = result.info.columns[index];
  if (column) return column;
  throw new MillraceError({ code: 'BAD_REQUEST', message: `The result has no column ${index}.` });
}

/** Only one statement is taken where SQL of a user is put into a larger one. */
export function refuse(message: string, hint?: string): MillraceError {
  return new MillraceError({ code: 'BAD_REQUEST', message, ...(hint === undefined ? {} : { hint }) });
}
