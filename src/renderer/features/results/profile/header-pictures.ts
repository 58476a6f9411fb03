import { CancelledError } from '../../../../shared/errors';
import type { ResultInfo } from '../../../../shared/results';
import { histogramSql } from '../../../../shared/sql/histogram-sql';
import { topValuesSql } from '../../../../shared/sql/profile-sql';
import type { ResultQueries } from '../../../lens/result-queries';
import { tableCells } from '../../../lens/table-cells';
import type { HeaderPicture } from '../../../ui/grid/grid-source';
import { valueText } from './top-values';

/** Small pictures of columns for grid headers, made for the columns that are asked for, two at a time. */
export interface HeaderPictures {
  /** The picture if it is there; else it is put in hand, unless `null` says that the column has none. */
  get(column: number): HeaderPicture | null | undefined;
  /** Called whenever another picture has come. */
  subscribe(listener: () => void): () => void;
  close(): void;
}

const BINS = 12;
const SHARES = 5;
const AT_ONCE = 2;

/** Pictures of a finished result's columns. What fails has no picture: a header is not the place for an error. */
export function headerPictures(result: ResultInfo, queries: ResultQueries, timeZone: string): HeaderPictures {
  const made = new Map<number, HeaderPicture | null>();
  const waiting = new Set<number>();
  const listeners = new Set<() => void>();
  const abort = new AbortController();
  let running = 0;

  const next = () => {
    const column = [...waiting].at(-1); // what came into sight last is looked at now
    if (column === undefined || running >= AT_ONCE || abort.signal.aborted) return;
    waiting.delete(column);
    running += 1;
    loadPicture(result, column, queries, timeZone, abort.signal)
      .catch((error) => {
        if (!(error instanceof CancelledError)) made.set(column, null);
        return null;
      })
      .then((picture) => {
        running -= 1;
        if (abort.signal.aborted) return;
        made.set(column, picture);
        for (const listener of listeners) listener();
        next();
      });
    next();
  };
  return {
    get(column) {
      const picture = made.get(column);
      if (picture === undefined && result.state !== 'running' && !waiting.has(column)) {
        waiting.add(column);
        queueMicrotask(next);
      }
      return picture;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => abort.abort(),
  };
}

async function loadPicture(
  result: ResultInfo,
  index: number,
  queries: ResultQueries,
  timeZone: string,
  signal: AbortSignal,
): Promise<HeaderPicture | null> {
  const column = result.columns[index];
  if (!column || result.rowCount === 0) return null;
  const options = { columns: [index], timeZone, signal };
  const histogram = histogramSql(column, index, BINS);
  if (histogram) {
    const cells = tableCells(await queries.query(result, histogram, options));
    if (cells.rows === 0) return null;
    const values = Array.from({ length: cells.rows }, (_, row) => cells.number(row, 'n'));
    const label = `from ${cells.text(0, 'from_text')} to ${cells.text(cells.rows - 1, 'to_text')}`;
    return { kind: 'bars', values, label };
  }
  if (column.kind !== 'text' && column.kind !== 'enum' && column.kind !== 'boolean') return null;
  const cells = tableCells(await queries.query(result, topValuesSql(index, SHARES), options));
  const parts = Array.from({ length: cells.rows }, (_, row) => cells.number(row, 'n'));
  const first = valueText(cells.text(0, 'value'));
  const groups = cells.number(0, 'groups');
  const covered = parts.reduce((sum, part) => sum + part, 0);
  if (parts.length === 0 || covered < result.rowCount * 0.05) return null; // nearly all differ: shares say nothing
  if (covered < result.rowCount) parts.push(result.rowCount - covered);
  return { kind: 'shares', parts, label: `${groups} different values, most often ${first}` };
}
