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
  const measured = chart.measure.index === undefined ? '' : `, ${columnRef(chart.measure.index)} AS m`;
  const value = aggregateSql(chart.measure, measured ? 'm' : undefined);
  const largest = `${aggregateNumber(chart.measure, value)} DESC NULLS LAST,`;
  const xByItself = axisFamily(chart.x.column) !== 'category';
  const seriesByItself = !chart.series || (!chart.gatherRest && axisFamily(chart.series.column) !== 'category');
  const where = [xByItself ? x.present : x.where, series?.where].filter(Boolean).join(' AND ');
  const parts = [
    `base AS (SELECT ${x.key} AS x, ${series?.key ?? 'CAST(NULL AS VARCHAR)'} AS s${measured} FROM ${RESULT_RELATION}`,
    `${where ? `WHERE ${where}` : ''}),`,
    `grouped AS MATERIALIZED (SELECT x, s, ${value} AS v, count(*) AS n FROM base GROUP BY x, s),`,
    `x_keys AS MATERIALIZED (SELECT x, row_number() OVER (ORDER BY ${xByItself ? '' : largest} x NULLS LAST) - 1 AS x_at`,
    `FROM ${xByItself ? 'grouped' : 'base'} GROUP BY x),`,
    `s_keys AS MATERIALIZED (SELECT s, row_number() OVER (ORDER BY ${seriesByItself ? '' : largest} s NULLS LAST) - 1 AS series_at`,
    `FROM ${seriesByItself ? 'grouped' : 'base'} GROUP BY s),`,
    'marks AS (SELECT x_at, series_at, grouped.x, grouped.s, v, n FROM grouped',
    'JOIN x_keys ON grouped.x IS NOT DISTINCT FROM x_keys.x JOIN s_keys ON grouped.s IS NOT DISTINCT FROM s_keys.s',
    `WHERE x_at < ${chart.xLimit} AND series_at < ${chart.seriesLimit}${series && chart.gatherRest ? ` UNION ALL ${restSql(chart, value)}` : ''})`,
  ];
  return [
    `WITH ${parts.join(' ')}`,
    `SELECT x_at, ${x.text('x')} AS x_text, ${x.number('x')} AS x_number, series_at,`,
    `CASE WHEN series_at < 0 THEN NULL ELSE ${series?.text('s') ?? 'NULL'} END AS series_text,`,
    `${aggregateNumber(chart.measure, 'v')} AS y, ${aggregateText(chart.measure, 'v')} AS y_text, n,`,
    '(SELECT count(*) FROM x_keys) AS x_total, (SELECT count(*) FROM s_keys) AS series_total',
    'FROM marks ORDER BY series_at, x_at',
  ].join(' ');
}

/** The rows of all series beyond the limit as one series; aggregated from the rows, as averages do not add up. */
function restSql(chart: GroupedChart, value: string): string {
  return [
    'SELECT x_at, CAST(-1 AS BIGINT), rest.x, NULL, rest.v, rest.n FROM',
    `(SELECT base.x AS x, ${value} AS v, count(*) AS n FROM base`,
    `JOIN (SELECT s FROM s_keys WHERE series_at >= ${chart.seriesLimit}) AS small ON base.s IS NOT DISTINCT FROM small.s`,
    `GROUP BY base.x) AS rest JOIN x_keys ON rest.x IS NOT DISTINCT FROM x_keys.x WHERE x_at < ${chart.xLimit}`,
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
