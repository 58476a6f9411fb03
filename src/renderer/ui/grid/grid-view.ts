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
import type { GridEvents, GridModel, GridPlace } from './grid-model';
import type { GridSource } from './grid-source';
import { HEADER_HEIGHT, HeaderPainter } from './header-painter';
import { leftToReveal, positionToReveal } from './reveal';
import { ROW_HEIGHT } from './row-height';
import { type PaintState, RowPainter } from './row-painter';
import { ScrollCanvas } from './scroll-canvas';
import { noteScroll } from './scroll-rest';
import { ScrollState } from './scroll-state';
import {
  cellCount,
  clampSelection,
  clampSpot,
  type GridBounds,
  type GridSelection,
  type GridSpot,
  selectCell,
} from './selection';
import { TextMeasure } from './text-measure';

const SETTLE_MILLISECONDS = 160;
/** Movements in a row from which on rows are drawn as a picture: a step of the wheel is not worth it. */
const STEPS_TO_CANVAS = 3;
/** Of the cells' font as it is shipped, until it was measured. */
const CHARACTER_WIDTH = 7.5;

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
  readonly #scroll: ScrollState;
  #width = 0;
  #height = 0;
  #gutter = 46;
  #selection: GridSelection = selectCell({ row: 0, place: 0 });
  #frameRequest = 0;
  #activeNamed = false;
  readonly #canvas: ScrollCanvas;
  #steps = 0;
  #hasPainted = false;
  #settle: ReturnType<typeof setTimeout> | undefined;
  #start: GridPlace | undefined;

  constructor(root: HTMLElement, id: string, label: string, model: GridModel, events: GridEvents, start?: GridPlace) {
    this.id = id;
    this.#model = model;
    this.#events = events;
    this.#start = start;
    this.frame = buildFrame(root, id, label);
    this.#scroll = new ScrollState(this.frame.scroller);
    this.#rows = new RowPainter(this.frame.layer);
    this.#head = new HeaderPainter(this.frame);
    this.#canvas = new ScrollCanvas(this.frame.body, this.frame.layer);
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
    for (const part of [this.frame.scroller, this.frame.help, this.frame.live]) part.remove();
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
    return this.#scroll.position;
  }

  get gutter(): number {
    return this.#gutter;
  }

  get scrollLeft(): number {
    return this.#scroll.left;
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
      position: this.#scroll.position,
      left: this.#scroll.left,
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
    this.#takeStart();
    this.paint();
  }

  setSelection(selection: GridSelection, reveal: GridSpot | null = selection.head): void {
    this.#selection = clampSelection(selection, this.bounds);
    this.#rows.invalidate();
    this.#standStill();
    if (reveal) this.reveal(reveal);
    this.paint();
    this.#announce();
    this.#events.onSelection(this.#selection);
    this.#settleLater();
  }

  /** Scrolls as little as needed to show a cell; row -1 scrolls to its column alone. */
  reveal(spot: GridSpot): void {
    const at = clampSpot(spot, this.bounds);
    const room = Math.max(0, this.#width - this.#gutter - this.#plan.pinnedWidth);
    const position =
      at.row < 0 ? this.#scroll.position : positionToReveal(at.row, this.#scroll.position, this.bodyHeight);
    const left = leftToReveal(this.#plan, at.place, this.#scroll.left, room);
    if (position !== this.#scroll.position || left !== this.#scroll.left) this.scrollTo(position, left);
  }

  /**
   * Puts a pixel of the rows at the upper edge, and a pixel of the columns at the left one. A view that follows another
   * moves silently, so that the two do not push each other.
   */
  scrollTo(position: number, left: number, silent = false): void {
    const moved = this.#scroll.moveTo(position, left);
    if (moved && !silent) this.#events.onScroll(this.#scroll.position, this.#scroll.left);
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
    const firstRow = Math.max(0, Math.floor(this.#scroll.position / ROW_HEIGHT));
    const lastRow = Math.min(rowCount - 1, Math.floor((this.#scroll.position + this.bodyHeight - 1) / ROW_HEIGHT));
    const room = Math.max(1, this.#width - this.#gutter - this.#plan.pinnedWidth);
    const [from, to] = columnsInView(this.#plan, this.#scroll.left, room);
    this.#paintHead(from, to);
    const state: PaintState = {
      cache: this.#cache,
      plan: this.#plan,
      from,
      to,
      firstRow,
      lastRow,
      position: this.#scroll.position,
      scrollLeft: this.#scroll.left,
      gutter: this.#gutter,
      selection: this.#selection,
      needle: this.#model.needle.toLowerCase(),
      character: this.#measure?.cellCharacter ?? CHARACTER_WIDTH,
      mark: this.#model.mark,
      activeId: `${this.id}-active`,
    };
    if (this.#canvas.isShown) {
      this.#canvas.paint(state, this.#width, this.bodyHeight);
    } else {
      this.#rows.paint(state);
      this.#nameActive(firstRow, lastRow, from, to);
      this.#highlight.update(this.#model.needle, () => this.#rows.texts());
    }
    if (rowCount > 0)
      this.#cache.need({ firstRow, lastRow, columns: this.#columnsShown(from, to), speed: this.#scroll.speed });
  }

  #paintHead(from: number, to: number): void {
    const active = this.#selection.active;
    this.#head.paint({
      plan: this.#plan,
      columns: this.#cache.source.columns,
      from,
      to,
      scrollLeft: this.#scroll.left,
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
    if (shown === this.#activeNamed) return;
    this.#activeNamed = shown;
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
    // The first rows are painted at once: a frame later is a frame late.
    if (this.#rows.repaintRows(first, count) && !this.#hasPainted) this.paint();
    else this.#paintSoon();
    this.#hasPainted = true;
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
      rowsKey === this.#cache.source.rowsKey
        ? Math.min(Math.floor(this.#scroll.position / ROW_HEIGHT), rowCount - 1)
        : 0;
    const lastRow = Math.min(firstRow + this.pageRows, rowCount - 1);
    const room = Math.max(1, this.#width - this.#gutter - this.#plan.pinnedWidth);
    const [from, to] = columnsInView(this.#plan, this.#scroll.left, room);
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
      this.scrollTo(0, this.#scroll.left);
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
    this.#takeStart();
    this.paint();
  }

  /** Goes where the rows stood when this grid was left, as soon as there is a view and a row. */
  #takeStart(): void {
    const start = this.#start;
    if (!start || this.#height === 0 || this.#cache.source.rowCount === 0) return;
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
    this.#scroll.fit(rowCount, this.bodyHeight);
    this.#sizeCanvas();
    const scroller = this.frame.scroller;
    scroller.setAttribute('aria-rowcount', String(this.#cache.source.complete ? rowCount + 1 : -1));
    scroller.setAttribute('aria-colcount', String(this.#plan.columns.length + 1));
    if (this.#scroll.isBeyond) this.scrollTo(this.#scroll.position, this.#scroll.left);
    else this.#scroll.align();
  }

  #sizeCanvas(): void {
    const width = this.#gutter + this.#plan.pinnedWidth + this.#plan.scrolledWidth;
    this.frame.canvas.style.width = `${Math.max(width, this.#width)}px`;
    this.frame.canvas.style.height = `${HEADER_HEIGHT + this.#scroll.canvasHeight}px`;
  }

  readonly #onScroll = (): void => {
    const moved = this.#scroll.follow();
    if (moved) {
      noteScroll();
      this.#steps += 1;
      if (this.#steps >= STEPS_TO_CANVAS) this.#canvas.show();
    }
    this.paint();
    if (moved) this.#events.onScroll(this.#scroll.position, this.#scroll.left);
    this.#settleLater();
  };

  #settleLater(): void {
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => {
      this.#scroll.rest();
      this.#standStill();
      this.#events.onPlace(this.place);
    }, SETTLE_MILLISECONDS);
  }

  /** The elements take the place of the picture again. */
  #standStill(): void {
    this.#steps = 0;
    if (!this.#canvas.isShown) return;
    this.#canvas.hide();
    this.paint();
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

function sameNames(a: GridSource, b: GridSource): boolean {
  if (a.columns.length !== b.columns.length) return false;
  return a.columns.every(
    (column, index) => column.name === b.columns[index]?.name && column.type === b.columns[index]?.type,
  );
}

function sameOrder(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((column, index) => column === b[index]);
}
