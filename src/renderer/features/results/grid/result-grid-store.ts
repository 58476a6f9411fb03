import { create } from 'zustand';
import type { ErrorShape } from '../../../../shared/errors';
import type { ResultInfo, SortKey } from '../../../../shared/results';
import { EMPTY_LAYOUT, type GridLayout } from '../../../ui/grid/column-layout';
import type { GridPlace } from '../../../ui/grid/grid-model';

/** Values of a column that are kept, or left out when `exclude`; null stands for NULL. */
export interface ValueFilter {
  column: number;
  values: (string | null)[];
  exclude: boolean;
}

/** How the rows of a result are narrowed and ordered. */
export interface ViewState {
  sort: readonly SortKey[];
  where: string;
  values: readonly ValueFilter[];
}

export type SidePanel = 'value' | 'record' | 'columns';

/** What the grid of one result remembers while other tabs are shown. */
export interface ResultGridState {
  layout: GridLayout;
  place: GridPlace | undefined;
  panel: SidePanel | null;
  /** What is asked for, and what the shown copy answers. */
  wanted: ViewState;
  applied: ViewState;
  /** The sorted or filtered copy that is shown; null shows the result itself. */
  derived: ResultInfo | null;
  /** A copy is being made, since this time. */
  working: number | null;
  /** Why the last wish could not be met, and what the wish was. */
  error: { error: ErrorShape; view: ViewState } | null;
  /** Copies no longer shown, to be closed once their successor is on the screen. */
  leaving: readonly string[];
}

export const PLAIN_VIEW: ViewState = { sort: [], where: '', values: [] };

export const NEW_RESULT_GRID: ResultGridState = {
  layout: EMPTY_LAYOUT,
  place: undefined,
  panel: null,
  wanted: PLAIN_VIEW,
  applied: PLAIN_VIEW,
  derived: null,
  working: null,
  error: null,
  leaving: [],
};

interface ResultGridStore {
  grids: Record<string, ResultGridState>;
  panelWidth: number;
  wrap: boolean;
  patch(result: string, change: Partial<ResultGridState>): void;
  forget(result: string): void;
}

/** What the grids remember, by result id. */
export const useResultGrids = create<ResultGridStore>()((set) => ({
  grids: {},
  panelWidth: 320,
  wrap: true,
  patch: (result, change) =>
    set((state) => ({
      grids: { ...state.grids, [result]: { ...(state.grids[result] ?? NEW_RESULT_GRID), ...change } },
    })),
  forget: (result) =>
    set((state) => {
      const { [result]: _gone, ...rest } = state.grids;
      return { grids: rest };
    }),
}));

/** The state of a result's grid, of one that was not shown yet too. */
export function gridState(result: string): ResultGridState {
  return useResultGrids.getState().grids[result] ?? NEW_RESULT_GRID;
}

export function useGridState(result: string): ResultGridState {
  return useResultGrids((state) => state.grids[result] ?? NEW_RESULT_GRID);
}

export function isPlain(view: ViewState): boolean {
  return view.sort.length === 0 && view.where === '' && view.values.length === 0;
}

export function sameView(a: ViewState, b: ViewState): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
