import type { ColumnInfo } from '../columns';
import { isZoned } from './result-columns';

/**
 * A column as a DOUBLE on a scale with even steps: the number itself, days since 1970 for a date, microseconds since
 * 1970 for a timestamp, microseconds of the day for a time. Undefined for kinds that have no such scale.
 */
export function positionSql(column: ColumnInfo, ref: string): string | undefined {
  switch (column.kind) {
    case 'integer':
    case 'decimal':
    case 'float':
      return `CAST(${ref} AS DOUBLE)`;
    case 'date':
      return `CAST(${ref} - DATE '1970-01-01' AS DOUBLE)`;
    case 'timestamp':
      return isZoned(column)
        ? `CAST(epoch_us(${ref}) AS DOUBLE)`
        : `CAST(epoch_us(CAST(${ref} AS TIMESTAMP)) AS DOUBLE)`;
    case 'time':
      return isZoned(column) ? undefined : `CAST(epoch_us(CAST(${ref} AS TIME)) AS DOUBLE)`;
    default:
      return undefined;
  }
}

/** The text of a place on the scale of `positionSql`, as the column itself would print it. */
export function positionTextSql(column: ColumnInfo, position: string): string {
  switch (column.kind) {
    case 'integer':
      return isWideInteger(column) ? `CAST(${position} AS VARCHAR)` : `CAST(CAST(${position} AS HUGEINT) AS VARCHAR)`;
    case 'date':
      return `CAST(DATE '1970-01-01' + CAST(${position} AS INTEGER) AS VARCHAR)`;
    case 'timestamp':
      return isZoned(column)
        ? `CAST(make_timestamptz(CAST(${position} AS BIGINT)) AS VARCHAR)`
        : `CAST(make_timestamp(CAST(${position} AS BIGINT)) AS VARCHAR)`;
    case 'time':
      return `CAST(TIME '00:00:00' + to_microseconds(CAST(${position} AS BIGINT)) AS VARCHAR)`;
    default:
      return `CAST(${position} AS VARCHAR)`;
  }
}

/** Kinds whose values stand on whole steps, so that a bin must be a whole number of steps wide. */
export function isStepped(column: ColumnInfo): boolean {
  return column.kind === 'integer' || column.kind === 'date';
}

/** Integers beyond 64 bits: a DOUBLE near their ends lies outside of the type. */
export function isWideInteger(column: ColumnInfo): boolean {
  return column.type === 'HUGEINT' || column.type === 'UHUGEINT' || column.type === 'BIGNUM';
}

/** Numbers beyond 18 digits: the sums behind an average overflow, so that it is taken over DOUBLE. */
export function isWideNumber(column: ColumnInfo): boolean {
  const digits = column.kind === 'decimal' ? Number(/\((\d+)/.exec(column.type)?.[1] ?? 18) : 0;
  return digits > 18 || isWideInteger(column);
}
