import type { ColumnInfo } from '../columns';
import { aggregateNumber, aggregateSql, aggregateText, type Measure } from './aggregate-sql';
import { type Dimension, dimensionSql } from './dimension-sql';
import { axisFamily, columnRef, displayText, finiteCondition, RESULT_RELATION } from './result-columns';

export interface GroupedChart {
  x: Dimension;
  /** The series of a line or bar chart, or the second axis of a heat map. */
  series?: Dimension;
  measure: Measure;
  xLimit: number;
  seriesLimit: number;
  /** Whether rows of series beyond the limit are gathered in one more, with `series_at` -1; else they are left out. */
  gatherRest: boolean;
}

/**
 * The marks of a grouped chart: `x_at` BIGINT (rank on the axis), `x_text`, `x_number` DOUBLE, `series_at` BIGINT,
 * `series_text`, `y` DOUBLE, `y_text` exact, `n` BIGINT rows behind it, and in every row `x_total` and `series_total`,
 * the numbers of groups before the limits. Categories rank by the measure, largest first; times and numbers by themselves.
 */
export function groupedChartSql(chart: GroupedChart): string {
  const x = dimensionSql(chart.x);
  const series = chart.series ? dimensionSql(chart.series) : undefined;
  const onAxis = axisFamily(chart.x.column) !== 'category';
  const where = [onAxis ? x.present : x.where, series?.where].filter(Boolean).join(' AND ');
  const measured = chart.measure.index === undefined ? '' : `, ${columnRef(chart.measure.index)} AS m`;
  const value = aggregateSql(chart.measure, measured ? 'm' : undefined);
  const seriesOrder =
    chart.series && axisFamily(chart.series.column) !== 'category' && !chart.gatherRest
      ? 's'
      : `${aggregateNumber(chart.measure, value)} DESC NULLS LAST, s`;
  const place = chart.gatherRest
    ? `CASE WHEN series_at < ${chart.seriesLimit} THEN series_at ELSE -1 END`
    : 'series_at';
  return [
    `WITH base AS (SELECT ${x.key} AS x, ${series?.key ?? 'CAST(NULL AS VARCHAR)'} AS s${measured} FROM ${RESULT_RELATION}`,
    `${where ? `WHERE ${where}` : ''}),`,
    `x_keys AS MATERIALIZED (SELECT x, row_number() OVER (ORDER BY ${onAxis ? 'x' : `${aggregateNumber(chart.measure, value)} DESC NULLS LAST, x`} NULLS LAST) - 1 AS x_at`,
    'FROM base GROUP BY x),',
    `s_keys AS MATERIALIZED (SELECT s, row_number() OVER (ORDER BY ${seriesOrder} NULLS LAST) - 1 AS series_at FROM base GROUP BY s),`,
    `placed AS (SELECT x_at, ${place} AS series_at, base.* FROM base`,
    `JOIN x_keys ON base.x IS NOT DISTINCT FROM x_keys.x JOIN s_keys ON base.s IS NOT DISTINCT FROM s_keys.s`,
    `WHERE x_at < ${chart.xLimit}${chart.gatherRest ? '' : ` AND series_at < ${chart.seriesLimit}`}),`,
    `marks AS (SELECT x_at, series_at, any_value(x) AS x, any_value(s) AS s, ${value} AS v, count(*) AS n FROM placed GROUP BY x_at, series_at)`,
    `SELECT x_at, ${x.text('x')} AS x_text, ${x.number('x')} AS x_number, series_at,`,
    `CASE WHEN series_at < 0 THEN NULL ELSE ${series?.text('s') ?? 'NULL'} END AS series_text,`,
    `${aggregateNumber(chart.measure, 'v')} AS y, ${aggregateText(chart.measure, 'v')} AS y_text, n,`,
    '(SELECT count(*) FROM x_keys) AS x_total, (SELECT count(*) FROM s_keys) AS series_total',
    'FROM marks ORDER BY series_at, x_at',
  ].join(' ');
}

export interface PointChart {
  x: { index: number; column: ColumnInfo };
  y: { index: number; column: ColumnInfo };
  color?: { index: number; column: ColumnInfo };
  /** Rows of the result, and how many of them to draw. */
  rowCount: number;
  limit: number;
  seriesLimit: number;
}

/**
 * Single rows as points: `x` and `y` DOUBLE (milliseconds for times), `x_text`, `y_text`, `series_at`, `series_text`,
 * `row_at` BIGINT (from 0), and `series_total`. Above the limit rows are taken by a fixed scramble of their number, so
 * that the sample is even, and the same each time.
 */
export function pointChartSql(chart: PointChart): string {
  const x = axis(chart.x);
  const y = axis(chart.y);
  const color = chart.color ? columnRef(chart.color.index) : undefined;
  const threshold = Math.floor((4_294_967_296 * chart.limit) / Math.max(1, chart.rowCount));
  const sampled = chart.rowCount > chart.limit ? `WHERE (row_at * 2654435761) % 4294967296 < ${threshold}` : '';
  const columns = `${x.ref} AS x0, ${y.ref} AS y0, ${color ?? 'CAST(NULL AS VARCHAR)'} AS s`;
  return [
    `WITH numbered AS (SELECT row_number() OVER () - 1 AS row_at, ${columns} FROM ${RESULT_RELATION}),`,
    `taken AS MATERIALIZED (SELECT * FROM numbered ${sampled}),`,
    `drawn AS (SELECT * FROM taken WHERE ${x.present('x0')} AND ${y.present('y0')}),`,
    's_keys AS MATERIALIZED (SELECT s, row_number() OVER (ORDER BY count(*) DESC, s NULLS LAST) - 1 AS series_at FROM drawn GROUP BY s),',
    `placed AS (SELECT drawn.*, CASE WHEN series_at < ${chart.seriesLimit} THEN series_at ELSE -1 END AS series_at`,
    'FROM drawn JOIN s_keys ON drawn.s IS NOT DISTINCT FROM s_keys.s)',
    `SELECT row_at, ${x.number('x0')} AS x, ${y.number('y0')} AS y, CAST(x0 AS VARCHAR) AS x_text, CAST(y0 AS VARCHAR) AS y_text,`,
    `series_at, CASE WHEN series_at < 0 THEN NULL ELSE ${displayText('s')} END AS series_text,`,
    '(SELECT count(*) FROM s_keys) AS series_total FROM placed ORDER BY row_at',
  ].join(' ');
}

function axis(of: { index: number; column: ColumnInfo }) {
  const time = axisFamily(of.column) === 'time';
  return {
    ref: columnRef(of.index),
    number: (ref: string) => (time ? `CAST(epoch_ms(CAST(${ref} AS TIMESTAMP)) AS DOUBLE)` : `CAST(${ref} AS DOUBLE)`),
    present: (ref: string) => finiteCondition(of.column, ref) ?? `${ref} IS NOT NULL`,
  };
}
