import { describe, expect, test } from 'vitest';
import {
  columnsInView,
  EMPTY_LAYOUT,
  planColumns,
  scrolledColumnAt,
  withHidden,
  withMoved,
  withPinned,
  withWidth,
} from '../../../../src/renderer/ui/grid/column-layout';
import type { ColumnInfo } from '../../../../src/shared/columns';

function columns(count: number): ColumnInfo[] {
  return Array.from({ length: count }, (_, index) => ({ name: `c${index}`, type: 'INTEGER', kind: 'integer' }));
}

describe('columns as the user arranged them', () => {
  test('pinned ones stand first, hidden ones nowhere, the others in their order', () => {
    const layout = withHidden(withPinned(withMoved(EMPTY_LAYOUT, 5, 4, 0, false), 2, true), [1], true);
    const plan = planColumns(columns(5), layout);
    expect(plan.columns).toEqual([2, 4, 0, 3]);
    expect(plan.pinnedCount).toBe(1);
    expect([...plan.place]).toEqual([2, -1, 0, 3, 1]);
  });

  test('edges start anew behind the pinned part', () => {
    const layout = withWidth(withWidth(withPinned(EMPTY_LAYOUT, 1, true), 1, 200), 0, 50);
    const plan = planColumns(columns(3), layout);
    expect(plan.pinnedWidth).toBe(200);
    expect(plan.left[0]).toBe(0);
    expect(plan.left[1]).toBe(0);
    expect(plan.left[2]).toBe(50);
    expect(plan.scrolledWidth).toBe(50 + (plan.width[2] ?? 0));
  });

  test('a column dropped among the pinned ones is pinned, one dragged out is not', () => {
    const pinned = withMoved(withPinned(EMPTY_LAYOUT, 0, true), 4, 3, 0, true);
    expect(planColumns(columns(4), pinned).columns).toEqual([3, 0, 1, 2]);
    const back = withMoved(pinned, 4, 3, 2, false);
    expect(planColumns(columns(4), back).columns).toEqual([0, 1, 3, 2]);
    expect(planColumns(columns(4), back).pinnedCount).toBe(1);
  });

  test('a column dropped behind the last goes to the end', () => {
    expect(planColumns(columns(3), withMoved(EMPTY_LAYOUT, 3, 0, null, false)).columns).toEqual([1, 2, 0]);
  });

  test('a width keeps within what can be used', () => {
    expect(withWidth(EMPTY_LAYOUT, 0, 3).widths[0]).toBe(40);
    expect(withWidth(EMPTY_LAYOUT, 0, 99_999).widths[0]).toBe(1_200);
  });

  test('of 5,000 columns only those in view are drawn', () => {
    const plan = planColumns(columns(5_000), EMPTY_LAYOUT);
    const width = plan.width[0] ?? 0;
    const [from, to] = columnsInView(plan, width * 2_000 + 10, width * 8);
    expect(from).toBe(2_000);
    expect(to - from).toBe(9);
    expect(scrolledColumnAt(plan, 1e9)).toBe(4_999);
  });

  test('all columns pinned leave no scrolled part', () => {
    const layout = withPinned(withPinned(EMPTY_LAYOUT, 0, true), 1, true);
    const plan = planColumns(columns(2), layout);
    expect(columnsInView(plan, 0, 500)).toEqual([2, 2]);
    expect(plan.scrolledWidth).toBe(0);
  });
});
