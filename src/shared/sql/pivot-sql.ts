import { aggregateSql, aggregateText, type Measure } from './aggregate-sql';
import { type Dimension, dimensionSql } from './dimension-sql';
import { columnRef, RESULT_RELATION } from './result-columns';

/** What a pivot table shows. Without `columns` each value is one column; without `rows` there is the total row alone. */
export interface PivotQuery {
  rows: Dimension[];
  columns: Dimension[];
  values: Measure[];
  /** Order of the rows: by their own labels, or by the total of a value. */
  sort: PivotSort;
  rowLimit: number;
  columnLimit: number;
}

export type PivotSort = { by: 'label'; descending: boolean } | { by: 'value'; value: number; descending: boolean };

export interface PivotSql {
  /** One row a row of the table: `key_at` BIGINT, labels l0…ln (NULL for NULL), totals v0…vn as text, `total` keys BIGINT. */
  rows: string;
  /** The same for the columns of the table. */
  columns: string;
  /** `row_at`, `column_at` BIGINT, v0…vn as text; empty cells have no row. */
  cells: string;
  /** The grand total: v0…vn as text. */
  total: string;
}

/** The four queries of a pivot table. Rows and columns beyond the limits are left out of the cells, never of the totals. */
export function pivotSql(query: PivotQuery): PivotSql {
  const rows: Side = { name: 'row', dimensions: query.rows, order: rowOrder(query), limit: query.rowLimit };
  const columns: Side = {
    name: 'column',
    dimensions: query.columns,
    order: labelOrder(query.columns, false),
    limit: query.columnLimit,
  };
  const values = query.values.map((value) => aggregateText(value, aggregateSql(value)));
  return {
    rows: keysSql(query, rows),
    columns: keysSql(query, columns),
    cells: cellsSql(query, rows, columns),
    total: `SELECT ${values.map((value, at) => `${value} AS v${at}`).join(', ')} FROM ${source(query)}`,
  };
}

interface Side {
  name: 'row' | 'column';
  dimensions: Dimension[];
  order: string;
  limit: number;
}

/** The groups of one side with their totals, ranked: `<name>_groups` holds all, `<name>_keys` those within the limit. */
function sideCtes(query: PivotQuery, side: Side): string {
  const keys = side.dimensions.map((dimension, at) => `${dimensionSql(dimension).key} AS k${at}`);
  const values = query.values.map((value, at) => `${aggregateSql(value)} AS a${at}`);
  const group = keys.length > 0 ? ` GROUP BY ${keys.map((_, at) => at + 1).join(', ')}` : '';
  const order = side.order ? `ORDER BY ${side.order}` : '';
  return [
    `${side.name}_groups AS MATERIALIZED (SELECT ${[...keys, ...values].join(', ')} FROM ${source(query)}${group}),`,
    `${side.name}_keys AS MATERIALIZED (SELECT * FROM (SELECT *, row_number() OVER (${order}) - 1 AS key_at`,
    `FROM ${side.name}_groups) WHERE key_at < ${side.limit})`,
  ].join(' ');
}

function keysSql(query: PivotQuery, side: Side): string {
  const labels = side.dimensions.map((dimension, at) => `${dimensionSql(dimension).text(`k${at}`)} AS l${at}`);
  const total = `(SELECT count(*) FROM ${side.name}_groups) AS total`;
  const list = ['key_at', ...labels, ...valueTexts(query.values), total].join(', ');
  return `WITH ${sideCtes(query, side)} SELECT ${list} FROM ${side.name}_keys ORDER BY key_at`;
}

function cellsSql(query: PivotQuery, rows: Side, columns: Side): string {
  const keys = [rows, columns].flatMap((side) =>
    side.dimensions.map((dimension, at) => `${dimensionSql(dimension).key} AS ${side.name}_${at}`),
  );
  const measured = query.values.flatMap((value, at) =>
    value.index === undefined ? [] : [`${columnRef(value.index)} AS m${at}`],
  );
  const values = query.values.map(
    (value, at) => `${aggregateSql(value, value.index === undefined ? undefined : `m${at}`)} AS a${at}`,
  );
  const join = (side: Side) => {
    const same = side.dimensions.map(
      (_, at) => `base.${side.name}_${at} IS NOT DISTINCT FROM ${side.name}_keys.k${at}`,
    );
    return `JOIN ${side.name}_keys ON ${same.join(' AND ') || 'true'}`;
  };
  return [
    `WITH ${sideCtes(query, rows)}, ${sideCtes(query, columns)},`,
    `base AS (SELECT ${[...keys, ...measured, 'true AS present'].join(', ')} FROM ${source(query)}),`,
    `cells AS (SELECT row_keys.key_at AS row_at, column_keys.key_at AS column_at, ${values.join(', ')}`,
    `FROM base ${join(rows)} ${join(columns)} GROUP BY 1, 2)`,
    `SELECT ${['row_at', 'column_at', ...valueTexts(query.values)].join(', ')} FROM cells ORDER BY row_at, column_at`,
  ].join(' ');
}

function valueTexts(values: Measure[]): string[] {
  return values.map((value, at) => `${aggregateText(value, `a${at}`)} AS v${at}`);
}

function rowOrder(query: PivotQuery): string {
  const labels = labelOrder(query.rows, query.sort.by === 'label' && query.sort.descending);
  const value = query.sort.by === 'value' ? query.values[query.sort.value] : undefined;
  if (query.sort.by === 'label' || !value) return labels;
  const direction = query.sort.descending ? 'DESC' : 'ASC';
  return [`a${query.sort.value} ${direction} NULLS LAST`, labels].filter(Boolean).join(', ');
}

function labelOrder(dimensions: Dimension[], descending: boolean): string {
  return dimensions.map((_, at) => `k${at} ${descending ? 'DESC' : 'ASC'} NULLS LAST`).join(', ');
}

function source(query: PivotQuery): string {
  const conditions = [...query.rows, ...query.columns].flatMap((dimension) => dimensionSql(dimension).where ?? []);
  return conditions.length > 0 ? `${RESULT_RELATION} WHERE ${conditions.join(' AND ')}` : RESULT_RELATION;
}
