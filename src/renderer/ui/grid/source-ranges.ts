import type { ColumnPlan } from './column-layout';
import type { GridRange } from './selection';

/** The selected ranges as row numbers and source columns in display order. */
export function sourceRanges(
  ranges: readonly GridRange[],
  plan: ColumnPlan,
): { firstRow: number; lastRow: number; columns: number[] }[] {
  return ranges.map((range) => ({
    firstRow: range.firstRow,
    lastRow: range.lastRow,
    columns: plan.columns.slice(range.firstPlace, range.lastPlace + 1),
  }));
}
