import type { ColumnPlan } from './column-layout';
import { ROW_HEIGHT } from './row-height';

/** The position nearest to the present one that shows a row whole; a far row is shown in the middle. */
export function positionToReveal(row: number, position: number, viewHeight: number): number {
  const top = row * ROW_HEIGHT;
  if (top < position - viewHeight || top > position + 2 * viewHeight) return top - viewHeight / 2 + ROW_HEIGHT;
  if (top < position) return top;
  return Math.max(position, top + ROW_HEIGHT - viewHeight);
}

/** The horizontal offset nearest to the present one that shows a column, from its left edge where it is too wide. */
export function leftToReveal(plan: ColumnPlan, place: number, scrollLeft: number, room: number): number {
  if (place < plan.pinnedCount) return scrollLeft;
  const left = plan.left[place] ?? 0;
  const right = left + (plan.width[place] ?? 0);
  if (left < scrollLeft || right - left > room) return left;
  return Math.max(scrollLeft, right - room);
}
