import { type ColumnInfo, kindMark } from '../../../shared/columns';
import type { ColumnPlan } from './column-layout';
import { child, element, type GridFrame } from './grid-frame';
import type { GridSort, HeaderPicture } from './grid-source';
import { drawPicture } from './header-picture';
import { type GridRange, isSelected } from './selection';

export const HEADER_HEIGHT = 52;

export interface HeaderState {
  plan: ColumnPlan;
  columns: readonly ColumnInfo[];
  from: number;
  to: number;
  scrollLeft: number;
  gutter: number;
  sort: readonly GridSort[];
  filtered: ReadonlySet<number>;
  picture: ((column: number) => HeaderPicture | null) | undefined;
  /** The display index of the title that has the focus, -1 for none. */
  active: number;
  activeId: string;
  ranges: readonly GridRange[];
  rowCount: number;
}

interface TitleView {
  element: HTMLElement;
  mark: HTMLElement;
  name: HTMLElement;
  state: HTMLElement;
  picture: HTMLElement;
  place: number;
}

/** Paints column titles into recycled elements, those in view alone. */
export class HeaderPainter {
  readonly #frame: GridFrame;
  readonly #moving: TitleView[] = [];
  readonly #pinned: TitleView[] = [];
  #plan: ColumnPlan | undefined;
  #stale = true;
  #key = '';

  constructor(frame: GridFrame) {
    this.#frame = frame;
  }

  /** Writes every title again at the next paint: sort, filter, names or pictures changed. */
  invalidate(): void {
    this.#stale = true;
  }

  paint(state: HeaderState): void {
    const shift = state.gutter + state.plan.pinnedWidth - state.scrollLeft;
    this.#frame.movingTitles.style.transform = `translateX(${shift}px)`;
    const key = `${state.from} ${state.to} ${state.active} ${state.gutter}`;
    if (!this.#stale && key === this.#key && state.plan === this.#plan) return;
    this.#frame.corner.style.width = `${state.gutter}px`;
    this.#frame.pinnedTitles.style.left = `${state.gutter}px`;
    this.#frame.pinnedTitles.style.width = `${state.plan.pinnedWidth}px`;
    this.#frame.pinnedTitles.hidden = state.plan.pinnedCount === 0;
    const rewrite = this.#stale || state.plan !== this.#plan;
    this.#paintPart(this.#pinned, this.#frame.pinnedTitles, 0, state.plan.pinnedCount, state, rewrite);
    this.#paintPart(this.#moving, this.#frame.movingTitles, state.from, state.to, state, rewrite);
    this.#plan = state.plan;
    this.#key = key;
    this.#stale = false;
  }

  #paintPart(
    views: TitleView[],
    host: HTMLElement,
    from: number,
    to: number,
    state: HeaderState,
    rewrite: boolean,
  ): void {
    while (views.length < to - from) {
      views.push(makeTitle(host));
      rewrite = true;
    }
    const used = new Set<TitleView>();
    for (let place = from; place < to; place += 1) {
      const view = views[place % views.length];
      if (!view) continue;
      used.add(view);
      if (rewrite || view.place !== place) writeTitle(view, place, state);
      const active = place === state.active;
      const column = isSelected(state.ranges, 0, place) && isSelected(state.ranges, state.rowCount - 1, place);
      view.element.className = `grid-title${active ? ' active' : ''}${column ? ' on' : ''}`;
      view.element.id = active ? state.activeId : '';
    }
    for (const view of views) {
      view.element.hidden = !used.has(view);
      if (view.element.hidden) view.place = -1;
    }
  }
}

function makeTitle(host: HTMLElement): TitleView {
  const title = child(host, 'grid-title', 'columnheader');
  const line = element('div', 'grid-title-line');
  const mark = element('span', 'grid-type');
  mark.setAttribute('aria-hidden', 'true');
  const name = element('span', 'grid-name');
  const state = element('span', 'grid-state');
  const menu = element('span', 'grid-title-menu');
  menu.setAttribute('aria-hidden', 'true');
  menu.title = 'Sort, filter, pin, hide…';
  line.append(mark, name, state);
  const picture = element('div', 'grid-picture');
  const handle = element('div', 'grid-resize');
  title.append(line, picture, menu, handle);
  return { element: title, mark, name, state, picture, place: -1 };
}

function writeTitle(view: TitleView, place: number, state: HeaderState): void {
  const column = state.plan.columns[place] ?? 0;
  const info = state.columns[column];
  if (!info) return;
  view.place = place;
  view.element.dataset.place = String(place);
  view.element.style.left = `${state.plan.left[place]}px`;
  view.element.style.width = `${state.plan.width[place]}px`;
  view.element.setAttribute('aria-colindex', String(place + 2));
  view.element.title = `${info.name}\n${info.type}`;
  view.mark.textContent = kindMark(info.kind);
  view.name.textContent = info.name === '' ? '(no name)' : info.name;
  writeState(view, column, state);
  drawPicture(view.picture, state.picture?.(column) ?? null);
}

function writeState(view: TitleView, column: number, state: HeaderState): void {
  const at = state.sort.findIndex((sort) => sort.column === column);
  const sort = state.sort[at];
  const arrow = sort ? (sort.descending ? '↓' : '↑') : '';
  const order = sort && state.sort.length > 1 ? String(at + 1) : '';
  view.state.textContent = `${arrow}${order}`;
  view.state.classList.toggle('filtered', state.filtered.has(column));
  view.element.setAttribute('aria-sort', sort ? (sort.descending ? 'descending' : 'ascending') : 'none');
}
