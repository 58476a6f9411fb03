import type { ColumnInfo } from '../../../../shared/columns';

/** How the columns of two results belong together. */
export interface ColumnMatch {
  /** Index on the right by index on the left, -1 where the right has none; and the reverse. */
  toRight: number[];
  toLeft: number[];
  onlyLeft: string[];
  onlyRight: string[];
  /** Columns on both sides whose types differ. */
  retyped: { name: string; left: string; right: string }[];
}

/** Matches columns by name; the second of two columns with one name matches the second of the other side. */
export function matchColumns(left: readonly ColumnInfo[], right: readonly ColumnInfo[]): ColumnMatch {
  const toRight = new Array<number>(left.length).fill(-1);
  const toLeft = new Array<number>(right.length).fill(-1);
  const free = new Map<string, number[]>();
  right.forEach((column, index) => {
    free.set(column.name, [...(free.get(column.name) ?? []), index]);
  });
  const retyped: ColumnMatch['retyped'] = [];
  left.forEach((column, index) => {
    const at = free.get(column.name)?.shift();
    if (at === undefined) return;
    toRight[index] = at;
    toLeft[at] = index;
    const other = right[at];
    if (other && other.type !== column.type) retyped.push({ name: column.name, left: column.type, right: other.type });
  });
  const unmatched = (columns: readonly ColumnInfo[], match: number[]) =>
    columns.filter((_, index) => match[index] === -1).map((column) => column.name);
  return { toRight, toLeft, onlyLeft: unmatched(left, toRight), onlyRight: unmatched(right, toLeft), retyped };
}
