import { isNumeric } from '../../../shared/columns';
import type { BlockCache } from './block-cache';
import { hasUnseen, visibleParts } from './cell-text';
import type { ColumnPlan } from './column-layout';
import { ColumnLines } from './column-lines';
import { child, element } from './grid-frame';
import { ROW_HEIGHT } from './row-height';
import { type GridSelection, isSelected } from './selection';

/**
 * Rows that the layer has room for. It is larger than what is seen and painted to its edges, so that its size never
 * changes: rows that move within it are repainted alone, while another size makes the browser compose the whole window
 * anew. Rows that leave it are placed anew, around its middle.
 */
const LAYER_ROWS = 256;

/** A cell's standing beside its text; a view that compares marks cells that differ. */
export type CellMark = 'differs' | 'missing' | undefined;

/** All that decides how the rows look at this moment. */
export interface PaintState {
  cache: BlockCache;
  plan: ColumnPlan;
  /** Scrolled columns in view, `[from, to)` by display index. */
  from: number;
  to: number;
  firstRow: number;
  lastRow: number;
  /** The pixel of the rows at the upper edge. */
  position: number;
  scrollLeft: number;
  gutter: number;
  selection: GridSelection;
  needle: string;
  /** Pixels of a character of the cells' font. */
  character: number;
  mark: ((row: number, column: number) => CellMark) | undefined;
  activeId: string;
}

interface CellView {
  element: HTMLElement;
  text: Text;
  place: number;
  shown: string | null | undefined;
  /** The cell went to another column: its text is written again, cut to the new width. */
  stale: boolean;
  /** The flags that its class shows. */
  painted: number;
  rich: boolean;
  /** The text may be wider than the cell. */
  clipped: boolean;
}

interface RowView {
  element: HTMLElement;
  number: HTMLElement;
  numberText: Text;
  pinned: HTMLElement;
  moving: HTMLElement;
  pinnedCells: CellView[];
  cells: CellView[];
  row: number;
  top: number;
  version: number;
  shown: boolean;
  /** None of its cells is loaded: the row shows bars in their place. */
  waiting: boolean;
  touched: boolean;
}

const NUMERIC = 1;
const NULL = 2;
const WAITING = 4;
const SELECTED = 8;
const ACTIVE = 16;
const HIT = 32;
const DIFFERS = 64;
const MISSING = 128;
const CLIPPED = 256;

const classNames = new Map<number, string>();
export const rowNumber = new Intl.NumberFormat('en-US');

/**
 * Paints rows into recycled elements: a row keeps its element while it stays in view (element = row modulo pool), so a
 * scroll by a few rows writes a few rows, and columns do the same within a row. A cell is a plain box without clip, line
 * or containment of its own, as each of these costs the browser time in every frame; a text that would not fit is clipped.
 */
export class RowPainter {
  readonly #layer: HTMLElement;
  readonly #lines: ColumnLines;
  #rows: RowView[] = [];
  #slots = 0;
  #base = 0;
  #span = 0;
  #version = 0;
  #plan: ColumnPlan | undefined;
  #gutter = -1;
  #shift = Number.NaN;
  #named: HTMLElement | undefined;
  #from = 0;
  #to = 0;

  constructor(layer: HTMLElement) {
    this.#layer = layer;
    this.#lines = new ColumnLines(layer);
  }

  /** Repaints every row at the next paint: selection, texts or columns changed. */
  invalidate(): void {
    this.#version += 1;
  }

  paint(state: PaintState): void {
    this.#prepare(state);
    const count = this.#rows.length;
    this.#rebase(state);
    for (let row = state.firstRow; row <= state.lastRow; row += 1) {
      const view = this.#rows[row % count];
      if (!view) continue;
      if (view.row !== row || view.version !== this.#version) this.#paintRow(view, row, state);
      this.#place(view);
      this.#show(view, true);
    }
    for (const view of this.#rows) {
      if (view.row >= state.firstRow && view.row <= state.lastRow) continue;
      // A row just out of view keeps its true place there; only one that was not painted with the rest must go.
      const isNear = view.row >= state.firstRow - 4 && view.row <= state.lastRow + 4 && view.row >= this.#base;
      if (isNear && view.version === this.#version) this.#place(view);
      else this.#show(view, false);
    }
    this.#nameActive(state);
    this.#lines.paint(state, this.#base, this.#span);
    this.#layer.style.transform = `translate3d(0, ${Math.round(this.#base * ROW_HEIGHT - state.position)}px, 0)`;
  }

  #rebase({ firstRow, lastRow }: PaintState): void {
    if (firstRow >= this.#base && lastRow < this.#base + this.#span) return;
    this.#base = Math.max(0, firstRow - Math.floor((this.#span - (lastRow - firstRow)) / 2));
  }

  #place(view: RowView): void {
    const top = (view.row - this.#base) * ROW_HEIGHT;
    if (view.top === top) return;
    view.top = top;
    view.element.style.top = `${top}px`;
  }

  /** Names the active cell for assistive technology; a recycled element gives the name up first. */
  #nameActive({ selection: { active }, plan, activeId }: PaintState): void {
    const view = active.row < 0 ? undefined : this.#rows[active.row % this.#rows.length];
    const cells =
      active.place < plan.pinnedCount ? view?.pinnedCells[active.place] : view?.cells[active.place % this.#slots];
    const shown = view?.row === active.row && cells?.place === active.place ? cells.element : undefined;
    if (shown === this.#named && shown?.id === activeId) return;
    this.#named?.removeAttribute('id');
    this.#named = shown;
    if (shown) shown.id = activeId;
  }

  /** Repaints what just arrived at the next paint, without touching other rows; false where none of it is shown. */
  repaintRows(first: number, count: number): boolean {
    let isShown = false;
    for (const view of this.#rows) {
      if (view.row < first || view.row >= first + count) continue;
      view.version = -1;
      isShown = true;
    }
    return isShown;
  }

  /** The painted cells with plain text, for highlighting. */
  *texts(): Generator<Text> {
    for (const view of this.#rows) {
      if (!view.shown) continue;
      for (const cell of view.pinnedCells) if (cell.place >= 0 && !cell.rich) yield cell.text;
      for (const cell of view.cells) if (cell.place >= 0 && !cell.rich) yield cell.text;
    }
  }

  #prepare(state: PaintState): void {
    const rows = state.lastRow - state.firstRow + 1;
    if (this.#rows.length < rows) {
      const size = rows + 4;
      for (const view of this.#rows) view.row = -1;
      while (this.#rows.length < size) this.#rows.push(makeRow(this.#layer));
      this.invalidate();
    }
    this.#fitLayer(rows);
    const slots = Math.max(this.#slots, state.to - state.from);
    // Row numbers that grew a digit while rows came move every cell to the right.
    if (slots !== this.#slots || state.plan !== this.#plan || state.gutter !== this.#gutter) {
      this.#slots = slots === this.#slots ? slots : slots + 2;
      this.#plan = state.plan;
      this.#gutter = state.gutter;
      for (const view of this.#rows) this.#fitCells(view, state.plan, state.gutter);
      this.invalidate();
    }
    if (state.from !== this.#from || state.to !== this.#to) {
      this.#from = state.from;
      this.#to = state.to;
      this.invalidate();
    }
    const start = state.plan.left[state.from] ?? 0;
    const shift = state.gutter + state.plan.pinnedWidth - state.scrollLeft + start;
    if (shift === this.#shift) return;
    this.#shift = shift;
    for (const view of this.#rows) view.moving.style.marginLeft = `${shift}px`;
  }

  /** The span grows with the view, in steps, and never shrinks. */
  #fitLayer(rows: number): void {
    const span = Math.max(this.#span, LAYER_ROWS, 4 * rows);
    if (span === this.#span) return;
    this.#span = span;
    this.#layer.style.height = `${span * ROW_HEIGHT}px`;
  }

  #fitCells(view: RowView, plan: ColumnPlan, gutter: number): void {
    while (view.cells.length < this.#slots) view.cells.push(makeCell(view.moving));
    while (view.pinnedCells.length < plan.pinnedCount) view.pinnedCells.push(makeCell(view.pinned));
    for (const cell of view.pinnedCells) takeAway(cell);
    for (const cell of view.cells) takeAway(cell);
    view.number.style.width = `${gutter}px`;
    view.pinned.style.left = `${gutter}px`;
    view.pinned.style.width = `${plan.pinnedWidth}px`;
    view.pinned.hidden = plan.pinnedCount === 0;
    if (!Number.isNaN(this.#shift)) view.moving.style.marginLeft = `${this.#shift}px`;
  }

  #paintRow(view: RowView, row: number, state: PaintState): void {
    if (view.row !== row) {
      view.row = row;
      view.numberText.data = rowNumber.format(row + 1);
      view.element.setAttribute('aria-rowindex', String(row + 2));
    }
    view.version = this.#version;
    const { plan } = state;
    let touched = false;
    for (const range of state.selection.ranges) if (row >= range.firstRow && row <= range.lastRow) touched = true;
    if (touched !== view.touched) {
      view.touched = touched;
      view.number.className = touched ? 'grid-number on' : 'grid-number';
    }
    const waiting = isWaiting(row, state);
    if (waiting !== view.waiting) {
      view.waiting = waiting;
      view.moving.className = waiting ? 'grid-cells waiting' : 'grid-cells';
      view.element.ariaBusy = waiting ? 'true' : null;
    }
    for (let place = 0; place < plan.pinnedCount; place += 1) {
      const cell = view.pinnedCells[place];
      if (cell) paintCell(cell, row, place, state, touched, waiting);
    }
    for (let place = state.from; place < state.to; place += 1) {
      const cell = view.cells[place % this.#slots];
      if (cell) paintCell(cell, row, place, state, touched, waiting);
    }
    // Slots outside of the columns in view would push the others aside.
    for (const cell of view.cells) if (cell.place < state.from || cell.place >= state.to) takeAway(cell);
  }

  #show(view: RowView, shown: boolean): void {
    if (view.shown === shown) return;
    view.shown = shown;
    view.element.hidden = !shown;
    if (!shown) view.row = -1;
  }
}

/** Whether no cell of a row that would be shown is loaded. */
function isWaiting(row: number, { cache, plan, from, to }: PaintState): boolean {
  for (let place = 0; place < plan.pinnedCount; place += 1)
    if (cache.text(row, plan.columns[place] ?? 0) !== undefined) return false;
  for (let place = from; place < to; place += 1)
    if (cache.text(row, plan.columns[place] ?? 0) !== undefined) return false;
  return true;
}

function makeRow(layer: HTMLElement): RowView {
  const row = child(layer, 'grid-row', 'row');
  row.hidden = true;
  const moving = child(row, 'grid-cells', 'presentation');
  const pinned = child(row, 'grid-pinned', 'presentation');
  const number = child(row, 'grid-number', 'rowheader');
  number.setAttribute('aria-colindex', '1');
  const numberText = document.createTextNode('');
  number.append(numberText);
  return {
    element: row,
    number,
    numberText,
    pinned,
    moving,
    pinnedCells: [],
    cells: [],
    row: -1,
    top: Number.NaN,
    version: -1,
    shown: false,
    waiting: false,
    touched: false,
  };
}

function makeCell(parent: HTMLElement): CellView {
  const made = child(parent, 'grid-cell', 'gridcell');
  made.hidden = true;
  const text = document.createTextNode('');
  made.append(text);
  return { element: made, text, place: -1, shown: '', stale: true, painted: 0, rich: false, clipped: false };
}

function takeAway(cell: CellView): void {
  if (cell.place < 0) return;
  cell.place = -1;
  cell.element.hidden = true;
}

function paintCell(
  cell: CellView,
  row: number,
  place: number,
  state: PaintState,
  touched: boolean,
  waiting: boolean,
): void {
  const source = state.plan.columns[place] ?? 0;
  if (cell.place !== place) placeCell(cell, place, state.plan);
  const text = waiting ? undefined : state.cache.text(row, source);
  const active = state.selection.active;
  const width = state.plan.width[place] ?? 0;
  if (cell.stale || text !== cell.shown) applyText(cell, text, width, state.character);
  const kind = state.cache.source.columns[source]?.kind ?? 'other';
  let flags = (isNumeric(kind) ? NUMERIC : 0) | (cell.clipped ? CLIPPED : 0);
  if (text === null) flags |= NULL;
  else if (text === undefined) flags |= waiting ? 0 : WAITING;
  else if (state.needle !== '' && text.toLowerCase().includes(state.needle)) flags |= HIT;
  if (touched && isSelected(state.selection.ranges, row, place)) flags |= SELECTED;
  if (row === active.row && place === active.place) flags |= ACTIVE;
  const mark = text === undefined ? undefined : state.mark?.(row, source);
  if (mark) flags |= mark === 'differs' ? DIFFERS : MISSING;
  if (flags !== cell.painted) applyFlags(cell, flags);
}

function placeCell(cell: CellView, place: number, plan: ColumnPlan): void {
  if (cell.place < 0) cell.element.hidden = false;
  cell.place = place;
  cell.element.style.order = String(place);
  cell.element.style.width = `${plan.width[place]}px`;
  cell.element.setAttribute('aria-colindex', String(place + 2));
  cell.stale = true;
}

function applyFlags(cell: CellView, flags: number): void {
  const changed = flags ^ cell.painted;
  cell.painted = flags;
  cell.element.className = classNameOf(flags);
  if (changed & SELECTED) cell.element.ariaSelected = flags & SELECTED ? 'true' : 'false';
  if (changed & WAITING) cell.element.ariaBusy = flags & WAITING ? 'true' : null;
}

function classNameOf(flags: number): string {
  const known = classNames.get(flags);
  if (known) return known;
  const names = ['grid-cell'];
  if (flags & NUMERIC) names.push('number');
  if (flags & NULL) names.push('null');
  if (flags & WAITING) names.push('waiting');
  if (flags & CLIPPED) names.push('clipped');
  if (flags & SELECTED) names.push('selected');
  if (flags & ACTIVE) names.push('active');
  if (flags & HIT) names.push('hit');
  if (flags & DIFFERS) names.push('differs');
  if (flags & MISSING) names.push('missing');
  const made = names.join(' ');
  classNames.set(flags, made);
  return made;
}

/** Printable characters of the cells' own font, each of one width, with no blank at the ends. */
const PLAIN = /^[!-~\u00a1-\u00ac\u00ae-\u024f](?:[ -~\u00a1-\u00ac\u00ae-\u024f]*[!-~\u00a1-\u00ac\u00ae-\u024f])?$/;

/** Padding and line beside a cell's text. */
const BESIDE_TEXT = 17;

/** Writes a cell's text, cut to what its width can show: shaping a thousand hidden characters costs a frame. */
function applyText(cell: CellView, text: string | null | undefined, width: number, character: number): void {
  cell.shown = text;
  cell.stale = false;
  const room = width / 5 + 8;
  const visible = text === undefined ? '' : text === null ? 'NULL' : text.length > room ? text.slice(0, room) : text;
  const isPlain = visible === '' || PLAIN.test(visible);
  cell.clipped = !isPlain || visible.length * character > width - BESIDE_TEXT;
  if (!isPlain && typeof text === 'string' && hasUnseen(visible)) {
    cell.rich = true;
    cell.element.replaceChildren(...visibleParts(visible).map(richPart));
    return;
  }
  if (cell.rich) {
    cell.rich = false;
    cell.element.replaceChildren(cell.text);
  }
  cell.text.data = visible;
}

function richPart(part: { text: string; mark: boolean }): Node {
  if (!part.mark) return document.createTextNode(part.text);
  const made = element('span', 'grid-mark');
  made.textContent = part.text;
  return made;
}
