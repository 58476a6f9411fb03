import type { ColumnInfo } from '../../shared/columns';
import { columnRef, displayText, isZoned } from '../../shared/sql/result-columns';

/**
 * How a column lives in the lens, whose DuckDB is 1.4.3 without extensions:
 * - `native`: in its own type; everything generated in shared/sql gives the engine's own answers over it
 * - `text`: as the display text that the engine made of it, to be shown and nothing else
 */
export type LensForm = 'native' | 'text';

/**
 * Types whose values, order, text and aggregates are the same in both versions, and which Arrow carries whole. What is
 * left out and why: zoned times need ICU; HUGEINT, UHUGEINT, UUID, BIT, BIGNUM, TIME_NS, GEOMETRY and VARIANT have no
 * plain Arrow form or do not exist in 1.4; ENUM would come as text and sort by letters; JSON needs its extension;
 * INTERVAL loses the tie of equal lengths; nested values and BLOB print differently through Arrow's dictionary forms.
 */
const NATIVE = new Set([
  'BOOLEAN',
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
  'UBIGINT',
  'FLOAT',
  'DOUBLE',
  'VARCHAR',
  'DATE',
  'TIME',
  'TIMESTAMP',
]);

/** Bytes that a value of a native type takes, for the estimate before anything is fetched. */
const WIDTHS: Record<string, number> = {
  BOOLEAN: 1,
  TINYINT: 1,
  UTINYINT: 1,
  SMALLINT: 2,
  USMALLINT: 2,
  INTEGER: 4,
  UINTEGER: 4,
  FLOAT: 4,
  DATE: 4,
  VARCHAR: 8,
};

/** The form in which the lens holds a column of this type. */
export function lensForm(column: ColumnInfo): LensForm {
  if (column.kind === 'decimal') return 'native';
  return NATIVE.has(column.type) ? 'native' : 'text';
}

/** Bytes a row that the column is expected to take in the lens; text is guessed. */
export function expectedWidth(column: ColumnInfo): number {
  if (lensForm(column) === 'text') return 40;
  return WIDTHS[column.type] ?? (column.kind === 'decimal' ? 16 : 8);
}

/** Whether the text form of a column is right in one time zone alone. */
export function dependsOnZone(column: ColumnInfo): boolean {
  return isZoned(column) || (lensForm(column) === 'text' && /WITH TIME ZONE/.test(column.type));
}

/** The SELECT by which the engine hands a result over, one column each for `columns`, under their stored names. */
export function handOverSql(columns: readonly ColumnInfo[], indexes: readonly number[]): string {
  const list = indexes.map((index) => {
    const column = columns[index];
    const ref = columnRef(index);
    return column && lensForm(column) === 'native' ? ref : `${displayText(ref)} AS ${ref}`;
  });
  return `SELECT ${list.join(', ')} FROM result`;
}
