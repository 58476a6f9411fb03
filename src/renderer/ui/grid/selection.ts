/** A cell by row and display index of its column. */
export interface GridSpot {
  row: number;
  place: number;
}

/** A rectangle of cells, both ends included; columns by display index. */
export interface GridRange {
  firstRow: number;
  lastRow: number;
  firstPlace: number;
  lastPlace: number;
}

/**
 * The selected cells. The last range is the one that grows; it spans from `active` (the cell with the focus) to `head`.
 * Row -1 is the header: then nothing is selected and the focus stands on a column's title.
 */
export interface GridSelection {
  active: GridSpot;
  head: GridSpot;
  ranges: readonly GridRange[];
}

export interface GridBounds {
  rows: number;
  places: number;
}

export function rangeBetween(a: GridSpot, b: GridSpot): GridRange {
  return {
    firstRow: Math.min(a.row, b.row),
    lastRow: Math.max(a.row, b.row),
    firstPlace: Math.min(a.place, b.place),
    lastPlace: Math.max(a.place, b.place),
  };
}

export function selectCell(spot: GridSpot): GridSelection {
  return { active: spot, head: spot, ranges: spot.row < 0 ? [] : [rangeBetween(spot, spot)] };
}

/** Grows or shrinks the last range to reach a cell. */
export function extendTo(selection: GridSelection, head: GridSpot): GridSelection {
  if (selection.active.row < 0) return selectCell(head);
  const to = { row: Math.max(0, head.row), place: head.place };
  return { ...selection, head: to, ranges: [...selection.ranges.slice(0, -1), rangeBetween(selection.active, to)] };
}

/** Begins another range beside those there are. */
export function addCell(selection: GridSelection, spot: GridSpot): GridSelection {
  return { active: spot, head: spot, ranges: [...selection.ranges, rangeBetween(spot, spot)] };
}

export function selectAll(selection: GridSelection, bounds: GridBounds): GridSelection {
  if (bounds.rows === 0 || bounds.places === 0) return selection;
  const active = { row: Math.max(0, selection.active.row), place: selection.active.place };
  return {
    active,
    head: active,
    ranges: [{ firstRow: 0, lastRow: bounds.rows - 1, firstPlace: 0, lastPlace: bounds.places - 1 }],
  };
}

/** Whole columns: those of the last range, or from the active one to `place`. */
export function selectColumns(
  selection: GridSelection,
  bounds: GridBounds,
  from: number,
  to: number,
  add: boolean,
): GridSelection {
  if (bounds.rows === 0) return selection;
  const range = {
    firstRow: 0,
    lastRow: bounds.rows - 1,
    firstPlace: Math.min(from, to),
    lastPlace: Math.max(from, to),
  };
  const active = { row: Math.max(0, selection.active.row), place: from };
  return { active, head: { row: active.row, place: to }, ranges: add ? [...selection.ranges, range] : [range] };
}

/** Whole rows from one to another. */
export function selectRows(
  selection: GridSelection,
  bounds: GridBounds,
  from: number,
  to: number,
  add: boolean,
): GridSelection {
  if (bounds.places === 0) return selection;
  const range = {
    firstRow: Math.min(from, to),
    lastRow: Math.max(from, to),
    firstPlace: 0,
    lastPlace: bounds.places - 1,
  };
  const active = { row: from, place: selection.active.place };
  return { active, head: { row: to, place: active.place }, ranges: add ? [...selection.ranges, range] : [range] };
}

/** A cell inside the bounds; row -1 (the header) is allowed. */
export function clampSpot(spot: GridSpot, bounds: GridBounds): GridSpot {
  return {
    row: Math.min(Math.max(spot.row, -1), bounds.rows - 1),
    place: Math.min(Math.max(spot.place, 0), Math.max(0, bounds.places - 1)),
  };
}

/** The selection cut to what there still is, after rows or columns went. */
export function clampSelection(selection: GridSelection, bounds: GridBounds): GridSelection {
  const ranges = selection.ranges
    .filter((range) => range.firstRow < bounds.rows && range.firstPlace < bounds.places)
    .map((range) => ({
      ...range,
      lastRow: Math.min(range.lastRow, bounds.rows - 1),
      lastPlace: Math.min(range.lastPlace, bounds.places - 1),
    }));
  return { active: clampSpot(selection.active, bounds), head: clampSpot(selection.head, bounds), ranges };
}

export function isSelected(ranges: readonly GridRange[], row: number, place: number): boolean {
  for (const range of ranges) {
    if (row >= range.firstRow && row <= range.lastRow && place >= range.firstPlace && place <= range.lastPlace)
      return true;
  }
  return false;
}

/** The number of cells in all ranges; cells in two ranges count twice. */
export function cellCount(ranges: readonly GridRange[]): number {
  return ranges.reduce(
    (sum, range) => sum + (range.lastRow - range.firstRow + 1) * (range.lastPlace - range.firstPlace + 1),
    0,
  );
}
