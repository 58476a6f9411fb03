import { type DuckDBDecimalType, DuckDBTypeId } from '@duckdb/node-api';
import { quoteLiteral } from '../../../../shared/sql/quote';
import type { ColumnFacts, ColumnQuestion } from '../column-facts';
import { plainText } from '../plain-text';
import type { ExportColumn } from '../relation';
import { STYLE } from './parts';
import { xmlTextSql } from './xml';

/** How a column stands in the sheet: its header, its width, the SQL of a cell, and what the user should know. */
export interface ExcelColumn {
  header: string;
  width: number;
  /** SQL parts of a cell between `<c r="…"` and `</c>` or `/>`; NULL makes no cell. */
  cell: string;
  notes: string[];
}

/** Excel computes with doubles and shows 15 digits; these bounds are of ECMA-376 and Microsoft's "specifications and limits". */
export const EXCEL_LIMITS = { rows: 1_048_576, columns: 16_384, text: 32_767, digits: 15 };

const FIRST_DATE = `DATE '1900-03-01'`; // Excel counts a 29 February 1900 that never was; from here on all programs agree.
const LAST_DATE = `DATE '9999-12-31'`;
const BEYOND_15_DIGITS = '999999999999999';
const SMALLEST_NORMAL = '2.2250738585072014e-308';

/** The questions to a column's values that decide how it is written. */
export function excelQuestions(column: ExportColumn): ColumnQuestion[] {
  const { ref, type } = column;
  const ask = (key: string, condition: string) => ({ column, key, aggregate: `bool_or(${condition})` });
  switch (type.typeId) {
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
      return [
        ask(
          'long',
          `CAST(${ref} AS ${wideType(type.typeId)}) NOT BETWEEN -${BEYOND_15_DIGITS} AND ${BEYOND_15_DIGITS}`,
        ),
      ];
    case DuckDBTypeId.DECIMAL:
      return type.width > EXCEL_LIMITS.digits ? [ask('long', longDecimal(ref, type))] : [];
    case DuckDBTypeId.DATE:
      return [ask('outside', `${ref} NOT BETWEEN ${FIRST_DATE} AND ${LAST_DATE}`)];
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
      return timestampQuestions(column, ref);
    case DuckDBTypeId.TIMESTAMP_TZ: {
      const there = `timezone(current_setting('TimeZone'), ${ref})`;
      const ambiguous = `isfinite(${ref}) AND timezone(current_setting('TimeZone'), ${there}) IS DISTINCT FROM ${ref}`;
      return [...timestampQuestions(column, there), ask('ambiguous', ambiguous)];
    }
    case DuckDBTypeId.TIME:
      return [
        ask('fine', `datepart('microseconds', ${ref}) % 1000 <> 0 OR ${ref} = TIME '24:00:00'`),
        ask('fraction', `datepart('microseconds', ${ref}) % 1000000 <> 0`),
      ];
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return [ask('outside', `NOT ${plainDouble(ref)}`)];
    case DuckDBTypeId.BOOLEAN:
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
      return [];
    default:
      return [{ column, key: 'length', aggregate: `max(${excelLength(`CAST(${ref} AS VARCHAR)`)})` }];
  }
}

/** Excel counts UTF-16 units: characters beyond the basic plane twice. */
export function excelLength(text: string): string {
  const beyond = `length(regexp_replace(${text}, '[^\\x{10000}-\\x{10FFFF}]', '', 'g'))`;
  return `CASE WHEN length(${text}) <= 16383 THEN length(${text}) ELSE length(${text}) + ${beyond} END`;
}

/** Decides a column's cells by its type and the facts about all its values. */
export function excelColumn(column: ExportColumn, facts: ColumnFacts, timeZone: string): ExcelColumn {
  const { ref, type, name } = column;
  const is = (key: string) => facts(column, key) === 'true';
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return { header: name, width: 8, cell: `' t="b"><v>' || CAST(${ref} AS TINYINT) || '</v>'`, notes: [] };
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
      return { header: name, width: 12, cell: numberCell(ref), notes: [] };
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.DECIMAL:
      if (is('long')) return textColumn(column, 'as it holds numbers of more than 15 digits, which Excel would round');
      return { header: name, width: 14, cell: numberCell(ref), notes: [] };
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE: {
      const cell = `CASE WHEN ${plainDouble(ref)} THEN ${numberCell(ref)} ELSE ${textCell(doubleText(ref))} END`;
      const why = 'NaN, infinite and subnormal values are text, as Excel has no such numbers';
      return { header: name, width: 14, cell, notes: is('outside') ? [note(column, why)] : [] };
    }
    case DuckDBTypeId.DATE: {
      const serial = `CAST(date_diff('day', DATE '1899-12-30', ${ref}) AS VARCHAR)`;
      const cell = datedCell(`${ref} BETWEEN ${FIRST_DATE} AND ${LAST_DATE}`, serial, STYLE.date, ref);
      return { header: name, width: 12, cell, notes: is('outside') ? [note(column, OUTSIDE_YEARS)] : [] };
    }
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
      if (is('fine')) return textColumn(column, FINER_THAN_MILLISECONDS);
      return timestampColumn(column, ref, name, facts);
    case DuckDBTypeId.TIMESTAMP_TZ: {
      const header = `${name} (${timeZone})`;
      const text = (why: string) => ({ ...textColumn(column, why), header, width: 32 });
      if (is('fine')) return text(FINER_THAN_MILLISECONDS);
      if (is('ambiguous'))
        return text('with its offset, as the hour that is repeated when summer time ends occurs in it');
      const zoned = timestampColumn(column, `timezone(${quoteLiteral(timeZone)}, ${ref})`, header, facts);
      return {
        ...zoned,
        notes: [...zoned.notes, note(column, `local time of ${timeZone}, as Excel has no time zones`)],
      };
    }
    case DuckDBTypeId.TIME: {
      if (is('fine')) return textColumn(column, FINER_THAN_MILLISECONDS);
      const serial = `CAST(epoch_ms(${ref}) / 86400000 AS VARCHAR)`;
      const style = is('fraction') ? STYLE.timeMilliseconds : STYLE.time;
      return { header: name, width: 13, cell: styledCell(serial, style), notes: [] };
    }
    default:
      return textColumn(column);
  }
}

const FINER_THAN_MILLISECONDS = 'as it holds fractions below a millisecond, which Excel would drop';
const OUTSIDE_YEARS = 'values before 1 March 1900 or after the year 9999 are text, as Excel has no such dates';

function note(column: ExportColumn, how: string): string {
  return `${column.name} (${column.info.type}): ${how}.`;
}

function textColumn(column: ExportColumn, why?: string): ExcelColumn {
  const cell = textCell(plainText(column.type, column.ref));
  const notes = why === undefined ? [] : [note(column, `written as text, ${why}`)];
  return { header: column.name, width: why === undefined ? 24 : 28, cell, notes };
}

function wideType(typeId: DuckDBTypeId): string {
  return typeId === DuckDBTypeId.UHUGEINT ? 'DOUBLE' : 'HUGEINT';
}

function longDecimal(ref: string, type: DuckDBDecimalType): string {
  const text = `CAST(${ref} AS VARCHAR)`;
  const trimmed = type.scale > 0 ? `rtrim(${text}, '0')` : text;
  return `length(ltrim(replace(${trimmed}, '.', ''), '-0')) > ${EXCEL_LIMITS.digits}`;
}

function timestampQuestions(column: ExportColumn, ref: string): ColumnQuestion[] {
  const nanoseconds = column.type.typeId === DuckDBTypeId.TIMESTAMP_NS;
  const [units, part] = nanoseconds ? [`epoch_ns(${ref})`, 1_000_000] : [`epoch_us(${ref})`, 1_000];
  const finite = (condition: string) => `CASE WHEN isfinite(${ref}) THEN ${condition} ELSE false END`;
  const outside = `NOT (isfinite(${ref}) AND ${withinYears(ref)})`;
  return [
    { column, key: 'fine', aggregate: `bool_or(${finite(`${units} % ${part} <> 0`)})` },
    { column, key: 'fraction', aggregate: `bool_or(${finite(`${units} % ${part * 1_000} <> 0`)})` },
    { column, key: 'outside', aggregate: `bool_or(${outside})` },
  ];
}

function withinYears(ref: string): string {
  const microseconds = `CAST(${ref} AS TIMESTAMP)`;
  return `${microseconds} >= TIMESTAMP '1900-03-01' AND ${microseconds} < TIMESTAMP '10000-01-01'`;
}

function timestampColumn(column: ExportColumn, local: string, header: string, facts: ColumnFacts): ExcelColumn {
  const style = facts(column, 'fraction') === 'true' ? STYLE.timestampMilliseconds : STYLE.timestamp;
  const serial = `CAST(epoch_ms(${local}) / 86400000 + 25569 AS VARCHAR)`;
  const text = plainText(column.type, column.ref);
  const cell = datedCell(`isfinite(${local}) AND ${withinYears(local)}`, serial, style, column.ref, text);
  const notes = facts(column, 'outside') === 'true' ? [note(column, OUTSIDE_YEARS)] : [];
  return { header, width: 24, cell, notes };
}

function datedCell(
  condition: string,
  serial: string,
  style: number,
  ref: string,
  text = `CAST(${ref} AS VARCHAR)`,
): string {
  return `CASE WHEN ${ref} IS NULL THEN NULL WHEN ${condition} THEN ${styledCell(serial, style)} ELSE ${textCell(text)} END`;
}

function numberCell(ref: string): string {
  return `'><v>' || CAST(${ref} AS VARCHAR) || '</v>'`;
}

function styledCell(serial: string, style: number): string {
  return `' s="${style}"><v>' || ${serial} || '</v>'`;
}

function textCell(text: string): string {
  return `' t="inlineStr"><is><t xml:space="preserve">' || ${xmlTextSql(text)} || '</t></is>'`;
}

function plainDouble(ref: string): string {
  return `(isfinite(${ref}) AND (${ref} = 0 OR abs(CAST(${ref} AS DOUBLE)) >= ${SMALLEST_NORMAL}))`;
}

function doubleText(ref: string): string {
  return `CASE WHEN isnan(${ref}) THEN 'NaN' WHEN isinf(${ref}) THEN CASE WHEN ${ref} > 0 THEN 'Infinity' ELSE '-Infinity' END ELSE CAST(${ref} AS VARCHAR) END`;
}
