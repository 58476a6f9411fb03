import { DuckDBTypeId } from '@duckdb/node-api';
import { MillraceError } from '../../../shared/errors';
import type { CsvOptions } from '../../../shared/export';
import { quoteLiteral } from '../../../shared/sql/quote';
import { joinTexts, type LineFormat } from './line-format';
import { plainText } from './plain-text';
import type { ExportColumn } from './relation';

const BYTE_ORDER_MARK = '\uFEFF';
const FRACTIONAL = new Set([DuckDBTypeId.DECIMAL, DuckDBTypeId.FLOAT, DuckDBTypeId.DOUBLE]);
const WHOLE = new Set([
  DuckDBTypeId.BOOLEAN,
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.HUGEINT,
]);

/**
 * CSV by RFC 4180 with the user's delimiter, line end, decimal sign and NULL text. A value is quoted where it holds the
 * delimiter, a quote or a line end, where it begins or ends with a blank, and where it would read as NULL. DuckDB's own
 * COPY has no byte order mark, no CRLF and no decimal comma, so rows are built as lines.
 * Throws BAD_REQUEST for a delimiter or NULL text that could not be read back.
 */
export function csvFormat(columns: ExportColumn[], options: CsvOptions): LineFormat {
  checkOptions(options);
  const lineEnd = options.lineEnd === 'crlf' ? '\r\n' : '\n';
  const cells = columns.map((column) => csvCell(column, options));
  const separator = quoteLiteral(options.delimiter);
  const parts = cells.flatMap((cell, index) => (index === 0 ? [cell] : [separator, cell]));
  const names = columns.map((column) => quoteIfNeeded(column.name, options)).join(options.delimiter);
  return {
    head: (options.bom ? BYTE_ORDER_MARK : '') + (options.header ? names + lineEnd : ''),
    line: joinTexts([...parts, lineEndSql(lineEnd)]),
    tail: '',
    skipFirst: 0,
  };
}

function lineEndSql(lineEnd: string): string {
  return lineEnd === '\n' ? 'chr(10)' : 'chr(13) || chr(10)';
}

function csvCell(column: ExportColumn, options: CsvOptions): string {
  const fractional = FRACTIONAL.has(column.type.typeId);
  const plain = plainText(column.type, column.ref);
  const text = fractional && options.decimal === ',' ? `replace(${plain}, '.', ',')` : plain;
  const nullText = quoteLiteral(options.nullText);
  const clean = WHOLE.has(column.type.typeId) || (fractional && options.decimal !== options.delimiter);
  if (clean && options.nullText === '') return `coalesce(${text}, '')`;
  return `CASE WHEN ${column.ref} IS NULL THEN ${nullText} WHEN ${needsQuotes(text, options)} THEN '"' || replace(${text}, '"', '""') || '"' ELSE ${text} END`;
}

function needsQuotes(text: string, options: CsvOptions): string {
  const marks = [options.delimiter, '"'].map((mark) => `contains(${text}, ${quoteLiteral(mark)})`);
  const ends = [`contains(${text}, chr(10))`, `contains(${text}, chr(13))`];
  const blank = `${text} <> trim(${text})`;
  return [...marks, ...ends, blank, `${text} = ${quoteLiteral(options.nullText)}`].join(' OR ');
}

function quoteIfNeeded(text: string, options: CsvOptions): string {
  const needed = text === '' || text.trim() !== text || /["\r\n]/.test(text) || text.includes(options.delimiter);
  return needed ? `"${text.replaceAll('"', '""')}"` : text;
}

function checkOptions(options: CsvOptions): void {
  if ([...options.delimiter].length !== 1 || /[\p{L}\p{N}"\r\n.+-]/u.test(options.delimiter)) {
    throw new MillraceError({
      code: 'BAD_REQUEST',
      message: `${JSON.stringify(options.delimiter)} cannot be the delimiter of a CSV file.`,
      hint: 'Take one character such as a comma, a semicolon, a tab or a vertical bar.',
    });
  }
  if (/["\r\n]/.test(options.nullText) || options.nullText.includes(options.delimiter)) {
    throw new MillraceError({
      code: 'BAD_REQUEST',
      message: 'The text for NULL must not hold the delimiter, a quote or a line end.',
      hint: 'Leave it empty, or take a word such as NULL.',
    });
  }
}
