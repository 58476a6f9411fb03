import type { GridSort } from './grid-source';

/**
 * The sort after a click on a title: ascending, descending, none. Without `add` the other keys go; with it the column
 * keeps its rank, or comes last.
 */
export function nextSort(sort: readonly GridSort[], column: number, add: boolean): GridSort[] {
  const now = sort.find((key) => key.column === column);
  if (!add) {
    if (now && sort.length === 1) return now.descending ? [] : [{ column, descending: true }];
    return [{ column, descending: false }];
  }
  if (!now) return [...sort, { column, descending: false }];
  if (now.descending) return sort.filter((key) => key.column !== column);
  return sort.map((key) => (key.column === column ? { column, descending: true } : key));
}
