import type { ColumnInfo } from '../../../shared/columns';

/** A cell by its row (from 0) and the index of its column in the source, whatever the order on the screen. */
export interface GridCell {
  row: number;
  column: number;
}

/** Text of some rows and columns. `text` is asked for cells inside the window alone; null stands for NULL. */
export interface GridWindow {
  first: number;
  count: number;
  /** What the window holds in memory, so that the cache can be bounded. */
  bytes: number;
  text(row: number, column: number): string | null;
}

export interface GridFindRequest {
  text: string;
  /** The search starts behind this cell, or before it when `backwards`. */
  from: GridCell;
  /** Columns in display order. */
  columns: number[];
  backwards: boolean;
  signal: AbortSignal;
}

/** Rows that the grid reads by windows. A source is a snapshot: hand over a new object when something in it changed. */
export interface GridSource {
  /** The same key means the same cells, perhaps with more rows behind them; another key means other text. */
  readonly key: string;
  /** The same rows key keeps the scroll position and the selection when the key changes (another time zone). */
  readonly rowsKey: string;
  readonly rowCount: number;
  /** False while rows may still come. */
  readonly complete: boolean;
  readonly columns: readonly ColumnInfo[];
  window(first: number, count: number, columns: number[], signal: AbortSignal): Promise<GridWindow>;
  find?(request: GridFindRequest): Promise<GridCell | null>;
}

/** A small picture of a column's values for its header; shares and bar heights are relative to their sum or maximum. */
export type HeaderPicture =
  | { kind: 'bars'; values: readonly number[]; label: string }
  | { kind: 'shares'; parts: readonly number[]; label: string };

export interface GridSort {
  column: number;
  descending: boolean;
}
