import type { ColumnInfo, ColumnKind } from '../../../shared/columns';

/** How the user arranged the columns, by index in the source. Plain data, kept outside of the grid. */
export interface GridLayout {
  /** Pixels by column index, where set or fitted. */
  readonly widths: Readonly<Record<number, number>>;
  /** All columns in display order; null is the order of the source. */
  readonly order: readonly number[] | null;
  readonly hidden: readonly number[];
  /** Columns that stay at the left, in their order there. */
  readonly pinned: readonly number[];
}

export const EMPTY_LAYOUT: GridLayout = { widths: {}, order: null, hidden: [], pinned: [] };

export const MINIMUM_WIDTH = 40;
export const MAXIMUM_WIDTH = 1_200;

const DEFAULT_WIDTH: Partial<Record<ColumnKind, number>> = {
  integer: 96,
  decimal: 110,
  float: 120,
  boolean: 76,
  date: 104,
  time: 120,
  timestamp: 188,
  interval: 140,
  uuid: 292,
  json: 220,
  list: 220,
  struct: 240,
  map: 220,
};

/** Where each shown column stands. `columns[i]` is a source index; pinned ones come first. */
export interface ColumnPlan {
  columns: readonly number[];
  pinnedCount: number;
  /** Left edge by display index: within the pinned part, or within the scrolled part. */
  left: Float64Array;
  width: Float64Array;
  pinnedWidth: number;
  scrolledWidth: number;
  /** Display index by source index, -1 for hidden columns. */
  place: Int32Array;
}

/** A width from the type and the length of the name, for a column whose values have not been seen. */
export function defaultWidth(column: ColumnInfo): number {
  const name = 46 + column.name.length * 7.4;
  return Math.round(Math.min(Math.max(DEFAULT_WIDTH[column.kind] ?? 150, name), 320));
}

export function planColumns(columns: readonly ColumnInfo[], layout: GridLayout): ColumnPlan {
  const shown = displayOrder(columns.length, layout);
  const pinnedCount = shown.pinnedCount;
  const total = shown.columns.length;
  const left = new Float64Array(total);
  const width = new Float64Array(total);
  const place = new Int32Array(columns.length).fill(-1);
  let edge = 0;
  let pinnedWidth = 0;
  shown.columns.forEach((source, index) => {
    if (index === pinnedCount) {
      pinnedWidth = edge;
      edge = 0;
    }
    const info = columns[source];
    width[index] = layout.widths[source] ?? (info ? defaultWidth(info) : 120);
    left[index] = edge;
    edge += width[index] ?? 0;
    place[source] = index;
  });
  if (pinnedCount === total) return { ...shown, left, width, place, pinnedWidth: edge, scrolledWidth: 0 };
  return { ...shown, left, width, place, pinnedWidth, scrolledWidth: edge };
}

function displayOrder(count: number, layout: GridLayout): { columns: number[]; pinnedCount: number } {
  const skipped = new Set(layout.hidden);
  const pinned = layout.pinned.filter((column) => column < count && !skipped.has(column));
  for (const column of pinned) skipped.add(column);
  const rest: number[] = [];
  for (const column of fullOrder(count, layout)) if (!skipped.has(column)) rest.push(column);
  return { columns: [...pinned, ...rest], pinnedCount: pinned.length };
}

/** Every column once, in display order, hidden ones at the place where they would stand. */
export function fullOrder(count: number, layout: GridLayout): number[] {
  if (!layout.order) return Array.from({ length: count }, (_, index) => index);
  const known = layout.order.filter((column) => column < count);
  if (known.length === count) return known;
  const seen = new Set(known);
  for (let column = 0; column < count; column += 1) if (!seen.has(column)) known.push(column);
  return known;
}

/** The scrolled columns that a view shows, as `[from, to)` in display indexes; at least one where there is any. */
export function columnsInView(plan: ColumnPlan, scrollLeft: number, viewWidth: number): [number, number] {
  const total = plan.columns.length;
  if (plan.pinnedCount >= total) return [total, total];
  const from = scrolledColumnAt(plan, scrollLeft);
  let to = from + 1;
  while (to < total && (plan.left[to] ?? 0) < scrollLeft + viewWidth) to += 1;
  return [from, to];
}

/** The display index of the scrolled column that covers a pixel of the scrolled part; the nearest one outside of it. */
export function scrolledColumnAt(plan: ColumnPlan, pixel: number): number {
  let low = plan.pinnedCount;
  let high = plan.columns.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((plan.left[middle] ?? 0) <= pixel) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The pinned column that covers a pixel of the pinned part. */
export function pinnedColumnAt(plan: ColumnPlan, pixel: number): number {
  let index = 0;
  while (index + 1 < plan.pinnedCount && (plan.left[index + 1] ?? 0) <= pixel) index += 1;
  return index;
}

export function withWidth(layout: GridLayout, column: number, width: number): GridLayout {
  const clamped = Math.round(Math.min(Math.max(width, MINIMUM_WIDTH), MAXIMUM_WIDTH));
  return { ...layout, widths: { ...layout.widths, [column]: clamped } };
}

/** Moves a column to stand before another (null: at the end), and pins or unpins it to match its new neighbours. */
export function withMoved(
  layout: GridLayout,
  count: number,
  column: number,
  before: number | null,
  pinned: boolean,
): GridLayout {
  if (column === before) return layout;
  const put = (list: readonly number[]) => {
    const rest = list.filter((other) => other !== column);
    const at = before === null ? rest.length : rest.indexOf(before);
    rest.splice(at < 0 ? rest.length : at, 0, column);
    return rest;
  };
  if (pinned) return { ...layout, pinned: put(layout.pinned) };
  return { ...layout, order: put(fullOrder(count, layout)), pinned: layout.pinned.filter((other) => other !== column) };
}

export function withPinned(layout: GridLayout, column: number, pinned: boolean): GridLayout {
  const rest = layout.pinned.filter((other) => other !== column);
  return { ...layout, pinned: pinned ? [...rest, column] : rest };
}

export function withHidden(layout: GridLayout, columns: readonly number[], hidden: boolean): GridLayout {
  const changed = new Set(columns);
  const rest = layout.hidden.filter((other) => !changed.has(other));
  return { ...layout, hidden: hidden ? [...rest, ...columns] : rest };
}
