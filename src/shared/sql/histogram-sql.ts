import type { ColumnInfo } from '../columns';
import { isStepped, positionSql, positionTextSql } from './axis-sql';
import { columnRef, finiteCondition, RESULT_RELATION } from './result-columns';

/**
 * Equal bins between the smallest and the largest value, at most `bins` of them; undefined for kinds without a scale.
 * Gives one row a bin in order: `bin` INTEGER, `from_text` and `to_text` VARCHAR, `lower_edge` and `upper_edge` DOUBLE
 * (on the scale of `positionSql`), `n` BIGINT. NULL, NaN and the infinities are left out; no rows where nothing remains.
 * Whole numbers and dates get bins of a whole width, so that no bin holds more of them by its position alone.
 * Differences are taken between halves, as between the two ends of DOUBLE they would be infinite.
 */
export function histogramSql(column: ColumnInfo, index: number, bins: number): string | undefined {
  const ref = columnRef(index);
  const position = positionSql(column, ref);
  if (!position) return undefined;
  const where = [`${ref} IS NOT NULL`, finiteCondition(column, ref)].filter(Boolean).join(' AND ');
  const width = isStepped(column) ? `greatest(1, ceil((hi - lo + 1) / ${bins}))` : `((hi / 2 - lo / 2) / ${bins}) * 2`;
  const count = isStepped(column)
    ? `CAST(least(${bins}, ceil((hi - lo + 1) / width)) AS INTEGER)`
    : `CASE WHEN width > 0 THEN ${bins} ELSE 1 END`;
  const binOf = `CASE WHEN width > 0 THEN least(bins - 1, greatest(0, floor((x / 2 - lo / 2) / (width / 2)))) ELSE 0 END`;
  const lower = '2 * least(hi / 2, lo / 2 + b.i * (width / 2))';
  const next = '2 * least(hi / 2, lo / 2 + (b.i + 1) * (width / 2))';
  const upper = isStepped(column)
    ? `least(hi, lo + (b.i + 1) * width - 1)`
    : `CASE WHEN b.i = bins - 1 THEN hi ELSE ${next} END`;
  return [
    `WITH points AS MATERIALIZED (SELECT ${position} AS x FROM ${RESULT_RELATION} WHERE ${where}),`,
    'ends AS (SELECT min(x) AS lo, max(x) AS hi FROM points HAVING count(*) > 0),',
    `steps AS (SELECT lo, hi, ${width} AS width FROM ends),`,
    `scale AS MATERIALIZED (SELECT lo, hi, width, ${count} AS bins FROM steps),`,
    `counts AS (SELECT CAST(${binOf} AS INTEGER) AS i, count(*) AS n FROM points, scale GROUP BY 1),`,
    `edges AS (SELECT CAST(b.i AS INTEGER) AS bin, ${lower} AS lower_edge, ${upper} AS upper_edge`,
    `FROM range(${bins}) b(i), scale WHERE b.i < bins)`,
    `SELECT bin, ${positionTextSql(column, 'lower_edge')} AS from_text,`,
    `${positionTextSql(column, 'upper_edge')} AS to_text, lower_edge, upper_edge, coalesce(n, 0) AS n`,
    'FROM edges LEFT JOIN counts ON counts.i = edges.bin ORDER BY bin',
  ].join(' ');
}
