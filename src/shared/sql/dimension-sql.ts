import type { ColumnInfo } from '../columns';
import { axisFamily, columnRef, displayText, finiteCondition } from './result-columns';

/** Calendar steps that a time column can be grouped by; `none` takes each moment as it is. */
export const TIME_BINS = ['none', 'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const;
export type TimeBin = (typeof TIME_BINS)[number];

/** A column to group by; `bin` counts for dates and timestamps alone. */
export interface Dimension {
  index: number;
  column: ColumnInfo;
  bin?: TimeBin;
}

/** How a dimension is computed: the group key, the key's display text, its place on a number axis, and which rows take part. */
export interface DimensionSql {
  key: string;
  text: (key: string) => string;
  /** Milliseconds since 1970 on the wall clock of the session's zone, or the number itself; NULL for categories. */
  number: (key: string) => string;
  where: string | undefined;
  /** Which rows have a place on an axis, that is: a value. Asked of the column, never of the key: 1.4 lost that filter. */
  present: string;
}

/**
 * The SQL of a dimension. Zoned timestamps become wall-clock time in the session's zone first, so that a day is the
 * reader's day. Infinite moments have no place in a calendar and are left out; NULL is a group of its own.
 */
export function dimensionSql(dimension: Dimension): DimensionSql {
  const ref = columnRef(dimension.index);
  const family = axisFamily(dimension.column);
  if (family === 'time') return timeDimension(dimension, ref);
  return {
    key: ref,
    text: displayText,
    number: (key) => (family === 'number' ? `CAST(${key} AS DOUBLE)` : 'CAST(NULL AS DOUBLE)'),
    where: undefined,
    present: `${ref} IS NOT NULL`,
  };
}

/** The first and last moment (milliseconds, wall clock) and the number of different moments of a time column. */
export function timeExtentSql(column: ColumnInfo, index: number, relation: string): string {
  const { key, number, present } = dimensionSql({ index, column, bin: 'none' });
  return [
    `SELECT ${number(`min(${key})`)} AS first_ms, ${number(`max(${key})`)} AS last_ms,`,
    `approx_count_distinct(${key}) AS moments FROM ${relation} WHERE ${present}`,
  ].join(' ');
}

const MILLISECONDS: [TimeBin, number][] = [
  ['second', 1_000],
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
  ['week', 604_800_000],
  ['month', 2_629_800_000],
  ['quarter', 7_889_400_000],
  ['year', 31_557_600_000],
];

/**
 * The finest calendar step that gives at most `most` groups over the span; `none` where there are few enough moments
 * that each can stand for itself.
 */
export function automaticBin(extent: { first: number; last: number; moments: number }, most: number): TimeBin {
  if (extent.moments <= most) return 'none';
  const span = extent.last - extent.first;
  return MILLISECONDS.find(([, step]) => span / step <= most)?.[0] ?? 'year';
}

function timeDimension(dimension: Dimension, ref: string): DimensionSql {
  const wall = dimension.column.type === 'TIMESTAMP' ? ref : `CAST(${ref} AS TIMESTAMP)`;
  const bin = dimension.bin ?? 'none';
  // 1.4 works out the bounds of date_trunc ahead, and fails on an infinite one even where no such row is taken.
  const finiteWall = `CASE WHEN isfinite(${wall}) THEN ${wall} END`;
  const key = bin === 'none' ? wall : `CAST(date_trunc('${bin}', ${finiteWall}) AS TIMESTAMP)`;
  const finite = finiteCondition(dimension.column, ref);
  return {
    key,
    text: (of) => momentText(of, bin, dimension.column),
    number: (of) => `CAST(epoch_ms(${of}) AS DOUBLE)`,
    where: finite ? `(${ref} IS NULL OR ${finite})` : undefined,
    present: finite ? `${ref} IS NOT NULL AND ${finite}` : `${ref} IS NOT NULL`,
  };
}

/** A binned moment as its period is called: `2025`, `2025-Q3`, `2025-07`, `2025-07-14`; finer ones as timestamps. */
function momentText(key: string, bin: TimeBin, column: ColumnInfo): string {
  const text = `CAST(${key} AS VARCHAR)`;
  if (bin === 'year') return `left(${text}, length(${text}) - 15)`;
  if (bin === 'quarter') return `left(${text}, length(${text}) - 15) || '-Q' || CAST(quarter(${key}) AS VARCHAR)`;
  if (bin === 'month') return `left(${text}, length(${text}) - 12)`;
  if (bin === 'week' || bin === 'day' || (bin === 'none' && column.kind === 'date'))
    return `CAST(CAST(${key} AS DATE) AS VARCHAR)`;
  return text;
}
