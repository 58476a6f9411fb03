import type { ColumnInfo } from '../columns';
import { isNumeric } from '../columns';
import { isWideNumber } from './axis-sql';
import { axisFamily, columnRef, displayText, isOrdered } from './result-columns';

export const AGGREGATES = ['count', 'sum', 'avg', 'min', 'max', 'distinct'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** What is measured in each group: the rows themselves (`count` without a column) or a column's values. */
export interface Measure {
  aggregate: Aggregate;
  index?: number;
  column?: ColumnInfo;
}

/** The aggregates that make sense of a column, the most useful first. */
export function aggregatesOf(column: ColumnInfo | undefined): Aggregate[] {
  if (!column) return ['count'];
  if (isNumeric(column.kind)) return ['sum', 'avg', 'min', 'max', 'count', 'distinct'];
  return isOrdered(column.kind) ? ['count', 'distinct', 'min', 'max'] : ['count', 'distinct'];
}

/**
 * The aggregate in its own type: counts are BIGINT, sums of whole numbers HUGEINT, sums of decimals DECIMAL, so that
 * nothing is rounded; averages are DOUBLE. `ref` replaces the column's own name where a query has renamed it.
 */
export function aggregateSql(
  measure: Measure,
  ref = measure.index === undefined ? undefined : columnRef(measure.index),
): string {
  if (ref === undefined || !measure.column) return 'count(*)';
  const summable = measure.column.type === 'BIGNUM' ? `CAST(${ref} AS DOUBLE)` : ref;
  switch (measure.aggregate) {
    case 'count':
      return `count(${ref})`;
    case 'distinct':
      return `count(DISTINCT ${ref})`;
    case 'sum':
      return `sum(${summable})`;
    case 'avg':
      return `avg(${isWideNumber(measure.column) ? `CAST(${ref} AS DOUBLE)` : ref})`;
    default:
      return `${measure.aggregate}(${ref})`;
  }
}

/** The aggregate as exact display text. */
export function aggregateText(measure: Measure, expression: string): string {
  const kind = measure.column?.kind ?? 'integer';
  if (!isNumeric(kind)) return displayText(expression);
  // The sign of a computed NaN differs from processor to processor.
  return kind === 'float' ? `replace(CAST(${expression} AS VARCHAR), '-nan', 'nan')` : `CAST(${expression} AS VARCHAR)`;
}

/** The aggregate as a DOUBLE to draw or order by; NULL where it is not a number. */
export function aggregateNumber(measure: Measure, expression: string): string {
  const edge = measure.aggregate === 'min' || measure.aggregate === 'max';
  if (!edge || !measure.column || axisFamily(measure.column) === 'number') return `CAST(${expression} AS DOUBLE)`;
  return 'CAST(NULL AS DOUBLE)';
}

/** How a measure is called: `rows`, `sum of amount`. */
export function measureLabel(measure: Measure): string {
  if (!measure.column) return 'rows';
  const words: Record<Aggregate, string> = {
    count: 'count of',
    sum: 'sum of',
    avg: 'average',
    min: 'min',
    max: 'max',
    distinct: 'distinct',
  };
  return `${words[measure.aggregate]} ${measure.column.name}`;
}
