import type { ColumnInfo } from './columns';
import type { ErrorShape } from './errors';

/**
 * - `running`: rows may still come
 * - `done`: complete
 * - `cut`: what is kept is only the beginning (an error, a cancel or the disk limit stopped it); `error` says why
 * - `failed`: nothing is kept
 */
export type ResultState = 'running' | 'done' | 'cut' | 'failed';

/** What a statement left behind. A result is a snapshot: `_1`, `_2`… in its worksheet, `_` for the last. */
export interface ResultInfo {
  /** Unique in the life of the engine; names the kept rows. */
  id: string;
  /** The worksheet session that ran it. */
  session: string;
  /** The run (one press of Run) it belongs to. */
  run: string;
  /** `_1`, `_2`…; derived views carry the name of their source. */
  name: string;
  sql: string;
  /** Where the statement stands in the text that was run, in UTF-16 units. */
  offset: number;
  /** `rows` has a grid; `changed` tells a number of rows; `none` has neither (DDL, SET). */
  kind: 'rows' | 'changed' | 'none';
  state: ResultState;
  columns: ColumnInfo[];
  /** Rows kept so far; final once the state is no longer `running`. */
  rowCount: number;
  /** Rows inserted, updated or deleted, for `changed`. */
  changedRows?: number;
  startedAt: number;
  milliseconds: number;
  /** Milliseconds from start to the engine's first chunk. */
  firstRowMilliseconds?: number;
  error?: ErrorShape;
  /** Set on a sorted, filtered or grouped copy: the result it was made from. */
  source?: string;
  /** The plan of `sql`, as one cell of JSON, and not its rows. */
  plan?: boolean;
  /** The rows are the first ones alone: the connection gives no more at once, and more can be fetched. */
  limited?: { at: number; connection: string };
  /** The connection on whose server it was run, in place of the engine; a plan is then the server's own. */
  runsOn?: string;
  pinned: boolean;
}

/** One press of Run: some statements, one after another, on one worksheet's connection. */
export interface RunInfo {
  id: string;
  session: string;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  statements: number;
  finished: number;
  /** 0 to 100, or -1 while DuckDB does not know. */
  percent: number;
  rowsProcessed: number;
  /** An estimate by DuckDB; 0 while unknown. */
  totalRows: number;
  startedAt: number;
  error?: ErrorShape;
}

/** What a run is asked to do. Parameters are SQL text values by name; each is cast where the statement uses it. */
export interface RunRequest {
  session: string;
  run: string;
  sql: string;
  /** Offset of `sql` within the whole worksheet, so that errors point at the editor's place. */
  offset?: number;
  parameters?: Record<string, ParameterValue>;
  timeZone?: string;
  /**
   * Number of the first statement within the whole worksheet, from 1. A result is named after its statement's number, so
   * `_1` stays the first statement's when only the second is run again. A pinned result keeps its name; the number next
   * free is taken then.
   */
  firstStatement?: number;
  /**
   * Asks for each statement's plan instead of its rows: `analyze` runs it and measures its operators, `plan` only plans
   * it. The answer is a result without a name, marked `plan`, of one cell of JSON.
   */
  explain?: 'analyze' | 'plan';
  /** Rows that a result straight from a connection may have, in place of the connection's own number; 'all' for every. */
  fetchLimit?: number | 'all';
  /** The connection on whose server the statements are run, in its own dialect, in place of the engine. */
  runsOn?: string;
}

export type ParameterValue = string | number | boolean | null;

export interface SortKey {
  /** Index of the column in the result. */
  column: number;
  descending: boolean;
}

/** A narrowing of a kept result. `where` is SQL over the result's own column names, as typed in the filter box. */
export interface ViewRequest {
  result: string;
  sort?: SortKey[];
  where?: string;
  /** Values kept per column, as display text; null stands for NULL. */
  values?: { column: number; values: (string | null)[]; exclude?: boolean }[];
  /** The zone in which times of `where` and `values` are meant, as they are displayed. */
  timeZone?: string;
}

/** A rectangle of cells by row number (from 0) and column index; the columns in display order. */
export interface CellRange {
  result: string;
  firstRow: number;
  lastRow: number;
  columns: number[];
}

export interface RangeSummary {
  cells: number;
  nulls: number;
  numbers: number;
  /** Exact decimal text, absent where no cell is a number. */
  sum?: string;
  average?: string;
  min?: string;
  max?: string;
}

export type CopyFormat = 'tsv' | 'csv' | 'json' | 'markdown' | 'in-list';

/** What the value panel shows: the whole value, however long. */
export interface CellValue {
  type: string;
  isNull: boolean;
  /** The value as text; for a blob its hexadecimal form. */
  text: string;
  /** For JSON, lists, structs and maps: the value as JSON text. */
  json?: string;
  /** Bytes of the value's text or blob. */
  bytes: number;
  /** The text stops before its end, as it is longer than `limit` bytes. */
  truncated: boolean;
}

export interface ColumnProfile {
  column: number;
  rows: number;
  nulls: number;
  /** Approximate above 100,000 rows; `distinctExact` tells. */
  distinct: number;
  distinctExact: boolean;
  min?: string;
  max?: string;
  mean?: string;
  /** 0.05, 0.25, 0.5, 0.75, 0.95, 0.99 in this order, for ordered kinds. */
  quantiles?: string[];
  /** Equal-width bins between min and max for numbers and times. */
  histogram?: { from: string; to: string; count: number }[];
  /** The most frequent values with their counts; null stands for NULL. */
  top: { value: string | null; count: number }[];
}
