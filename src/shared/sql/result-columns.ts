import type { ColumnInfo, ColumnKind } from '../columns';

/** The relation that every query over a kept result reads, in the engine and in the lens alike. */
export const RESULT_RELATION = 'result';

/** The stored name of a result's column; results store their columns as c0…cn, as the shown names may repeat. */
export function columnRef(index: number): string {
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError(`Not a column index: ${index}`);
  return `c${index}`;
}

const ZONED = /^(TIMESTAMP|TIME) WITH TIME ZONE$|^(TIMESTAMPTZ|TIMETZ)$/i;

/** Whether the values are shown in a time zone, so that their text and their days depend on the session's zone. */
export function isZoned(column: ColumnInfo): boolean {
  return ZONED.test(column.type);
}

/** What a column can be on an axis: a number, a moment, or a name among others. */
export type AxisFamily = 'number' | 'time' | 'category';

/** The axis family of a column; a time of day counts as a category, as no calendar bin fits it. */
export function axisFamily(column: ColumnInfo): AxisFamily {
  if (column.kind === 'integer' || column.kind === 'decimal' || column.kind === 'float') return 'number';
  return column.kind === 'date' || column.kind === 'timestamp' ? 'time' : 'category';
}

const ORDERED: ReadonlySet<ColumnKind> = new Set([
  'integer',
  'decimal',
  'float',
  'boolean',
  'text',
  'date',
  'time',
  'timestamp',
  'interval',
  'uuid',
  'enum',
]);

/** Whether a smallest and a largest value of the kind mean something to a reader. */
export function isOrdered(kind: ColumnKind): boolean {
  return ORDERED.has(kind);
}

/** A condition that keeps NULL, NaN and the infinities out, or undefined where a kind has none beside NULL. */
export function finiteCondition(column: ColumnInfo, ref: string): string | undefined {
  if (column.kind === 'float' || column.kind === 'date') return `isfinite(${ref})`;
  if (column.kind !== 'timestamp') return undefined;
  return isZoned(column) ? `isfinite(${ref})` : `isfinite(CAST(${ref} AS TIMESTAMP))`;
}

/** Display text as the grid cuts it: at most 1,000 characters, then an ellipsis. */
export function displayText(ref: string): string {
  const text = `CAST(${ref} AS VARCHAR)`;
  return `CASE WHEN length(${text}) > 1000 THEN left(${text}, 1000) || '…' ELSE ${text} END`;
}
