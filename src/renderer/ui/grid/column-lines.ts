import type { ColumnPlan } from './column-layout';
import { element } from './grid-frame';
import { ROW_HEIGHT } from './row-height';

interface LinesState {
  cache: { source: { rowCount: number } };
  plan: ColumnPlan;
  from: number;
  to: number;
  scrollLeft: number;
  gutter: number;
}

/**
 * The lines between columns, one tall element each in place of a border on every cell, and the pattern of bars that rows
 * show while they are read.
 */
export class ColumnLines {
  readonly #layer: HTMLElement;
  readonly #host: HTMLElement;
  readonly #lines: HTMLElement[] = [];
  #plan: ColumnPlan | undefined;
  #from = -1;
  #to = -1;
  #left = Number.NaN;
  #height = -1;
  #width = -1;

  constructor(layer: HTMLElement) {
    this.#layer = layer;
    this.#host = element('div', 'grid-lines');
    this.#host.setAttribute('role', 'presentation');
    layer.append(this.#host);
  }

  /** Lines reach down to the last row, of a layer whose first row is `base`. */
  paint(state: LinesState, base: number, span: number): void {
    const { plan, from, to } = state;
    const height = Math.min(span, state.cache.source.rowCount - base) * ROW_HEIGHT;
    if (height !== this.#height) this.#host.style.height = `${height}px`;
    this.#height = height;
    const left = state.gutter + plan.pinnedWidth - state.scrollLeft;
    if (left !== this.#left) this.#host.style.left = `${left}px`;
    this.#left = left;
    const width = Math.max(0, left + plan.scrolledWidth, state.gutter + plan.pinnedWidth);
    if (width !== this.#width) this.#layer.style.setProperty('--rows-width', `${width}px`);
    this.#width = width;
    if (plan === this.#plan && from === this.#from && to === this.#to) return;
    this.#plan = plan;
    this.#from = from;
    this.#to = to;
    this.#draw(plan, from, to);
  }

  #draw(plan: ColumnPlan, from: number, to: number): void {
    while (this.#lines.length < to - from) {
      const line = element('div', 'grid-line');
      this.#host.append(line);
      this.#lines.push(line);
    }
    const start = plan.left[from] ?? 0;
    const bars: string[] = [];
    this.#lines.forEach((line, index) => {
      const place = from + index;
      line.hidden = place >= to;
      if (line.hidden) return;
      const left = plan.left[place] ?? 0;
      const width = plan.width[place] ?? 0;
      line.style.left = `${left + width - 1}px`;
      const bar = Math.round(width * (SHARES[place % SHARES.length] ?? 0.5));
      bars.push(`linear-gradient(var(--surface-3) 0 0) ${left - start + 8}px 8px / ${bar}px 7px no-repeat`);
    });
    this.#layer.style.setProperty('--waiting-bars', bars.length > 0 ? bars.join(', ') : 'none');
  }
}

/** Parts of a column's width that its bars take. */
const SHARES = [0.58, 0.36, 0.48, 0.27];
