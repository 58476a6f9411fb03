import type { GridCell } from './grid-source';

/** A menu is asked for, by pointer or by key; `x` and `y` are in the window. */
export interface GridMenuRequest {
  area: 'cell' | 'title' | 'corner';
  x: number;
  y: number;
  cell: GridCell;
}

/** What a user asks of the grid that its owner answers. */
export interface GridGestures {
  /** A title was clicked: the next sort of its column, beside the other keys when `add`. */
  onSort(column: number, add: boolean): void;
  onMenu(request: GridMenuRequest): void;
  /** Enter, F7 or a double click on a cell. */
  onOpen(cell: GridCell): void;
  onCopy(headers: boolean): void;
  /** The values of a column are asked for, to filter by them. */
  onFilter(request: GridMenuRequest): void;
  onFind(): void;
  onFindNext(backwards: boolean): void;
  onJump(): void;
}
