import type { GridGestures } from './grid-gestures';
import { spotCenter } from './grid-spot';
import type { GridView } from './grid-view';
import { clampSpot, extendTo, type GridSpot, selectAll, selectCell, selectColumns, selectRows } from './selection';

/** Turns keys into movements and requests. Tab walks the cells; after Escape it leaves the grid, as the help text says. */
export class GridKeys {
  readonly #view: GridView;
  readonly #gestures: GridGestures;
  #tabLeaves = false;

  constructor(view: GridView, gestures: GridGestures) {
    this.#view = view;
    this.#gestures = gestures;
    view.frame.scroller.addEventListener('keydown', this.#onKey);
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const handled = this.#move(event) || this.#select(event) || this.#ask(event);
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  };

  #move(event: KeyboardEvent): boolean {
    if (event.key === 'Tab') return this.#tab(event.shiftKey);
    const to = this.#target(event);
    if (!to) return false;
    this.#tabLeaves = false;
    const selection = this.#view.selection;
    this.#view.setSelection(
      event.shiftKey
        ? extendTo(selection, clampSpot({ row: Math.max(0, to.row), place: to.place }, this.#view.bounds))
        : selectCell(clampSpot(to, this.#view.bounds)),
    );
    return true;
  }

  /** Where a key leads from the cell that moves. */
  #target(event: KeyboardEvent): GridSpot | null {
    const { rows, places } = this.#view.bounds;
    const at = event.shiftKey ? this.#view.selection.head : this.#view.selection.active;
    const edge = event.ctrlKey || event.metaKey;
    const page = this.#view.pageRows - 1;
    if (event.altKey && event.key.startsWith('Arrow')) return null;
    switch (event.key) {
      case 'ArrowDown':
        return { row: edge ? rows - 1 : at.row + 1, place: at.place };
      case 'ArrowUp':
        return { row: edge ? 0 : at.row - 1, place: at.place };
      case 'ArrowRight':
        return { row: at.row, place: edge ? places - 1 : at.place + 1 };
      case 'ArrowLeft':
        return { row: at.row, place: edge ? 0 : at.place - 1 };
      case 'Home':
        return { row: edge ? 0 : at.row, place: 0 };
      case 'End':
        return { row: edge ? rows - 1 : at.row, place: places - 1 };
      case 'PageDown':
        return event.altKey ? { row: at.row, place: at.place + 8 } : { row: at.row + page, place: at.place };
      case 'PageUp':
        return event.altKey
          ? { row: at.row, place: at.place - 8 }
          : { row: Math.max(0, at.row - page), place: at.place };
      default:
        return null;
    }
  }

  #tab(backwards: boolean): boolean {
    const { rows, places } = this.#view.bounds;
    const { row, place } = this.#view.selection.active;
    if (this.#tabLeaves || rows === 0) return false;
    const next = place + (backwards ? -1 : 1);
    const to =
      next < 0
        ? { row: row - 1, place: places - 1 }
        : next >= places
          ? { row: row + 1, place: 0 }
          : { row, place: next };
    if (to.row < 0 || to.row >= rows) return false;
    this.#view.setSelection(selectCell(to));
    return true;
  }

  #select(event: KeyboardEvent): boolean {
    const control = event.ctrlKey || event.metaKey;
    const view = this.#view;
    const { active, head } = view.selection;
    if (control && !event.shiftKey && event.key.toLowerCase() === 'a')
      view.setSelection(selectAll(view.selection, view.bounds), null);
    else if (control && event.key === ' ')
      view.setSelection(selectColumns(view.selection, view.bounds, active.place, head.place, false), null);
    else if (active.row < 0 && event.key === ' ')
      view.setSelection(selectColumns(view.selection, view.bounds, active.place, active.place, false), null);
    else if (event.shiftKey && event.key === ' ')
      view.setSelection(selectRows(view.selection, view.bounds, active.row, head.row, false), null);
    else if (event.key === 'Escape') {
      this.#tabLeaves = true;
      if (view.selection.ranges.length <= 1 && active.row === head.row && active.place === head.place) return false;
      view.setSelection(selectCell(active));
    } else return false;
    return true;
  }

  #ask(event: KeyboardEvent): boolean {
    const control = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const { active } = this.#view.selection;
    const column = this.#view.plan.columns[active.place] ?? 0;
    if (control && key === 'c') this.#gestures.onCopy(event.shiftKey);
    else if (control && !event.shiftKey && key === 'f') this.#gestures.onFind();
    else if (control && !event.shiftKey && key === 'g') this.#gestures.onJump();
    else if (key === 'f3') this.#gestures.onFindNext(event.shiftKey);
    else if (key === 'enter' && active.row < 0) this.#gestures.onSort(column, event.shiftKey);
    else if ((key === 'enter' && !control) || key === 'f7')
      this.#gestures.onOpen({ row: Math.max(0, active.row), column });
    else if (key === 'contextmenu' || (event.shiftKey && key === 'f10')) this.#menu();
    else if (event.altKey && key === 'arrowdown')
      this.#gestures.onFilter({
        area: 'title',
        cell: { row: 0, column },
        ...spotCenter(this.#view, { row: -1, place: active.place }),
      });
    else return false;
    return true;
  }

  #menu(): void {
    const { active } = this.#view.selection;
    this.#view.reveal(active);
    const cell = { row: Math.max(0, active.row), column: this.#view.plan.columns[active.place] ?? 0 };
    this.#gestures.onMenu({ area: active.row < 0 ? 'title' : 'cell', cell, ...spotCenter(this.#view, active) });
  }
}
