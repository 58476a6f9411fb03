import type { CellRange, CellValue, CopyFormat, RangeSummary, ResultInfo, ViewRequest } from '../../../shared/results';
import type { GridWindow } from '../../ui/grid/grid-source';

/** A value of a column with the number of its rows; null stands for NULL. */
export interface TopValue {
  value: string | null;
  count: number;
}

/** Rows and columns of a result, with its times in a zone. */
export interface CellWindow {
  offset: number;
  limit: number;
  columns: number[];
  timeZone: string;
}

/** Reads cells of a kept result. */
export interface ResultReader {
  /** Display text of cells. */
  window(result: string, window: CellWindow, signal: AbortSignal): Promise<GridWindow>;
  /** A whole value, up to `limit` bytes. */
  value(result: string, row: number, column: number, options: { limit: number; timeZone: string }): Promise<CellValue>;
  /** The next cell that holds the text, from a row on; null where there is none. */
  find(
    result: string,
    options: { text: string; fromRow: number; columns: number[]; backwards: boolean; timeZone: string },
    signal: AbortSignal,
  ): Promise<{ row: number; column: number } | null>;
}

/** Answers questions over many cells of a kept result. */
export interface ResultAnswers {
  summary(range: CellRange): Promise<RangeSummary>;
  copy(range: CellRange, format: CopyFormat, options: { headers: boolean; timeZone: string }): Promise<string>;
  topValues(
    result: string,
    column: number,
    options: { limit: number; search?: string; timeZone: string },
  ): Promise<TopValue[]>;
}

/** Makes sorted and filtered copies of kept results. */
export interface ResultViews {
  /** A copy of `source` with an id of its own; it may still be `running`. Aborting gives the work up. */
  view(source: ResultInfo, request: ViewRequest, signal: AbortSignal): Promise<ResultInfo>;
  /** Tells of every change of a result, until the returned function is called. */
  watch(result: string, listener: (info: ResultInfo) => void): () => void;
  close(result: string): Promise<void>;
}

/** All that the views of a result ask of the backend. */
export interface ResultClient extends ResultReader, ResultAnswers, ResultViews {}
