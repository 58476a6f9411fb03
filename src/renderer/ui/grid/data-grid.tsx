import { type Ref, useCallback, useEffect, useId, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react';
import { errorShape } from '../../../shared/errors';
import { Button } from '../button';
import type { GridLayout } from './column-layout';
import { FindBar } from './find-bar';
import type { GridMenuRequest } from './grid-gestures';
import { GridKeys } from './grid-keys';
import type { GridPlace } from './grid-model';
import { GridPointer } from './grid-pointer';
import type { GridCell, GridSort, GridSource, HeaderPicture } from './grid-source';
import { spotCenter } from './grid-spot';
import { GridView } from './grid-view';
import { JumpBar } from './jump-bar';
import { nextSort } from './next-sort';
import type { CellMark } from './row-painter';
import { cellCount, selectCell } from './selection';
import { sourceRanges } from './source-ranges';
import './grid.css';

/** The selected cells by row numbers and source columns. */
export interface GridSelectionInfo {
  active: GridCell;
  ranges: { firstRow: number; lastRow: number; columns: number[] }[];
  cells: number;
}

/** What a grid can be told to do from outside: by commands, menus and panels. */
export interface GridHandle {
  focus(): void;
  /** Selects a cell and scrolls to it. */
  select(cell: GridCell): void;
  selection(): GridSelectionInfo;
  openFind(): void;
  openJump(): void;
  /** Sets the columns' widths to what their values need; all shown ones without an argument. */
  fit(columns?: readonly number[]): void;
  /** Moves without telling `onScroll`, for a grid that follows another. */
  scrollTo(position: number, left: number): void;
  /** Repaints when a picture or a mark says something else. */
  refresh(): void;
  /** A loaded cell's text; undefined while it is not loaded. */
  text(cell: GridCell): string | null | undefined;
  /** Where a menu for a column's title may open. */
  titlePoint(column: number): { x: number; y: number };
}

export interface DataGridProps {
  source: GridSource;
  /** The accessible name. */
  label: string;
  layout: GridLayout;
  onLayout(layout: GridLayout): void;
  sort?: readonly GridSort[];
  filtered?: ReadonlySet<number>;
  /** A small picture for a column's title; null while there is none. A new function repaints the titles. */
  picture?: ((column: number) => HeaderPicture | null) | undefined;
  mark?: ((row: number, column: number) => CellMark) | undefined;
  /** Where the rows stood when this grid was left; read once. */
  start?: GridPlace | undefined;
  /** Work that the owner does for this grid: a line below the titles tells that something runs. */
  busy?: boolean;
  handle?: Ref<GridHandle>;
  onPlace?(place: GridPlace): void;
  onScroll?(position: number, left: number): void;
  /** More cells were read. */
  onRows?(): void;
  onSelection?(selection: GridSelectionInfo): void;
  onSort?(sort: GridSort[]): void;
  onMenu?(request: GridMenuRequest): void;
  onOpen?(cell: GridCell): void;
  onCopy?(headers: boolean): void;
  onFilter?(request: GridMenuRequest): void;
}

const NO_SORT: readonly GridSort[] = [];
const NO_FILTER: ReadonlySet<number> = new Set();

/** A grid for any number of rows and columns. Cells are painted outside of React; see GridView. */
export function DataGrid(props: DataGridProps) {
  const root = useRef<HTMLDivElement>(null);
  const view = useRef<GridView | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const id = useId();
  const [bar, setBar] = useState<'find' | 'jump' | null>(null);
  const [needle, setNeedle] = useState('');
  const [problem, setProblem] = useState<unknown>(null);
  const [reading, setReading] = useState(false);
  const findNext = useRef<(backwards: boolean) => void>(() => undefined);

  const modelOf = (from: DataGridProps) => ({
    source: from.source,
    layout: from.layout,
    sort: from.sort ?? NO_SORT,
    filtered: from.filtered ?? NO_FILTER,
    picture: from.picture,
    mark: from.mark,
    needle: bar === 'find' ? needle : '',
  });

  // The view lives as long as the component; what changes reaches it by setModel below.
  // biome-ignore lint/correctness/useExhaustiveDependencies: made once
  useLayoutEffect(() => {
    if (!root.current) return;
    const made = new GridView(
      root.current,
      `grid${id.replaceAll(/[^\w]/g, '')}`,
      props.label,
      modelOf(latest.current),
      {
        onLayout: (layout) => latest.current.onLayout(layout),
        onSelection: () => latest.current.onSelection?.(selectionOf(made)),
        onPlace: (place) => latest.current.onPlace?.(place),
        onScroll: (position, left) => latest.current.onScroll?.(position, left),
        onRows: () => latest.current.onRows?.(),
        onProblem: setProblem,
        onBusy: setReading,
      },
      latest.current.start,
    );
    view.current = made;
    const gestures = {
      onSort: (column: number, add: boolean) =>
        latest.current.onSort?.(nextSort(latest.current.sort ?? NO_SORT, column, add)),
      onMenu: (request: GridMenuRequest) => latest.current.onMenu?.(request),
      onOpen: (cell: GridCell) => latest.current.onOpen?.(cell),
      onCopy: (headers: boolean) => latest.current.onCopy?.(headers),
      onFilter: (request: GridMenuRequest) => latest.current.onFilter?.(request),
      onFind: () => setBar('find'),
      onFindNext: (backwards: boolean) => findNext.current(backwards),
      onJump: () => setBar('jump'),
    };
    new GridKeys(made, gestures);
    const pointer = new GridPointer(made, gestures);
    return () => {
      latest.current.onPlace?.(made.place);
      pointer.dispose();
      made.dispose();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    view.current?.setModel(modelOf(latest.current));
  });

  useImperativeHandle(props.handle, () => handleOf(() => view.current, setBar), []);

  const close = useCallback(() => {
    setBar(null);
    view.current?.frame.scroller.focus();
  }, []);

  return (
    <div ref={root} className="data-grid">
      {reading || props.busy ? <div className="grid-busy" role="progressbar" aria-label="Reading rows" /> : null}
      {bar === 'find' ? (
        <FindBar view={view} needle={needle} onNeedle={setNeedle} onClose={close} next={findNext} />
      ) : null}
      {bar === 'jump' ? <JumpBar view={view} onClose={close} /> : null}
      {problem === null ? null : (
        <div className="grid-problem" role="alert">
          <span>Some rows could not be read: {errorShape(problem).message}</span>
          <Button look="quiet" onClick={() => view.current?.retry()}>
            Try again
          </Button>
        </div>
      )}
    </div>
  );
}

function selectionOf(view: GridView): GridSelectionInfo {
  const { active, ranges } = view.selection;
  return {
    active: { row: Math.max(0, active.row), column: view.plan.columns[active.place] ?? 0 },
    ranges: sourceRanges(ranges, view.plan),
    cells: cellCount(ranges),
  };
}

function handleOf(view: () => GridView | null, setBar: (bar: 'find' | 'jump') => void): GridHandle {
  return {
    focus: () => view()?.frame.scroller.focus({ preventScroll: true }),
    select: (cell) => {
      const place = view()?.plan.place[cell.column] ?? -1;
      if (place >= 0) view()?.setSelection(selectCell({ row: cell.row, place }));
    },
    selection: () => {
      const current = view();
      return current ? selectionOf(current) : { active: { row: 0, column: 0 }, ranges: [], cells: 0 };
    },
    openFind: () => setBar('find'),
    openJump: () => setBar('jump'),
    fit: (columns) => view()?.fit(columns ?? view()?.plan.columns ?? []),
    scrollTo: (position, left) => view()?.scrollTo(position, left, true),
    refresh: () => view()?.refresh(),
    text: (cell) => view()?.cache.text(cell.row, cell.column),
    titlePoint: (column) => {
      const current = view();
      return current ? spotCenter(current, { row: -1, place: current.plan.place[column] ?? 0 }) : { x: 0, y: 0 };
    },
  };
}
