import type { ColumnInfo } from '../columns';
import { isNumeric } from '../columns';
import { isWideNumber } from './axis-sql';
import { columnRef, displayText, finiteCondition, isOrdered, RESULT_RELATION } from './result-columns';

/** Up to so many rows distinct values are counted exactly; above, by HyperLogLog. */
export const EXACT_DISTINCT_ROWS = 100_000;

/** The shares at which `quantilesSql` cuts, in the order of `ColumnProfile.quantiles`. */
export const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;

/**
 * One row about a column: `rows`, `present`, `distinct_values`, `non_finite` BIGINT, and as text `smallest`, `largest`
 * and `mean` (NULL where the kind has none). NaN and the infinities are counted apart and stay out of the mean.
 */
export function summarySql(column: ColumnInfo, index: number, rowCount: number): string {
  const ref = columnRef(index);
  const finite = finiteCondition(column, ref);
  const filter = finite ? ` FILTER (WHERE ${finite})` : '';
  const distinct = rowCount <= EXACT_DISTINCT_ROWS ? `count(DISTINCT ${ref})` : `approx_count_distinct(${ref})`;
  const edge = (name: 'min' | 'max') =>
    isOrdered(column.kind) ? displayText(`${name}(${ref})${filter}`) : 'CAST(NULL AS VARCHAR)';
  const mean = isNumeric(column.kind)
    ? `CAST(avg(${isWideNumber(column) ? `CAST(${ref} AS DOUBLE)` : ref})${filter} AS VARCHAR)`
    : 'CAST(NULL AS VARCHAR)';
  const nonFinite = finite ? `count(*) FILTER (WHERE ${ref} IS NOT NULL AND NOT ${finite})` : 'CAST(0 AS BIGINT)';
  return [
    `SELECT count(*) AS rows, count(${ref}) AS present, ${distinct} AS distinct_values, ${nonFinite} AS non_finite,`,
    `${edge('min')} AS smallest, ${edge('max')} AS largest, ${mean} AS mean FROM ${RESULT_RELATION}`,
  ].join(' ');
}

/**
 * The values at `QUANTILES` as one row of text columns q0…q5; undefined for kinds without an order worth cutting.
 * Numbers are interpolated (`quantile_cont`) unless `interpolate` is false; dates, times and numbers wider than a DOUBLE
 * holds exactly get values that occur (`quantile_disc`).
 */
export function quantilesSql(column: ColumnInfo, index: number, interpolate = true): string | undefined {
  const ref = columnRef(index);
  const numeric = isNumeric(column.kind);
  if (!numeric && column.kind !== 'date' && column.kind !== 'timestamp' && column.kind !== 'time') return undefined;
  const name = numeric && interpolate && !isWideNumber(column) ? 'quantile_cont' : 'quantile_disc';
  const list = `${name}(${ref}, [${QUANTILES.join(', ')}])`;
  const cuts = QUANTILES.map((_, at) => `CAST(q[${at + 1}] AS VARCHAR) AS q${at}`).join(', ');
  const where = finiteCondition(column, ref) ?? `${ref} IS NOT NULL`;
  return `SELECT ${cuts} FROM (SELECT ${list} AS q FROM ${RESULT_RELATION} WHERE ${where})`;
}

/**
 * The most frequent values: `value` display text (NULL for NULL), `n` BIGINT, and in each row `groups` BIGINT, the
 * number of different values with NULL as one of them.
 */
export function topValuesSql(index: number, limit: number): string {
  const ref = columnRef(index);
  return [
    `WITH counted AS MATERIALIZED (SELECT ${ref} AS v, count(*) AS n FROM ${RESULT_RELATION} GROUP BY ${ref})`,
    `SELECT ${displayText('v')} AS value, n, (SELECT count(*) FROM counted) AS groups`,
    `FROM (SELECT v, n FROM counted ORDER BY n DESC, v NULLS FIRST LIMIT ${limit}) ORDER BY n DESC, v NULLS FIRST`,
  ].join(' ');
}
