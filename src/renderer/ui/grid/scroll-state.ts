import { ROW_HEIGHT } from './row-height';
import { followScroll, type ScrollMap, scrollMap, scrollTopOf } from './scroll-map';

/**
 * Where a view stands, in pixels of all its rows, beside the scroll bar that stands for it. Small steps let the bar drift
 * from the position; `align` puts it right when the rows stand still.
 */
export class ScrollState {
  readonly #scroller: HTMLElement;
  #map: ScrollMap = scrollMap(0, ROW_HEIGHT, 0);
  #position = 0;
  #left = 0;
  /** The scroll offset seen last. */
  #top = 0;
  #speed = 0;
  #movedAt = 0;

  constructor(scroller: HTMLElement) {
    this.#scroller = scroller;
  }

  /** The pixel of the rows at the upper edge. */
  get position(): number {
    return this.#position;
  }

  get left(): number {
    return this.#left;
  }

  /** Rows a second, negative upwards. */
  get speed(): number {
    return this.#speed;
  }

  get canvasHeight(): number {
    return this.#map.canvas;
  }

  /** Takes over another number of rows or height of the view. The canvas must be sized before `align`. */
  fit(rowCount: number, viewHeight: number): void {
    this.#map = scrollMap(rowCount, ROW_HEIGHT, viewHeight);
  }

  /** Whether the position lies beyond the last row. */
  get isBeyond(): boolean {
    return this.#position > this.#map.maximumPosition;
  }

  /** Goes to a place, or as near as there are rows; tells whether anything moved. */
  moveTo(position: number, left: number): boolean {
    const before = { position: this.#position, left: this.#left };
    this.#position = Math.round(Math.min(Math.max(position, 0), this.#map.maximumPosition));
    this.align();
    if (left !== this.#left) this.#scroller.scrollLeft = left;
    this.#left = this.#scroller.scrollLeft;
    return before.position !== this.#position || before.left !== this.#left;
  }

  /** Follows the scroll bar after the browser moved it; tells whether anything moved. */
  follow(): boolean {
    const before = { position: this.#position, left: this.#left };
    const top = this.#scroller.scrollTop;
    this.#left = this.#scroller.scrollLeft;
    if (Math.abs(top - this.#top) >= 0.5) {
      this.#position = Math.round(followScroll(this.#map, before.position, this.#top, top));
      this.#top = top;
      const atEnd = top <= 0 || top >= this.#map.maximumScroll;
      if (atEnd && this.#position !== before.position) this.align();
    }
    this.#track(this.#position - before.position);
    return before.position !== this.#position || before.left !== this.#left;
  }

  /** Sets the scroll bar to what stands for the position. */
  align(): void {
    const top = scrollTopOf(this.#map, this.#position);
    if (Math.abs(top - this.#top) < 1) return;
    this.#scroller.scrollTop = top;
    this.#top = this.#scroller.scrollTop;
  }

  /** The rows stand still. */
  rest(): void {
    this.#speed = 0;
    this.align();
  }

  #track(pixels: number): void {
    const now = performance.now();
    const seconds = Math.max(0.008, (now - this.#movedAt) / 1000);
    this.#movedAt = now;
    const speed = seconds > 0.3 ? 0 : pixels / ROW_HEIGHT / seconds;
    this.#speed = this.#speed * 0.6 + speed * 0.4;
  }
}
