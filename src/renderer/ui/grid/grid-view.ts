import { BlockCache } from './block-cache';
import {
  type ColumnPlan,
  columnsInView,
  type GridLayout,
  MAXIMUM_WIDTH,
  planColumns,
  withWidth,
} from './column-layout';
import { FindHighlight } from './find-highlight';
import { fittedWidth, fitUnseen } from './fit-columns';
import { buildFrame, type GridFrame } from './grid-frame';
import type { GridCell, GridSort, GridSource, HeaderPicture } from './grid-source';
import { HEADER_HEIGHT, HeaderPainter } from './header-painter';
import { type CellMark, ROW_HEIGHT, RowPainter } from './row-painter';
import { followScroll, type ScrollMap, scrollMap, scrollTopOf } from './scroll-map';
import {
  cellCount,
  clampSelection,
  clampSpot,
  type GridBounds,
  type GridRange,
  type GridSelection,
  type GridSpot,
  selectCell,
} from './selection';
import { TextMeasure } from './text-measure';

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

const SETTLE_MILLISECONDS = 160;

/** The imperative half of the grid: owns the scroll position, the selection and the elements. */
export class GridView {
  readonly frame: GridFrame;
  readonly id: string;
  #model: GridModel;
  readonly #events: GridEvents;
  readonly #rows: RowPainter;
  readonly #head: HeaderPainter;
  readonly #observer: ResizeObserver;
  readonly #highlight = new FindHighlight();
  #measure: TextMeasure | undefined;
  #cache: BlockCache;
  #pending: BlockCache | undefined;
  #plan: ColumnPlan;
  #map: ScrollMap = scrollMap(0, ROW_HEIGHT, 0);
  #position = 0;
  #scrollTop = 0;
  #scrollLeft = 0;
  #speed = 0;
  #movedAt = 0;
  #width = 0;
  #height = 0;
  #gutter = 46;
  #selection: GridSelection = selectCell({ row: 0, place: 0 });
  #frameRequest = 0;
  #settle: ReturnType<typeof setTimeout> | undefined;
  #start: GridPlace | undefined;

  constructor(root: HTMLElement, id: string, label: string, model: GridModel, events: GridEvents, start?: GridPlace) {
    this.id = id;
    this.#model = model;
    this.#events = events;
    this.#start = start;
    this.frame = buildFrame(root, id, label);
    this.#rows = new RowPainter(this.frame.layer);
    this.#head = new HeaderPainter(this.frame);
    this.#cache = this.#makeCache(model.source);
    this.#plan = planColumns(model.source.columns, model.layout);
    this.frame.scroller.addEventListener('scroll', this.#onScroll, { passive: true });
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(this.frame.scroller);
    this.#resize();
  }

  dispose(): void {
    this.#observer.disconnect();
    cancelAnimationFrame(this.#frameRequest);
    clearTimeout(this.#settle);
    this.#cache.dispose();
    this.#pending?.dispose();
    this.#highlight.clear();
    this.frame.scroller.remove();
  }

  get model(): GridModel {
    return this.#model;
  }

  get plan(): ColumnPlan {
    return this.#plan;
  }

  get cache(): BlockCache {
    return this.#cache;
  }

  get selection(): GridSelection {
    return this.#selection;
  }

  get position(): number {
    return this.#position;
  }

  get gutter(): number {
    return this.#gutter;
  }

  get scrollLeft(): number {
    return this.#scrollLeft;
  }

  get bounds(): GridBounds {
    return { rows: this.#cache.source.rowCount, places: this.#plan.columns.length };
  }

  /** Whole rows that fit in the view. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.bodyHeight / ROW_HEIGHT));
  }

  get bodyHeight(): number {
    return Math.max(0, this.#height - HEADER_HEIGHT);
  }

  get viewWidth(): number {
    return this.#width;
  }

  get place(): GridPlace {
    const active = this.#selection.active;
    return {
      position: this.#position,
      left: this.#scrollLeft,
      active: { row: Math.max(0, active.row), column: this.#plan.columns[active.place] ?? 0 },
    };
  }

  /** Takes over a new state. Another source is read first, while the rows of the old one stay. */
  setModel(model: GridModel): void {
    const before = this.#model;
    this.#model = model;
    const sameColumns = model.source.columns === before.source.columns || sameNames(model.source, before.source);
    if (model.source.key === this.#cache.source.key) {
      this.#drop();
      this.#cache.grow(model.source);
    } else if (this.#pending && this.#pending.source.key === model.source.key) {
      this.#pending.grow(model.source);
      this.#readPending();
    } else {
      this.#drop();
      this.#pending = this.#makeCache(model.source);
      if (sameColumns) this.#readPending();
      else this.#adopt();
    }
    if (model.layout !== before.layout || !sameColumns) this.#replan();
    if (model.needle !== before.needle || model.mark !== before.mark) this.#rows.invalidate();
    this.#head.invalidate();
    this.#measureRows();
    this.paint();
  }

  setSelection(selection: GridSelection, reveal: GridSpot | null = selection.head): void {
    this.#selection = clampSelection(selection, this.bounds);
    this.#rows.invalidate();
    if (reveal) this.reveal(reveal);
    this.paint();
    this.#announce();
    this.#events.onSelection(this.#selection);
    this.#settleLater();
  }

  /** Scrolls as little as needed to show a cell; row -1 scrolls to its column alone. */
  reveal(spot: GridSpot): void {
    const at = clampSpot(spot, this.bounds);
    if (at.row >= 0) {
      const top = at.row * ROW_HEIGHT;
      const far = top < this.#position - this.bodyHeight || top > this.#position + 2 * this.bodyHeight;
      if (far) this.scrollTo(top - this.bodyHeight / 2 + ROW_HEIGHT, this.#scrollLeft);
      else if (top < this.#position) this.scrollTo(top, this.#scrollLeft);
      else if (top + ROW_HEIGHT > this.#position + this.bodyHeight)
        this.scrollTo(top + ROW_HEIGHT - this.bodyHeight, this.#scrollLeft);
    }
    if (at.place < this.#plan.pinnedCount) return;
    const room = Math.max(0, this.#width - this.#gutter - this.#plan.pinnedWidth);
    const left = this.#plan.left[at.place] ?? 0;
    const right = left + (this.#plan.width[at.place] ?? 0);
    if (left < this.#scrollLeft || right - left > room) this.scrollTo(this.#position, left);
    else if (right > this.#scrollLeft + room) this.scrollTo(this.#position, right - room);
  }

  /**
   * Puts a pixel of the rows at the upper edge, and a pixel of the columns at the left one. A view that follows another
   * moves silently, so that the two do not push each other.
   */
  scrollTo(position: number, left: number, silent = false): void {
    const before = { position: this.#position, left: this.#scrollLeft };
    this.#position = Math.round(Math.min(Math.max(position, 0), this.#map.maximumPosition));
    const scroller = this.frame.scroller;
    const top = scrollTopOf(this.#map, this.#position);
    if (Math.abs(top - this.#scrollTop) >= 1) scroller.scrollTop = top;
    if (left !== this.#scrollLeft) scroller.scrollLeft = left;
    this.#scrollTop = scroller.scrollTop;
    this.#scrollLeft = scroller.scrollLeft;
    const moved = before.position !== this.#position || before.left !== this.#scrollLeft;
    if (moved && !silent) this.#events.onScroll(this.#position, this.#scrollLeft);
    this.#settleLater();
    this.paint();
  }

  /** Sets a column's width to what its loaded values and its name need. */
  fit(columns: readonly number[]): void {
    let layout = this.#model.layout;
    for (const column of columns)
      layout = withWidth(layout, column, fittedWidth(this.#cache, column, this.#measureText(), MAXIMUM_WIDTH / 2));
    this.setLayout(layout);
  }

  /** Changes the arrangement of the columns at once, and tells the owner unless the change is still in the making. */
  setLayout(layout: GridLayout, tell = true): void {
    this.#model = { ...this.#model, layout };
    this.#replan();
    this.paint();
    if (tell) this.#events.onLayout(layout);
  }

  /** Reads failed windows again. */
  retry(): void {
    this.#cache.retry();
    this.#pending?.retry();
  }

  /** Repaints what is shown, with nothing changed but what a cell's mark or a picture says. */
  refresh(): void {
    this.#rows.invalidate();
    this.#head.invalidate();
    this.paint();
  }

  paint(): void {
    if (this.#height === 0) return;
    const rowCount = this.#cache.source.rowCount;
    const firstRow = Math.max(0, Math.floor(this.#position / ROW_HEIGHT));
    const lastRow = Math.min(rowCount - 1, Math.floor((this.#position + this.bodyHeight - 1) / ROW_HEIGHT));
    const room = Math.max(1, this.#width - this.#gutter - this.#plan.pinnedWidth);
    const [from, to] = columnsInView(this.#plan, this.#scrollLeft, room);
    this.#paintHead(from, to);
    this.#rows.paint({
      cache: this.#cache,
      plan: this.#plan,
      from,
      to,
      firstRow,
      lastRow,
      position: this.#position,
      scrollLeft: this.#scrollLeft,
      gutter: this.#gutter,
      selection: this.#selection,
      needle: this.#model.needle.toLowerCase(),
      mark: this.#model.mark,
      activeId: `${this.id}-active`,
    });
    this.#nameActive(firstRow, lastRow, from, to);
    this.#highlight.update(this.#model.needle, () => this.#rows.texts());
    if (rowCount > 0)
      this.#cache.need({ firstRow, lastRow, columns: this.#columnsShown(from, to), speed: this.#speed });
  }

  #paintHead(from: number, to: number): void {
    const active = this.#selection.active;
    this.#head.paint({
      plan: this.#plan,
      columns: this.#cache.source.columns,
      from,
      to,
      scrollLeft: this.#scrollLeft,
      gutter: this.#gutter,
      sort: this.#model.sort,
      filtered: this.#model.filtered,
      picture: this.#model.picture,
      active: active.row < 0 ? active.place : -1,
      activeId: `${this.id}-active`,
      ranges: this.#selection.ranges,
      rowCount: this.#cache.source.rowCount,
    });
  }

  #columnsShown(from: number, to: number): number[] {
    return [...this.#plan.columns.slice(0, this.#plan.pinnedCount), ...this.#plan.columns.slice(from, to)];
  }

  /** The active descendant must exist, so it is named only while its cell is in view. */
  #nameActive(firstRow: number, lastRow: number, from: number, to: number): void {
    const { row, place } = this.#selection.active;
    const columnShown = place < this.#plan.pinnedCount || (place >= from && place < to);
    const shown = columnShown && (row < 0 || (row >= firstRow && row <= lastRow));
    if (shown) this.frame.scroller.setAttribute('aria-activedescendant', `${this.id}-active`);
    else this.frame.scroller.removeAttribute('aria-activedescendant');
  }

  #makeCache(source: GridSource): BlockCache {
    const cache: BlockCache = new BlockCache(source, {
      onArrive: (first, count) => {
        if (cache === this.#pending) this.#adopt();
        else this.#arrived(first, count);
      },
      onProblem: (error) => {
        this.#events.onProblem(error);
        if (error !== null && cache === this.#pending) this.#adopt();
      },
    });
    return cache;
  }

  #arrived(first: number, count: number): void {
    const fitted = fitUnseen(this.#cache, this.#model.layout, first, this.#measureText());
    if (fitted) this.setLayout(fitted);
    this.#rows.repaintRows(first, count);
    this.#paintSoon();
    this.#events.onRows();
  }

  #readPending(): void {
    const pending = this.#pending;
    if (!pending) return;
    const { rowCount, complete, rowsKey } = pending.source;
    if (rowCount === 0) {
      if (complete) this.#adopt();
      else this.#events.onBusy(true);
      return;
    }
    this.#events.onBusy(true);
    const firstRow =
      rowsKey === this.#cache.source.rowsKey ? Math.min(Math.floor(this.#position / ROW_HEIGHT), rowCount - 1) : 0;
    const lastRow = Math.min(firstRow + this.pageRows, rowCount - 1);
    const room = Math.max(1, this.#width - this.#gutter - this.#plan.pinnedWidth);
    const [from, to] = columnsInView(this.#plan, this.#scrollLeft, room);
    pending.need({ firstRow, lastRow, columns: this.#columnsShown(from, to), speed: 0 });
  }

  /** Shows the source that was waited for. */
  #adopt(): void {
    const pending = this.#pending;
    if (!pending) return;
    const otherRows = pending.source.rowsKey !== this.#cache.source.rowsKey;
    this.#pending = undefined;
    this.#cache.dispose();
    this.#cache = pending;
    this.#replan();
    this.#measureRows();
    if (otherRows) {
      this.#selection = selectCell(clampSpot({ row: 0, place: this.#selection.active.place }, this.bounds));
      this.scrollTo(0, this.#scrollLeft);
    }
    this.#events.onBusy(false);
    this.#events.onSelection(this.#selection);
    this.refresh();
  }

  #drop(): void {
    if (!this.#pending) return;
    this.#pending.dispose();
    this.#pending = undefined;
    this.#events.onBusy(false);
  }

  #replan(): void {
    const active = this.#plan.columns[this.#selection.active.place];
    const before = this.#plan;
    this.#plan = planColumns(this.#cache.source.columns, this.#model.layout);
    if (!sameOrder(before.columns, this.#plan.columns)) {
      const place = active === undefined ? 0 : Math.max(0, this.#plan.place[active] ?? 0);
      this.#selection = selectCell({ row: this.#selection.active.row, place });
      this.#events.onSelection(this.#selection);
    }
    this.#sizeCanvas();
  }

  #resize(): void {
    this.#width = this.frame.scroller.clientWidth;
    this.#height = this.frame.scroller.clientHeight;
    this.frame.viewport.style.width = `${this.#width}px`;
    this.frame.viewport.style.height = `${this.#height}px`;
    this.#measureRows();
    if (this.#start && this.#height > 0 && this.#cache.source.rowCount > 0) this.#takeStart(this.#start);
    this.paint();
  }

  #takeStart(start: GridPlace): void {
    this.#start = undefined;
    const place = Math.max(0, this.#plan.place[start.active.column] ?? 0);
    this.#selection = clampSelection(selectCell({ row: start.active.row, place }), this.bounds);
    this.scrollTo(start.position, start.left);
  }

  /** Fits the canvas to the number of rows and to the size of the view. */
  #measureRows(): void {
    const rowCount = this.#cache.source.rowCount;
    const digits = rowCount.toLocaleString('en-US').length;
    this.#gutter = Math.max(46, Math.ceil(digits * 6.8 + 18));
    this.#map = scrollMap(rowCount, ROW_HEIGHT, this.bodyHeight);
    this.#sizeCanvas();
    const scroller = this.frame.scroller;
    scroller.setAttribute('aria-rowcount', String(this.#cache.source.complete ? rowCount + 1 : -1));
    scroller.setAttribute('aria-colcount', String(this.#plan.columns.length + 1));
    if (this.#position > this.#map.maximumPosition) this.scrollTo(this.#map.maximumPosition, this.#scrollLeft);
    else this.#alignScrollBar();
  }

  #sizeCanvas(): void {
    const width = this.#gutter + this.#plan.pinnedWidth + this.#plan.scrolledWidth;
    this.frame.canvas.style.width = `${Math.max(width, this.#width)}px`;
    this.frame.canvas.style.height = `${HEADER_HEIGHT + this.#map.canvas}px`;
  }

  readonly #onScroll = (): void => {
    const scroller = this.frame.scroller;
    const top = scroller.scrollTop;
    const moved = scroller.scrollLeft !== this.#scrollLeft;
    this.#scrollLeft = scroller.scrollLeft;
    const before = this.#position;
    if (Math.abs(top - this.#scrollTop) >= 0.5) {
      this.#position = Math.round(followScroll(this.#map, before, this.#scrollTop, top));
      this.#scrollTop = top;
      const atEnd = top <= 0 || top >= this.#map.maximumScroll;
      if (atEnd && this.#position !== before) this.#alignScrollBar();
    }
    this.#trackSpeed(this.#position - before);
    this.paint();
    if (moved || this.#position !== before) this.#events.onScroll(this.#position, this.#scrollLeft);
    this.#settleLater();
  };

  #trackSpeed(pixels: number): void {
    const now = performance.now();
    const seconds = Math.max(0.008, (now - this.#movedAt) / 1000);
    this.#movedAt = now;
    const speed = seconds > 0.3 ? 0 : pixels / ROW_HEIGHT / seconds;
    this.#speed = this.#speed * 0.6 + speed * 0.4;
  }

  /** Small steps let the scroll bar drift from the position it stands for; it is put right when the rows stand still. */
  #alignScrollBar(): void {
    const top = scrollTopOf(this.#map, this.#position);
    if (Math.abs(top - this.#scrollTop) < 1) return;
    this.frame.scroller.scrollTop = top;
    this.#scrollTop = this.frame.scroller.scrollTop;
  }

  #settleLater(): void {
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => {
      this.#speed = 0;
      this.#alignScrollBar();
      this.#events.onPlace(this.place);
    }, SETTLE_MILLISECONDS);
  }

  #paintSoon(): void {
    if (this.#frameRequest !== 0) return;
    this.#frameRequest = requestAnimationFrame(() => {
      this.#frameRequest = 0;
      this.paint();
    });
  }

  #measureText(): TextMeasure {
    if (!this.#measure) {
      const style = getComputedStyle(this.frame.layer);
      const title = getComputedStyle(this.frame.titles);
      this.#measure = new TextMeasure(
        `${style.fontSize} ${style.fontFamily}`,
        `600 ${title.fontSize} ${title.fontFamily}`,
      );
    }
    return this.#measure;
  }

  #announce(): void {
    const cells = cellCount(this.#selection.ranges);
    this.frame.live.textContent = cells > 1 ? `${cells.toLocaleString('en-US')} cells selected` : '';
  }
}

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

function sameNames(a: GridSource, b: GridSource): boolean {
  if (a.columns.length !== b.columns.length) return false;
  return a.columns.every(
    (column, index) => column.name === b.columns[index]?.name && column.type === b.columns[index]?.type,
  );
}

function sameOrder(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((column, index) => column === b[index]);
}
