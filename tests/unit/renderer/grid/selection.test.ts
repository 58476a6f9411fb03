import { describe, expect, test } from 'vitest';
import {
  addCell,
  cellCount,
  clampSelection,
  extendTo,
  isSelected,
  selectAll,
  selectCell,
  selectColumns,
  selectRows,
} from '../../../../src/renderer/ui/grid/selection';

const BOUNDS = { rows: 10_000_000, places: 8 };

describe('selecting cells', () => {
  test('Shift grows from the active cell in any direction and back', () => {
    const start = selectCell({ row: 5, place: 3 });
    const up = extendTo(start, { row: 2, place: 1 });
    expect(up.active).toEqual({ row: 5, place: 3 });
    expect(up.ranges).toEqual([{ firstRow: 2, lastRow: 5, firstPlace: 1, lastPlace: 3 }]);
    const down = extendTo(up, { row: 7, place: 3 });
    expect(down.ranges).toEqual([{ firstRow: 5, lastRow: 7, firstPlace: 3, lastPlace: 3 }]);
  });

  test('Ctrl adds a range, and Shift then grows that one alone', () => {
    const two = extendTo(addCell(selectCell({ row: 0, place: 0 }), { row: 4, place: 4 }), { row: 5, place: 5 });
    expect(cellCount(two.ranges)).toBe(5);
    expect(isSelected(two.ranges, 0, 0)).toBe(true);
    expect(isSelected(two.ranges, 5, 5)).toBe(true);
    expect(isSelected(two.ranges, 3, 3)).toBe(false);
  });

  test('all of ten million rows are selected without listing them', () => {
    const all = selectAll(selectCell({ row: 3, place: 2 }), BOUNDS);
    expect(cellCount(all.ranges)).toBe(80_000_000);
    expect(all.active).toEqual({ row: 3, place: 2 });
  });

  test('whole columns and whole rows', () => {
    const start = selectCell({ row: 9, place: 2 });
    expect(selectColumns(start, BOUNDS, 2, 4, false).ranges[0]).toMatchObject({
      firstRow: 0,
      lastRow: 9_999_999,
      firstPlace: 2,
      lastPlace: 4,
    });
    expect(selectRows(start, BOUNDS, 9, 7, false).ranges[0]).toMatchObject({
      firstRow: 7,
      lastRow: 9,
      firstPlace: 0,
      lastPlace: 7,
    });
  });

  test('a title with the focus selects no cell', () => {
    expect(selectCell({ row: -1, place: 2 }).ranges).toEqual([]);
    expect(selectAll(selectCell({ row: 0, place: 0 }), { rows: 0, places: 3 }).ranges).toHaveLength(1);
  });

  test('rows that a filter took away leave the selection', () => {
    const far = extendTo(selectCell({ row: 90, place: 0 }), { row: 120, place: 1 });
    const cut = clampSelection(far, { rows: 100, places: 8 });
    expect(cut.ranges).toEqual([{ firstRow: 90, lastRow: 99, firstPlace: 0, lastPlace: 1 }]);
    expect(cut.head.row).toBe(99);
    expect(clampSelection(far, { rows: 10, places: 8 }).ranges).toEqual([]);
  });
});
