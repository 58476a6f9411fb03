import type { ColumnInfo } from '../../../../shared/columns';
import type { ResultInfo } from '../../../../shared/results';
import { type Measure, measureLabel } from '../../../../shared/sql/aggregate-sql';
import type { Dimension } from '../../../../shared/sql/dimension-sql';
import { pivotSql } from '../../../../shared/sql/pivot-sql';
import type { ResultQueries } from '../../../lens/result-queries';
import { tableCells } from '../../../lens/table-cells';
import type { PivotField, PivotSpec } from './pivot-spec';

export const PIVOT_LIMITS = { rows: 1_000, columns: 100 };

/** One row or column of the table: its labels, outermost first, and its totals by value. */
export interface PivotKey {
  /** Unlike that of any other key of its side. */
  id: string;
  labels: (string | null)[];
  totals: (string | null)[];
}

export interface PivotData {
  rows: PivotKey[];
  columns: PivotKey[];
  /** Cell texts by row, then by column times values plus value; undefined where no row of the result falls. */
  cells: (string | null)[][];
  total: (string | null)[];
  /** Groups before the limits. */
  rowTotal: number;
  columnTotal: number;
  /** The values by name, each with an id of its own. */
  values: { id: string; name: string }[];
}

export interface PivotRequest {
  result: ResultInfo;
  spec: PivotSpec;
  queries: ResultQueries;
  timeZone: string;
  signal: AbortSignal;
}

/** Makes the table: row and column keys with their totals, the cells between them, and the grand total. */
export async function loadPivot(request: PivotRequest): Promise<PivotData> {
  const { result, spec } = request;
  const dimensions = (fields: PivotField[]): Dimension[] =>
    fields.map((field) => ({
      index: field.column,
      column: columnAt(result, field.column),
      ...(field.bin ? { bin: field.bin } : {}),
    }));
  const values: Measure[] = spec.values.map((value) =>
    value.column === undefined
      ? { aggregate: 'count' }
      : { aggregate: value.aggregate, index: value.column, column: columnAt(result, value.column) },
  );
  const [rowDimensions, columnDimensions] = [dimensions(spec.rows), dimensions(spec.columns)];
  const sql = pivotSql({
    rows: rowDimensions,
    columns: columnDimensions,
    values,
    sort: spec.sort,
    rowLimit: PIVOT_LIMITS.rows,
    columnLimit: PIVOT_LIMITS.columns,
  });
  const used = [...rowDimensions, ...columnDimensions].map((dimension) => dimension.index);
  const read = [...used, ...values.flatMap((value) => value.index ?? [])];
  const ask = async (query: string) =>
    tableCells(
      await request.queries.query(result, query, { columns: read, timeZone: request.timeZone, signal: request.signal }),
    );
  const [rowCells, columnCells, cellCells, totalCells] = [
    await ask(sql.rows),
    await ask(sql.columns),
    await ask(sql.cells),
    await ask(sql.total),
  ];
  const keys = (cells: typeof rowCells, labels: number): PivotKey[] =>
    Array.from({ length: cells.rows }, (_, row) => {
      const texts = Array.from({ length: labels }, (_, at) => cells.text(row, `l${at}`));
      return { id: JSON.stringify(texts), labels: texts, totals: values.map((_, at) => cells.text(row, `v${at}`)) };
    });
  const cells: (string | null)[][] = Array.from({ length: rowCells.rows }, () => []);
  for (let at = 0; at < cellCells.rows; at++) {
    const line = cells[cellCells.number(at, 'row_at')];
    const start = cellCells.number(at, 'column_at') * values.length;
    values.forEach((_, value) => {
      if (line) line[start + value] = cellCells.text(at, `v${value}`);
    });
  }
  return {
    rows: keys(rowCells, spec.rows.length),
    columns: keys(columnCells, spec.columns.length),
    cells,
    total: values.map((_, at) => totalCells.text(0, `v${at}`)),
    rowTotal: rowCells.rows > 0 ? rowCells.number(0, 'total') : 0,
    columnTotal: columnCells.rows > 0 ? columnCells.number(0, 'total') : 0,
    values: values.map((value) => ({ id: `${value.index}-${value.aggregate}`, name: measureLabel(value) })),
  };
}

/** The table as tab-separated text with its header and totals, as spreadsheets paste it. Figures are whole, not shortened. */
export function pivotText(data: PivotData, spec: PivotSpec, columns: readonly ColumnInfo[]): string {
  const safe = (text: string | null | undefined) => {
    const plain = text ?? '';
    return /[\t\n\r"]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  const many = data.values.length > 1;
  const names = spec.rows.map((field) => columns[field.column]?.name ?? '');
  const heads = data.columns.flatMap((key) =>
    data.values.map(({ name: value }) =>
      [key.labels.map((label) => label ?? 'NULL').join(' / '), many || spec.columns.length === 0 ? value : '']
        .filter(Boolean)
        .join(' '),
    ),
  );
  const totals =
    spec.columns.length > 0 ? data.values.map(({ name: value }) => (many ? `Total ${value}` : 'Total')) : [];
  const lines = [[...names, ...heads, ...totals]];
  data.rows.forEach((row, at) => {
    const line = heads.map((_, column) => data.cells[at]?.[column]);
    lines.push([
      ...row.labels.map((label) => label ?? 'NULL'),
      ...line.map(safe),
      ...(totals.length > 0 ? row.totals.map(safe) : []),
    ]);
  });
  if (spec.rows.length > 0) {
    const bottom = data.columns.flatMap((column) => column.totals);
    lines.push([
      'Total',
      ...names.slice(1).map(() => ''),
      ...bottom.map(safe),
      ...(totals.length > 0 ? data.total.map(safe) : []),
    ]);
  }
  return lines.map((line) => line.map((cell, at) => (at < names.length ? safe(cell) : cell)).join('\t')).join('\n');
}

function columnAt(result: ResultInfo, index: number): ColumnInfo {
  const column = result.columns[index];
  if (!column) throw new RangeError(`No column ${index}`);
  return column;
}
