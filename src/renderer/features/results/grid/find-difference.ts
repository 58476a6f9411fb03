import type { ResultInfo } from '../../../../shared/results';
import type { GridCell } from '../../../ui/grid/grid-source';
import type { ResultReader } from '../result-client';
import type { ColumnMatch } from './compare-columns';

const ROWS = 2_000;

interface DifferenceSearch {
  left: ResultInfo;
  right: ResultInfo;
  match: ColumnMatch;
  reader: ResultReader;
  timeZone: string;
  fromRow: number;
  signal: AbortSignal;
  onProgress(row: number): void;
}

/**
 * The first cell from a row on, by the left result's columns, whose display text differs from the cell at the same
 * position on the right; a row that only one side has differs in its first column. Null where there is none.
 */
export async function findDifference(search: DifferenceSearch): Promise<GridCell | null> {
  const { left, right, match, reader, timeZone, signal } = search;
  const pairs = match.toRight.map((to, from) => ({ from, to })).filter((pair) => pair.to >= 0);
  const common = Math.min(left.rowCount, right.rowCount);
  for (let first = search.fromRow; first < common && pairs.length > 0; first += ROWS) {
    const limit = Math.min(ROWS, common - first);
    const read = (info: ResultInfo, columns: number[]) =>
      reader.window(info.id, { offset: first, limit, columns, timeZone }, signal);
    const [leftRows, rightRows] = await Promise.all([
      read(
        left,
        pairs.map((pair) => pair.from),
      ),
      read(
        right,
        pairs.map((pair) => pair.to),
      ),
    ]);
    for (let row = first; row < first + limit; row += 1) {
      const differs = pairs.find((pair) => leftRows.text(row, pair.from) !== rightRows.text(row, pair.to));
      if (differs) return { row, column: differs.from };
    }
    search.onProgress(first + limit);
  }
  const from = Math.max(common, search.fromRow);
  return from < Math.max(left.rowCount, right.rowCount) ? { row: from, column: pairs[0]?.from ?? 0 } : null;
}
