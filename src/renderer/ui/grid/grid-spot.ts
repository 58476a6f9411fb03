import { pinnedColumnAt, scrolledColumnAt } from './column-layout';
import type { GridView } from './grid-view';
import { HEADER_HEIGHT } from './header-painter';
import { ROW_HEIGHT } from './row-height';
import type { GridSpot } from './selection';

/** What lies under a point of the window. */
export interface GridHit {
  area: 'corner' | 'title' | 'number' | 'cell';
  /** The nearest cell, inside the bounds; row -1 for titles. */
  spot: GridSpot;
  /** The point lies beyond the last column or the last row. */
  outside: boolean;
  /** Pixels from the left edge of the view. */
  x: number;
}

/** Finds the cell under a point; a point outside of the view gives the nearest cell. */
export function hitAt(view: GridView, clientX: number, clientY: number): GridHit {
  const box = view.frame.scroller.getBoundingClientRect();
  const x = clientX - box.left;
  const y = clientY - box.top;
  const { place, beyond } = placeAt(view, x);
  const row = Math.floor((y - HEADER_HEIGHT + view.position) / ROW_HEIGHT);
  const inHeader = y < HEADER_HEIGHT;
  const inGutter = x < view.gutter;
  const area = inHeader ? (inGutter ? 'corner' : 'title') : inGutter ? 'number' : 'cell';
  const spot = { row: Math.min(Math.max(row, 0), view.bounds.rows - 1), place };
  return { area, spot, outside: (beyond && !inGutter) || (!inHeader && row >= view.bounds.rows), x };
}

function placeAt(view: GridView, x: number): { place: number; beyond: boolean } {
  const { plan } = view;
  const inside = x - view.gutter;
  if (plan.columns.length === 0) return { place: 0, beyond: true };
  if (inside < plan.pinnedWidth && plan.pinnedCount > 0) return { place: pinnedColumnAt(plan, inside), beyond: false };
  if (plan.pinnedCount === plan.columns.length) return { place: plan.pinnedCount - 1, beyond: true };
  const pixel = inside - plan.pinnedWidth + view.scrollLeft;
  return { place: scrolledColumnAt(plan, pixel), beyond: pixel > plan.scrolledWidth };
}

/** The left edge of a column in the view, in pixels. */
export function edgeOf(view: GridView, place: number): number {
  const { plan } = view;
  const left = plan.left[place] ?? plan.scrolledWidth;
  return place < plan.pinnedCount ? view.gutter + left : view.gutter + plan.pinnedWidth + left - view.scrollLeft;
}

/** A point of the window just below the middle of a cell or title, where a menu for it can open. */
export function spotCenter(view: GridView, spot: GridSpot): { x: number; y: number } {
  const box = view.frame.scroller.getBoundingClientRect();
  const x = Math.max(view.gutter, edgeOf(view, spot.place));
  const y = spot.row < 0 ? HEADER_HEIGHT : HEADER_HEIGHT + (spot.row + 1) * ROW_HEIGHT - view.position;
  return {
    x: box.left + Math.min(x + 12, box.width - 20),
    y: box.top + Math.min(Math.max(y, HEADER_HEIGHT), box.height),
  };
}
