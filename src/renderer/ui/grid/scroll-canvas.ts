import { isNumeric } from '../../../shared/columns';
import { hasUnseen, visibleParts } from './cell-text';
import { element } from './grid-frame';
import { ROW_HEIGHT } from './row-height';
import { type PaintState, rowNumber } from './row-painter';
import { isSelected } from './selection';

/** Colours of the theme, read when rows begin to move. */
const TOKENS = {
  ground: '--surface-0',
  gutter: '--surface-1',
  bar: '--surface-3',
  line: '--line',
  strong: '--line-strong',
  text: '--text',
  faint: '--text-3',
  mark: '--accent',
  selection: '--selection',
  number: '--accent-soft',
  numberText: '--accent-strong',
  hit: '--warn-soft',
  missing: '--fail-soft',
  focus: '--focus',
};

type Colours = Record<keyof typeof TOKENS, string>;

/** Left and right of a cell's text; the line takes a pixel at the right. */
const LEFT = 8;
const RIGHT = 9;
/** Baselines of the two sizes of text within a row of 23 pixels and its line. */
const BASELINE = 16;
const NUMBER_BASELINE = 15;

/** A column's place in the view, in pixels. */
interface Strip {
  place: number;
  left: number;
  width: number;
}

/**
 * Draws the rows while they move. Elements cost layout, paint and composition of the whole window in each frame; one
 * picture costs a third of that. It shows what the elements would, which take its place when the rows stand still, for the
 * pointer and for assistive technology.
 */
export class ScrollCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #layer: HTMLElement;
  readonly #context: CanvasRenderingContext2D | null;
  #colours: Colours | undefined;
  #font = '';
  #numberFont = '';
  #shown = false;

  constructor(body: HTMLElement, layer: HTMLElement) {
    this.#layer = layer;
    this.#canvas = element('canvas', 'grid-scroll-canvas') as HTMLCanvasElement;
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.#canvas.hidden = true;
    this.#canvas.width = 0;
    this.#context = this.#canvas.getContext('2d', { alpha: false });
    body.append(this.#canvas);
  }

  get isShown(): boolean {
    return this.#shown;
  }

  /** Takes the place of the elements; false where the browser draws no pictures. */
  show(): boolean {
    if (!this.#context) return false;
    if (this.#shown) return true;
    this.#shown = true;
    const style = getComputedStyle(this.#layer);
    const colour = (token: string) => style.getPropertyValue(token).trim();
    this.#colours = Object.fromEntries(
      Object.entries(TOKENS).map(([name, token]) => [name, colour(token)]),
    ) as unknown as Colours;
    this.#font = `${style.fontSize} ${style.fontFamily}`;
    this.#numberFont = `11px ${style.fontFamily}`;
    this.#canvas.hidden = false;
    this.#layer.style.visibility = 'hidden';
    return true;
  }

  hide(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.#canvas.hidden = true;
    this.#layer.style.visibility = '';
  }

  paint(state: PaintState, width: number, height: number): void {
    const context = this.#context;
    const colours = this.#colours;
    if (!context || !colours) return;
    this.#fit(context, width, height);
    context.fillStyle = colours.ground;
    context.fillRect(0, 0, width, height);
    const { plan, gutter } = state;
    const edge = gutter + plan.pinnedWidth;
    const moving = stripsOf(state, state.from, state.to, edge - state.scrollLeft);
    this.#drawPart(context, colours, state, moving);
    if (plan.pinnedCount > 0) {
      context.fillStyle = colours.ground;
      context.fillRect(gutter, 0, plan.pinnedWidth, height);
      this.#drawPart(context, colours, state, stripsOf(state, 0, plan.pinnedCount, gutter));
      context.fillStyle = colours.strong;
      context.fillRect(edge, 0, 1, bottomOf(state));
    }
    this.#drawGutter(context, colours, state);
  }

  #fit(context: CanvasRenderingContext2D, width: number, height: number): void {
    const ratio = window.devicePixelRatio || 1;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.#canvas.width !== wide || this.#canvas.height !== high) {
      this.#canvas.width = wide;
      this.#canvas.height = high;
      this.#canvas.style.width = `${width}px`;
      this.#canvas.style.height = `${height}px`;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    // No ligatures, as in the cells.
    context.textRendering = 'optimizeSpeed';
  }

  #drawPart(context: CanvasRenderingContext2D, colours: Colours, state: PaintState, strips: readonly Strip[]): void {
    const last = strips.at(-1);
    if (!last) return;
    context.font = this.#font;
    for (const strip of strips) {
      const kind = state.cache.source.columns[state.plan.columns[strip.place] ?? 0]?.kind ?? 'other';
      this.#drawColumn(context, colours, state, strip, isNumeric(kind));
    }
    context.fillStyle = colours.line;
    for (const { left, width } of strips) context.fillRect(left + width - 1, 0, 1, bottomOf(state));
    context.globalAlpha = 0.6;
    const first = strips[0]?.left ?? 0;
    for (let row = state.firstRow; row <= state.lastRow; row += 1)
      context.fillRect(first, topOf(state, row) + ROW_HEIGHT - 1, last.left + last.width - first, 1);
    context.globalAlpha = 1;
    this.#drawActive(context, colours, state, strips);
  }

  #drawColumn(
    context: CanvasRenderingContext2D,
    colours: Colours,
    state: PaintState,
    strip: Strip,
    isNumber: boolean,
  ): void {
    const source = state.plan.columns[strip.place] ?? 0;
    context.textAlign = isNumber ? 'right' : 'left';
    const x = isNumber ? strip.left + strip.width - RIGHT : strip.left + LEFT;
    const room = Math.floor((strip.width - LEFT - RIGHT) / state.character);
    for (let row = state.firstRow; row <= state.lastRow; row += 1) {
      const y = topOf(state, row);
      const text = state.cache.text(row, source);
      this.#drawGround(context, colours, state, strip, row, y, text);
      if (text === undefined) {
        const bar = Math.round(strip.width * 0.5);
        context.fillStyle = colours.bar;
        context.fillRect(isNumber ? x - bar : x, y + 8, bar, 7);
      } else if (text === null) {
        context.font = `italic ${this.#font}`;
        context.fillStyle = colours.faint;
        context.fillText('NULL', x, y + BASELINE);
        context.font = this.#font;
      } else if (text !== '') {
        context.fillStyle = colours.text;
        this.#drawText(context, colours, text, room, x, y, strip);
      }
    }
  }

  #drawGround(
    context: CanvasRenderingContext2D,
    colours: Colours,
    { selection, needle, mark, plan }: PaintState,
    { place, left, width }: Strip,
    row: number,
    y: number,
    text: string | null | undefined,
  ): void {
    const marked = text === undefined ? undefined : mark?.(row, plan.columns[place] ?? 0);
    let ground: string | undefined;
    if (isSelected(selection.ranges, row, place)) ground = colours.selection;
    else if (marked) ground = marked === 'differs' ? colours.hit : colours.missing;
    else if (needle !== '' && text?.toLowerCase().includes(needle)) ground = colours.hit;
    if (ground !== undefined) {
      context.fillStyle = ground;
      context.fillRect(left, y, width - 1, ROW_HEIGHT - 1);
    }
  }

  /** The ring around the active cell, weaker while the keys go elsewhere. */
  #drawActive(context: CanvasRenderingContext2D, colours: Colours, state: PaintState, strips: readonly Strip[]): void {
    const { row, place } = state.selection.active;
    const strip = strips.find((one) => one.place === place);
    if (!strip || row < state.firstRow || row > state.lastRow) return;
    context.globalAlpha = this.#layer.closest('[role=grid]') === document.activeElement ? 1 : 0.55;
    context.strokeStyle = colours.focus;
    context.lineWidth = 2;
    context.strokeRect(strip.left + 1, topOf(state, row) + 1, strip.width - 2, ROW_HEIGHT - 3);
    context.globalAlpha = 1;
  }

  #drawText(
    context: CanvasRenderingContext2D,
    colours: Colours,
    text: string,
    room: number,
    x: number,
    y: number,
    { left, width }: Strip,
  ): void {
    const cut = text.length > room ? `${text.slice(0, Math.max(0, room - 1))}…` : text;
    if (isPlain(cut)) {
      context.fillText(cut, x, y + BASELINE);
      return;
    }
    // Characters of other fonts are as wide as they are, and unseen ones have marks.
    context.save();
    context.beginPath();
    context.rect(left + LEFT, y, width - LEFT - RIGHT, ROW_HEIGHT);
    context.clip();
    if (hasUnseen(cut)) {
      context.textAlign = 'left';
      let at = left + LEFT;
      for (const part of visibleParts(cut)) {
        context.fillStyle = part.mark ? colours.mark : colours.text;
        context.fillText(part.text, at, y + BASELINE);
        at += context.measureText(part.text).width;
      }
    } else {
      context.fillText(cut, x, y + BASELINE);
    }
    context.restore();
  }

  #drawGutter(context: CanvasRenderingContext2D, colours: Colours, state: PaintState): void {
    const { gutter, selection } = state;
    context.fillStyle = colours.gutter;
    context.fillRect(0, 0, gutter, bottomOf(state));
    context.font = this.#numberFont;
    context.textAlign = 'right';
    for (let row = state.firstRow; row <= state.lastRow; row += 1) {
      const y = topOf(state, row);
      const isOn = selection.ranges.some((range) => row >= range.firstRow && row <= range.lastRow);
      if (isOn) {
        context.fillStyle = colours.number;
        context.fillRect(0, y, gutter - 1, ROW_HEIGHT - 1);
      }
      context.fillStyle = isOn ? colours.numberText : colours.faint;
      context.fillText(rowNumber.format(row + 1), gutter - RIGHT, y + NUMBER_BASELINE);
    }
    context.fillStyle = colours.line;
    context.fillRect(gutter - 1, 0, 1, bottomOf(state));
    context.globalAlpha = 0.6;
    for (let row = state.firstRow; row <= state.lastRow; row += 1)
      context.fillRect(0, topOf(state, row) + ROW_HEIGHT - 1, gutter - 1, 1);
    context.globalAlpha = 1;
  }
}

function topOf({ position }: PaintState, row: number): number {
  return row * ROW_HEIGHT - Math.round(position);
}

function bottomOf(state: PaintState): number {
  return topOf(state, state.lastRow + 1);
}

function stripsOf({ plan }: PaintState, from: number, to: number, edge: number): Strip[] {
  return Array.from({ length: to - from }, (_, index) => {
    const place = from + index;
    return { place, left: edge + (plan.left[place] ?? 0), width: plan.width[place] ?? 0 };
  });
}

/** Whether a text is of the cells' own font alone, each character of one width. */
function isPlain(text: string): boolean {
  return /^[!-~\u00a1-\u00ac\u00ae-\u024f\u2026](?:[ -~\u00a1-\u00ac\u00ae-\u024f]*[!-~\u00a1-\u00ac\u00ae-\u024f\u2026])?$/.test(
    text,
  );
}
