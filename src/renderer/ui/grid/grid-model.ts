import type { GridLayout } from './column-layout';
import type { GridCell, GridSort, GridSource, HeaderPicture } from './grid-source';
import type { CellMark } from './row-painter';
import type { GridSelection } from './selection';

/** What a grid shows, as its owner hands it over. */
export interface GridModel {
  source: GridSource;
  layout: GridLayout;
  sort: readonly GridSort[];
  /** Source columns that a filter narrows. */
  filtered: ReadonlySet<number>;
  picture?: ((column: number) => HeaderPicture | null) | undefined;
  mark?: ((row: number, column: number) => CellMark) | undefined;
  /** Text searched for, shown where it stands. */
  needle: string;
}

/** Where the rows stand, so that a view can be left and found again. */
export interface GridPlace {
  /** Pixel of the rows at the upper edge. */
  position: number;
  left: number;
  active: GridCell;
}

export interface GridEvents {
  onLayout(layout: GridLayout): void;
  onSelection(selection: GridSelection): void;
  /** The rows stand still after a movement. */
  onPlace(place: GridPlace): void;
  /** The rows move: for views that scroll together. */
  onScroll(position: number, left: number): void;
  /** More cells can be read. */
  onRows(): void;
  onProblem(error: unknown | null): void;
  /** Another source is being read while the old rows stay visible. */
  onBusy(busy: boolean): void;
}
