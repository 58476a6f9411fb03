import { isNumeric } from '../../../shared/columns';
import type { BlockCache } from './block-cache';
import { hasUnseen, visibleParts } from './cell-text';
import type { ColumnPlan } from './column-layout';
import { child, element } from './grid-frame';
import { type GridSelection, isSelected } from './selection';

export const ROW_HEIGHT = 24;

/** Beyond this many rows from the base, rows are placed anew, so that pixel offsets stay small and exact. */
const REBASE_ROWS = 20_000;

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
  flags: number;
  rich: boolean;
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
  version: number;
  shown: boolean;
}

const NUMERIC = 1;
const NULL = 2;
const WAITING = 4;
const SELECTED = 8;
const ACTIVE = 16;
const HIT = 32;
const DIFFERS = 64;
const MISSING = 128;
const SKELETON_SHIFT = 8;

const classNames = new Map<number, string>();
const rowNumber = new Intl.NumberFormat('en-US');

/**
 * Paints rows into recycled elements: a row keeps its element while it stays in view (element = row modulo pool), so a
 * scroll by a few rows writes a few rows, and columns do the same within a row.
 */
export class RowPainter {
  readonly #layer: HTMLElement;
  #rows: RowView[] = [];
  #slots = 0;
  #base = 0;
  #version = 0;
  #plan: ColumnPlan | undefined;
  #gutter = -1;
  #scrollLeft = -1;
  #named: HTMLElement | undefined;
  #from = 0;
  #to = 0;

  constructor(layer: HTMLElement) {
    this.#layer = layer;
  }

  /** Repaints every row at the next paint: selection, texts or columns changed. */
  invalidate(): void {
    this.#version += 1;
  }

  paint(state: PaintState): void {
    this.#prepare(state);
    const count = this.#rows.length;
    const moved = state.scrollLeft !== this.#scrollLeft;
    this.#scrollLeft = state.scrollLeft;
    if (Math.abs(state.firstRow - this.#base) > REBASE_ROWS) {
      this.#base = state.firstRow;
      this.invalidate();
    }
    const shift = state.gutter + state.plan.pinnedWidth - state.scrollLeft;
    for (let row = state.firstRow; row <= state.lastRow; row += 1) {
      const view = this.#rows[row % count];
      if (!view) continue;
      if (moved || view.version !== this.#version) view.moving.style.transform = `translateX(${shift}px)`;
      if (view.row !== row || view.version !== this.#version) this.#paintRow(view, row, state);
    }
    for (const view of this.#rows) {
      const inView = view.row >= state.firstRow && view.row <= state.lastRow;
      // A row just out of view keeps its true place there; only one that was not painted with the rest must go.
      if (inView || view.version !== this.#version) this.#show(view, inView);
    }
    this.#nameActive(state);
    this.#layer.style.transform = `translate3d(0, ${Math.round(this.#base * ROW_HEIGHT - state.position)}px, 0)`;
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

  /** Repaints what just arrived, without touching other rows. */
  repaintRows(first: number, count: number): void {
    for (const view of this.#rows) if (view.row >= first && view.row < first + count) view.version = -1;
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
    if (state.from !== this.#from || state.to !== this.#to) {
      this.#from = state.from;
      this.#to = state.to;
      this.invalidate();
    }
    const slots = Math.max(this.#slots, state.to - state.from);
    // Row numbers that grew a digit while rows came move every cell to the right.
    if (slots !== this.#slots || state.plan !== this.#plan || state.gutter !== this.#gutter) {
      this.#slots = slots === this.#slots ? slots : slots + 2;
      this.#plan = state.plan;
      this.#gutter = state.gutter;
      for (const view of this.#rows) this.#fitCells(view, state.plan, state.gutter);
      this.invalidate();
    }
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
  }

  #paintRow(view: RowView, row: number, state: PaintState): void {
    view.element.style.top = `${(row - this.#base) * ROW_HEIGHT}px`;
    if (view.row !== row) {
      view.row = row;
      view.numberText.data = rowNumber.format(row + 1);
      view.element.setAttribute('aria-rowindex', String(row + 2));
    }
    view.version = this.#version;
    let touched = false;
    for (const range of state.selection.ranges) if (row >= range.firstRow && row <= range.lastRow) touched = true;
    view.number.className = touched ? 'grid-number on' : 'grid-number';
    for (let place = 0; place < state.plan.pinnedCount; place += 1) {
      const cell = view.pinnedCells[place];
      if (cell) paintCell(cell, row, place, state, touched);
    }
    for (let place = state.from; place < state.to; place += 1) {
      const cell = view.cells[place % this.#slots];
      if (cell) paintCell(cell, row, place, state, touched);
    }
  }

  #show(view: RowView, shown: boolean): void {
    if (view.shown === shown) return;
    view.shown = shown;
    view.element.hidden = !shown;
    if (!shown) view.row = -1;
  }
}

function makeRow(layer: HTMLElement): RowView {
  const row = child(layer, 'grid-row', 'row');
  row.hidden = true;
  const moving = child(row, 'grid-moving', 'presentation');
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
    version: -1,
    shown: false,
  };
}

function makeCell(parent: HTMLElement): CellView {
  const made = child(parent, 'grid-cell', 'gridcell');
  made.hidden = true;
  const text = document.createTextNode('');
  made.append(text);
  return { element: made, text, place: -1, shown: '', stale: true, flags: 0, rich: false };
}

function takeAway(cell: CellView): void {
  if (cell.place < 0) return;
  cell.place = -1;
  cell.element.hidden = true;
}

function paintCell(cell: CellView, row: number, place: number, state: PaintState, touched: boolean): void {
  const source = state.plan.columns[place] ?? 0;
  if (cell.place !== place) placeCell(cell, place, state.plan);
  const text = state.cache.text(row, source);
  const active = state.selection.active;
  const isActive = row === active.row && place === active.place;
  const kind = state.cache.source.columns[source]?.kind ?? 'other';
  let flags = isNumeric(kind) ? NUMERIC : 0;
  if (text === null) flags |= NULL;
  else if (text === undefined) flags |= WAITING | (((row * 7 + source * 3) % 4) << SKELETON_SHIFT);
  else if (state.needle !== '' && text.toLowerCase().includes(state.needle)) flags |= HIT;
  if (touched && isSelected(state.selection.ranges, row, place)) flags |= SELECTED;
  if (isActive) flags |= ACTIVE;
  const mark = text === undefined ? undefined : state.mark?.(row, source);
  if (mark) flags |= mark === 'differs' ? DIFFERS : MISSING;
  if (flags !== cell.flags) applyFlags(cell, flags);
  if (cell.stale || text !== cell.shown) applyText(cell, text, (state.plan.width[place] ?? 0) / 5 + 8);
}

function placeCell(cell: CellView, place: number, plan: ColumnPlan): void {
  if (cell.place < 0) cell.element.hidden = false;
  cell.place = place;
  cell.element.style.left = `${plan.left[place]}px`;
  cell.element.style.width = `${plan.width[place]}px`;
  cell.element.setAttribute('aria-colindex', String(place + 2));
  cell.stale = true;
}

function applyFlags(cell: CellView, flags: number): void {
  const changed = flags ^ cell.flags;
  cell.flags = flags;
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
  if (flags & WAITING) names.push('waiting', `waiting-${flags >> SKELETON_SHIFT}`);
  if (flags & SELECTED) names.push('selected');
  if (flags & ACTIVE) names.push('active');
  if (flags & HIT) names.push('hit');
  if (flags & DIFFERS) names.push('differs');
  if (flags & MISSING) names.push('missing');
  const made = names.join(' ');
  classNames.set(flags, made);
  return made;
}

/** Writes a cell's text, cut to what its width can show: shaping a thousand hidden characters costs a frame. */
function applyText(cell: CellView, text: string | null | undefined, room: number): void {
  cell.shown = text;
  cell.stale = false;
  const visible = text === undefined ? '' : text === null ? 'NULL' : text.length > room ? text.slice(0, room) : text;
  if (typeof text === 'string' && hasUnseen(visible)) {
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
