import { withMoved, withWidth } from './column-layout';
import type { GridGestures } from './grid-gestures';
import { edgeOf, type GridHit, hitAt } from './grid-spot';
import type { GridView } from './grid-view';
import { HEADER_HEIGHT } from './header-painter';
import { addCell, extendTo, isSelected, selectAll, selectCell, selectColumns, selectRows } from './selection';

/** What the pressed pointer is doing. */
type Drag =
  | { kind: 'cells' }
  | { kind: 'rows'; from: number; add: boolean }
  | { kind: 'resize'; column: number; startX: number; startWidth: number }
  | { kind: 'title'; place: number; startX: number; moving: boolean };

const DRAG_THRESHOLD = 5;

/** Turns pointer movements into selections, resized and moved columns, and requests. */
export class GridPointer {
  readonly #view: GridView;
  readonly #gestures: GridGestures;
  #drag: Drag | null = null;
  #last: PointerEvent | null = null;
  #scrolling = 0;

  constructor(view: GridView, gestures: GridGestures) {
    this.#view = view;
    this.#gestures = gestures;
    const { scroller } = view.frame;
    scroller.addEventListener('pointerdown', this.#onDown);
    scroller.addEventListener('pointermove', this.#onMove);
    scroller.addEventListener('pointerup', this.#onUp);
    scroller.addEventListener('pointercancel', this.#onCancel);
    scroller.addEventListener('dblclick', this.#onDouble);
    scroller.addEventListener('contextmenu', this.#onMenu);
  }

  dispose(): void {
    cancelAnimationFrame(this.#scrolling);
  }

  readonly #onDown = (event: PointerEvent): void => {
    if (this.#onScrollBar(event) || event.button === 1) return;
    const view = this.#view;
    view.frame.scroller.focus({ preventScroll: true });
    const hit = hitAt(view, event.clientX, event.clientY);
    if (event.button === 2) {
      if (hit.area === 'cell' && !isSelected(view.selection.ranges, hit.spot.row, hit.spot.place))
        view.setSelection(selectCell(hit.spot), null);
      return;
    }
    this.#last = event;
    this.#drag = this.#begin(event, hit);
    if (this.#drag) view.frame.scroller.setPointerCapture(event.pointerId);
  };

  #begin(event: PointerEvent, hit: GridHit): Drag | null {
    const view = this.#view;
    const control = event.ctrlKey || event.metaKey;
    if (hit.area === 'corner') view.setSelection(selectAll(view.selection, view.bounds), null);
    if (hit.area === 'title') return this.#beginTitle(event, hit);
    if (hit.outside || hit.area === 'corner') return null;
    if (hit.area === 'number') {
      const from = event.shiftKey ? view.selection.active.row : hit.spot.row;
      view.setSelection(selectRows(view.selection, view.bounds, from, hit.spot.row, control), null);
      return { kind: 'rows', from, add: control };
    }
    if (event.shiftKey) view.setSelection(extendTo(view.selection, hit.spot));
    else if (control) view.setSelection(addCell(view.selection, hit.spot));
    else view.setSelection(selectCell(hit.spot));
    return { kind: 'cells' };
  }

  #beginTitle(event: PointerEvent, hit: GridHit): Drag | null {
    const title = titleOf(event.target);
    if (!title) return null;
    const place = Number(title.dataset.place);
    const column = this.#view.plan.columns[place] ?? 0;
    const target = event.target as HTMLElement;
    if (target.closest('.grid-resize')) {
      return { kind: 'resize', column, startX: event.clientX, startWidth: this.#view.plan.width[place] ?? 0 };
    }
    if (target.closest('.grid-title-menu')) {
      const box = title.getBoundingClientRect();
      this.#gestures.onMenu({ area: 'title', x: box.left, y: box.bottom, cell: { row: 0, column } });
      return null;
    }
    return { kind: 'title', place: hit.spot.place, startX: event.clientX, moving: false };
  }

  readonly #onMove = (event: PointerEvent): void => {
    const drag = this.#drag;
    if (!drag) return;
    this.#last = event;
    const view = this.#view;
    if (drag.kind === 'resize') {
      view.setLayout(withWidth(view.model.layout, drag.column, drag.startWidth + event.clientX - drag.startX), false);
      return;
    }
    if (drag.kind === 'title') this.#moveTitle(drag, event);
    else this.#extend();
    if (this.#outward()[0] !== 0 || this.#outward()[1] !== 0) this.#scrollOn();
  };

  #extend(): void {
    const drag = this.#drag;
    const event = this.#last;
    if (!drag || !event) return;
    const view = this.#view;
    const hit = hitAt(view, event.clientX, event.clientY);
    if (drag.kind === 'cells') {
      const { head } = view.selection;
      if (head.row !== hit.spot.row || head.place !== hit.spot.place)
        view.setSelection(extendTo(view.selection, hit.spot), null);
    } else if (drag.kind === 'rows') {
      const kept = drag.add ? { ...view.selection, ranges: view.selection.ranges.slice(0, -1) } : view.selection;
      view.setSelection(selectRows(kept, view.bounds, drag.from, hit.spot.row, drag.add), null);
    }
  }

  #moveTitle(drag: Drag & { kind: 'title' }, event: PointerEvent): void {
    if (!drag.moving && Math.abs(event.clientX - drag.startX) < DRAG_THRESHOLD) return;
    drag.moving = true;
    const drop = this.#dropAt(event);
    const { guide, scroller } = this.#view.frame;
    scroller.classList.add('moving-column');
    guide.style.display = 'block';
    guide.style.transform = `translateX(${Math.max(this.#view.gutter, edgeOf(this.#view, drop.place)) - 1}px)`;
  }

  /** Between which titles a dragged one would land: before `place`, which may be one behind the last. */
  #dropAt(event: PointerEvent): { place: number; pinned: boolean } {
    const view = this.#view;
    const hit = hitAt(view, event.clientX, event.clientY);
    const middle = edgeOf(view, hit.spot.place) + (view.plan.width[hit.spot.place] ?? 0) / 2;
    const place = hit.x > middle ? hit.spot.place + 1 : hit.spot.place;
    return { place, pinned: hit.spot.place < view.plan.pinnedCount };
  }

  readonly #onUp = (event: PointerEvent): void => {
    const drag = this.#drag;
    this.#end();
    if (!drag) return;
    const view = this.#view;
    if (drag.kind === 'resize') view.setLayout(view.model.layout);
    if (drag.kind !== 'title') return;
    const column = view.plan.columns[drag.place] ?? 0;
    if (drag.moving) {
      const drop = this.#dropAt(event);
      const before =
        drop.pinned && drop.place >= view.plan.pinnedCount ? null : (view.plan.columns[drop.place] ?? null);
      view.setLayout(withMoved(view.model.layout, view.cache.source.columns.length, column, before, drop.pinned));
    } else this.#clickTitle(event, drag.place, column);
  };

  /** A click sorts; with Alt or Ctrl it selects the column, with Alt and Shift the columns up to it. */
  #clickTitle(event: PointerEvent, place: number, column: number): void {
    const view = this.#view;
    const add = event.ctrlKey || event.metaKey;
    if (!event.altKey && !add) {
      this.#gestures.onSort(column, event.shiftKey);
      return;
    }
    const from = event.shiftKey ? view.selection.active.place : place;
    view.setSelection(selectColumns(view.selection, view.bounds, from, place, add), null);
  }

  readonly #onCancel = (): void => {
    const drag = this.#drag;
    if (drag?.kind === 'resize') this.#view.setLayout(withWidth(this.#view.model.layout, drag.column, drag.startWidth));
    this.#end();
  };

  #end(): void {
    this.#drag = null;
    this.#view.frame.scroller.classList.remove('moving-column');
    this.#view.frame.guide.style.display = 'none';
    cancelAnimationFrame(this.#scrolling);
    this.#scrolling = 0;
  }

  readonly #onDouble = (event: MouseEvent): void => {
    if (this.#onScrollBar(event)) return;
    // The captured pointer makes the scroller the target, so what was clicked is asked for by place.
    const target = document.elementFromPoint(event.clientX, event.clientY);
    const title = titleOf(target);
    if (title && target?.closest('.grid-resize')) {
      this.#view.fit([this.#view.plan.columns[Number(title.dataset.place)] ?? 0]);
      return;
    }
    const hit = hitAt(this.#view, event.clientX, event.clientY);
    if (hit.area !== 'cell' || hit.outside) return;
    this.#gestures.onOpen({ row: hit.spot.row, column: this.#view.plan.columns[hit.spot.place] ?? 0 });
  };

  readonly #onMenu = (event: MouseEvent): void => {
    if (this.#onScrollBar(event)) return;
    event.preventDefault();
    const hit = hitAt(this.#view, event.clientX, event.clientY);
    const column = this.#view.plan.columns[hit.spot.place] ?? 0;
    const area = hit.area === 'number' || hit.area === 'cell' ? 'cell' : hit.area;
    this.#gestures.onMenu({
      area,
      x: event.clientX,
      y: event.clientY,
      cell: { row: Math.max(0, hit.spot.row), column },
    });
  };

  #onScrollBar(event: MouseEvent): boolean {
    const { scroller } = this.#view.frame;
    const box = scroller.getBoundingClientRect();
    return event.clientX - box.left >= scroller.clientWidth || event.clientY - box.top >= scroller.clientHeight;
  }

  /** How far the pointer is outside of the rows, per axis. */
  #outward(): [number, number] {
    const event = this.#last;
    const drag = this.#drag;
    if (!event || !drag || drag.kind === 'resize') return [0, 0];
    const box = this.#view.frame.scroller.getBoundingClientRect();
    const left = box.left + this.#view.gutter + this.#view.plan.pinnedWidth;
    const right = box.left + this.#view.viewWidth;
    const top = box.top + HEADER_HEIGHT;
    const bottom = top + this.#view.bodyHeight;
    const beyond = (at: number, low: number, high: number) => (at < low ? at - low : at > high ? at - high : 0);
    const sideways = drag.kind === 'rows' ? 0 : beyond(event.clientX, left, right);
    return [sideways, drag.kind === 'title' ? 0 : beyond(event.clientY, top, bottom)];
  }

  /** Scrolls on, the faster the farther outside, until the pointer comes back or is released. */
  #scrollOn(): void {
    if (this.#scrolling !== 0) return;
    const step = () => {
      const [x, y] = this.#outward();
      if ((x === 0 && y === 0) || !this.#drag) {
        this.#scrolling = 0;
        return;
      }
      this.#view.scrollTo(this.#view.position + paceOf(y), this.#view.scrollLeft + paceOf(x));
      this.#extend();
      this.#scrolling = requestAnimationFrame(step);
    };
    this.#scrolling = requestAnimationFrame(step);
  }
}

function paceOf(distance: number): number {
  return distance === 0 ? 0 : Math.sign(distance) * (4 + Math.abs(distance) * 0.3 + (distance * distance) / 200);
}

function titleOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof HTMLElement ? target.closest<HTMLElement>('.grid-title') : null;
}
