import { BLOCK_ROWS, type BlockCache, GROUP_COLUMNS } from './block-cache';
import { type GridLayout, MINIMUM_WIDTH, withWidth } from './column-layout';
import type { TextMeasure } from './text-measure';

/** No column is made wider than this without being asked. */
const WIDEST_UNASKED = 300;

/** Rows of the first block that are measured unasked: what is seen at first. */
const ROWS_UNASKED = 50;

/** The width that a column's loaded values around the screen and its name need, in pixels. */
export function fittedWidth(
  cache: BlockCache,
  column: number,
  measure: TextMeasure,
  widest: number,
  most = BLOCK_ROWS,
): number {
  const name = cache.source.columns[column]?.name ?? '';
  let width = measure.titleWidth(name);
  for (const first of cache.loadedBlocks(column)) {
    const last = Math.min(first + most, cache.source.rowCount);
    for (let row = first; row < last; row += 1) {
      const text = cache.text(row, column);
      if (text !== undefined) width = Math.max(width, measure.cellWidth(text === null ? 'NULL' : text.slice(0, 300)));
    }
  }
  return Math.min(Math.max(width, MINIMUM_WIDTH), widest);
}

/**
 * Widths for the columns that have none yet and whose first values just came; null where every column has one. Done for
 * the first block alone, as widths that change under the eye disturb.
 */
export function fitUnseen(
  cache: BlockCache,
  layout: GridLayout,
  firstRow: number,
  measure: TextMeasure,
): GridLayout | null {
  const count = cache.source.columns.length;
  if (Object.keys(layout.widths).length >= count) return null;
  let fitted: GridLayout | null = null;
  for (let group = 0; group * GROUP_COLUMNS < count; group += 1) {
    const start = group * GROUP_COLUMNS;
    if (layout.widths[start] !== undefined || cache.text(firstRow, start) === undefined) continue;
    for (let column = start; column < Math.min(start + GROUP_COLUMNS, count); column += 1) {
      if (layout.widths[column] !== undefined) continue;
      fitted = withWidth(fitted ?? layout, column, fittedWidth(cache, column, measure, WIDEST_UNASKED, ROWS_UNASKED));
    }
  }
  return fitted;
}
