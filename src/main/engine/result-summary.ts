import type { ColumnInfo } from '../../shared/columns';
import type { CellRange, RangeSummary } from '../../shared/results';
import type { EngineConnection } from './connection';
import { addDecimals, compareDecimals, decimalText, divideDecimal, parseDecimal, ZERO } from './decimal-text';
import { columnAt, type KeptResult, keptColumn, keptTable } from './kept-result';

interface ColumnTotals {
  info: ColumnInfo;
  values: number;
  sum: string | null;
  min: string | null;
  max: string | null;
}

/**
 * Count, sum, average, least and greatest of a range. Integers and decimals are added exactly, at whatever size; a
 * range with floating-point columns is added as such. Without numbers, least and greatest are told where all columns
 * are of one type.
 */
export async function summarizeRange(
  connection: EngineConnection,
  result: KeptResult,
  range: CellRange,
): Promise<RangeSummary> {
  const rows = Math.max(0, Math.min(range.lastRow, result.info.rowCount - 1) - range.firstRow + 1);
  const columns = [...new Set(range.columns)];
  const totals = rows === 0 || columns.length === 0 ? [] : await readTotals(connection, result, range, columns);
  const cells = rows * columns.length;
  const summary: RangeSummary = {
    cells,
    nulls: cells - totals.reduce((sum, column) => sum + column.values, 0),
    numbers: 0,
  };
  const numeric = totals.filter((column) => isNumber(column.info));
  if (numeric.some((column) => column.values > 0)) addNumbers(summary, numeric);
  else addOrdered(summary, totals);
  return summary;
}

function isNumber(info: ColumnInfo): boolean {
  return info.kind === 'integer' || info.kind === 'decimal' || info.kind === 'float';
}

async function readTotals(
  connection: EngineConnection,
  result: KeptResult,
  range: CellRange,
  columns: number[],
): Promise<ColumnTotals[]> {
  const infos = columns.map((index) => columnAt(result, index));
  const parts = columns.map((index, at) => totalsSql(infos[at] as ColumnInfo, keptColumn(index), at));
  const where = `rowid BETWEEN ${range.firstRow} AND ${range.lastRow}`;
  const sql = `SELECT ${parts.join(', ')} FROM ${keptTable(result.info.id)} WHERE ${where}`;
  const [row = {}] = await connection.rows<Record<string, string | number | null>>(sql);
  const text = (value: string | number | null | undefined) =>
    value === null || value === undefined ? null : `${value}`;
  return infos.map((info, at) => ({
    info,
    values: Number(row[`n${at}`] ?? 0),
    sum: text(row[`s${at}`]),
    min: text(row[`l${at}`]),
    max: text(row[`g${at}`]),
  }));
}

/**
 * HUGEINT holds the sum of any number of BIGINTs; sums of wider numbers are split into a high and a low part, as
 * HUGEINT and DECIMAL(38) overflow.
 */
function totalsSql(info: ColumnInfo, cell: string, at: number): string {
  const sum = sumSql(info, cell);
  const ordered = info.kind === 'map' || info.kind === 'union' || info.kind === 'other' ? 'NULL' : undefined;
  const bound = (name: string) => ordered ?? `CAST(${name}(${cell}) AS VARCHAR)`;
  return `count(${cell}) AS n${at}, ${sum} AS s${at}, ${bound('min')} AS l${at}, ${bound('max')} AS g${at}`;
}

const HALF = '1000000000000000000';

function sumSql(info: ColumnInfo, cell: string): string {
  if (info.kind === 'float') return `CAST(sum(${cell}) AS VARCHAR)`;
  if (info.kind === 'decimal') return decimalSum(info, cell);
  if (info.kind !== 'integer') return 'NULL';
  if (!/^U?HUGEINT$|^BIGNUM$/.test(info.type)) return `CAST(sum(CAST(${cell} AS HUGEINT)) AS VARCHAR)`;
  return splitSum(info.type === 'BIGNUM' ? `CAST(${cell} AS HUGEINT)` : cell);
}

function decimalSum(info: ColumnInfo, cell: string): string {
  const width = Number(/\((\d+)/.exec(info.type)?.[1] ?? 18);
  if (width <= 28) return `CAST(sum(${cell}) AS VARCHAR)`;
  const scale = Number(/,\s*(\d+)/.exec(info.type)?.[1] ?? 0);
  const digits = `CAST(replace(CAST(${cell} AS VARCHAR), '.', '') AS HUGEINT)`;
  return `${splitSum(digits)} || 'e-${scale}'`;
}

function splitSum(number: string): string {
  return `CAST(sum(CAST(${number} // ${HALF} AS HUGEINT)) AS VARCHAR) || '|' || CAST(sum(CAST(${number} % ${HALF} AS HUGEINT)) AS VARCHAR)`;
}

function exactSum(text: string): { digits: bigint; scale: number } {
  const [number = '', exponent] = text.split('e-');
  const [high = '0', low] = number.split('|');
  if (low === undefined) return parseDecimal(number);
  return { digits: BigInt(high) * BigInt(HALF) + BigInt(low), scale: Number(exponent ?? 0) };
}

function addNumbers(summary: RangeSummary, columns: ColumnTotals[]): void {
  const filled = columns.filter((column) => column.values > 0);
  summary.numbers = filled.reduce((sum, column) => sum + column.values, 0);
  if (filled.some((column) => column.info.kind === 'float')) {
    const sum = filled.reduce((total, column) => total + floatOf(exactText(column)), 0);
    summary.sum = String(sum);
    summary.average = String(sum / summary.numbers);
    const order = (left: string, right: string) => floatOf(left) - floatOf(right);
    summary.min = filled.map((column) => column.min as string).sort(order)[0] as string;
    summary.max = filled
      .map((column) => column.max as string)
      .sort(order)
      .at(-1) as string;
    return;
  }
  const sum = filled.reduce((total, column) => addDecimals(total, exactSum(column.sum ?? '0')), ZERO);
  summary.sum = decimalText(sum);
  summary.average = divideDecimal(sum, summary.numbers);
  const order = (left: string, right: string) => compareDecimals(parseDecimal(left), parseDecimal(right));
  summary.min = filled.map((column) => column.min as string).sort(order)[0] as string;
  summary.max = filled
    .map((column) => column.max as string)
    .sort(order)
    .at(-1) as string;
}

function exactText(column: ColumnTotals): string {
  if (column.info.kind === 'float') return column.sum ?? '0';
  return decimalText(exactSum(column.sum ?? '0'));
}

function floatOf(text: string): number {
  if (/^-?inf/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}

function addOrdered(summary: RangeSummary, columns: ColumnTotals[]): void {
  const filled = columns.filter((column) => column.values > 0 && column.min !== null);
  const types = new Set(filled.map((column) => column.info.type));
  const only = filled[0];
  if (types.size !== 1 || filled.length !== 1 || !only) return;
  summary.min = only.min as string;
  summary.max = only.max as string;
}
