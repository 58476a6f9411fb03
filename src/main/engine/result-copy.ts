import type { ColumnInfo } from '../../shared/columns';
import { MillraceError } from '../../shared/errors';
import type { CellRange, CopyFormat } from '../../shared/results';
import { quoteLiteral } from '../../shared/sql/quote';
import type { EngineConnection } from './connection';
import { fullText } from './display-text';
import { columnAt, type KeptResult, keptColumn, keptTable } from './kept-result';
import { uniqueNames } from './unique-names';

const LARGEST_COPY = 50 * 1024 * 1024;

type Row = (string | null)[];

/** Turns rows of cell texts into the text of a format, piece by piece. */
interface CopyWriter {
  head: string;
  row(cells: Row, index: number): string;
  tail: string;
}

/**
 * The range as text with full values. Throws LIMIT_EXCEEDED above 50 MB, before more than that is read.
 */
export async function copyRange(
  connection: EngineConnection,
  result: KeptResult,
  range: CellRange,
  format: CopyFormat,
  headers: boolean,
): Promise<string> {
  const columns = range.columns.map((index) => columnAt(result, index));
  const writer = WRITERS[format](columns, headers);
  const cells = range.columns.map(
    (index, at) => `${cellText(columns[at] as ColumnInfo, keptColumn(index), format)} AS t${at}`,
  );
  const sql = `SELECT ${cells.join(', ')} FROM ${keptTable(result.info.id)} WHERE rowid BETWEEN ${range.firstRow} AND ${range.lastRow} ORDER BY rowid`;
  const pieces = [writer.head];
  let size = 0;
  let rows = 0;
  await connection.stream(sql, {
    onStart: () => undefined,
    onChunk: (chunk) => {
      for (const cellsOfRow of chunk.getRows() as Row[]) {
        const text = writer.row(cellsOfRow, rows);
        rows += 1;
        size += text.length;
        pieces.push(text);
        if (size > LARGEST_COPY) throw tooLarge();
      }
    },
  });
  return pieces.join('') + writer.tail;
}

function tooLarge(): MillraceError {
  return new MillraceError({
    code: 'LIMIT_EXCEEDED',
    message: 'The selection is larger than the 50 MB that can be copied at once.',
    hint: 'Select fewer cells, or export the result to a file.',
  });
}

const NESTED: ReadonlySet<string> = new Set(['list', 'struct', 'map', 'union']);

/** In JSON, nested values go as JSON; times in ISO 8601. Elsewhere a cell is what the grid shows. */
function cellText(column: ColumnInfo, cell: string, format: CopyFormat): string {
  if (format !== 'json') return fullText(column, cell);
  if (NESTED.has(column.kind)) return `CAST(to_json(${cell}) AS VARCHAR)`;
  if (column.kind === 'timestamp') return `replace(CAST(${cell} AS VARCHAR), ' ', 'T')`;
  return fullText(column, cell);
}

const WRITERS: Record<CopyFormat, (columns: ColumnInfo[], headers: boolean) => CopyWriter> = {
  tsv: (columns, headers) => separated(columns, headers, '\t', (text) => text),
  csv: (columns, headers) => separated(columns, headers, ',', (text) => (text === '' ? '""' : text)),
  json: jsonWriter,
  markdown: markdownWriter,
  'in-list': inListWriter,
};

/** NULL is nothing at all; in CSV an empty text is `""`, so that both can be told apart. */
function separated(
  columns: ColumnInfo[],
  headers: boolean,
  separator: string,
  plain: (text: string) => string,
): CopyWriter {
  const needsQuotes = new RegExp(`[${separator}"\\r\\n]`);
  const quoted = (text: string) => (needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : plain(text));
  const line = (cells: Row) => cells.map((cell) => (cell === null ? '' : quoted(cell))).join(separator);
  const head = headers ? line(columns.map((column) => column.name)) : '';
  return {
    head,
    row: (cells, index) => (index === 0 && !headers ? '' : '\n') + line(cells),
    tail: '',
  };
}

/** Types whose every value a JavaScript number holds exactly. */
const SMALL_INTEGERS: ReadonlySet<string> = new Set([
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
]);

function jsonWriter(columns: ColumnInfo[]): CopyWriter {
  const keys = uniqueNames(columns.map((column) => column.name)).map((name) => JSON.stringify(name));
  return {
    head: '[',
    row: (cells, index) => {
      const entries = cells.map((cell, at) => `${keys[at]}: ${jsonCell(columns[at] as ColumnInfo, cell)}`);
      return `${index === 0 ? '' : ','}\n  {${entries.join(', ')}}`;
    },
    tail: '\n]',
  };
}

function jsonCell(column: ColumnInfo, cell: string | null): string {
  if (cell === null) return 'null';
  if (column.kind === 'boolean' || column.kind === 'json' || NESTED.has(column.kind)) return cell;
  if (SMALL_INTEGERS.has(column.type)) return cell;
  if (column.kind === 'float' && /^-?\d/.test(cell)) return cell;
  if (column.type.startsWith('TIMESTAMP WITH')) return JSON.stringify(cell.replace(/([+-]\d\d)$/, '$1:00'));
  return JSON.stringify(cell);
}

function markdownWriter(columns: ColumnInfo[], headers: boolean): CopyWriter {
  const escaped = (text: string) =>
    text
      .replaceAll('\\', '\\\\')
      .replaceAll('|', '\\|')
      .replace(/\r\n|\r|\n/g, '<br>');
  const line = (cells: Row) => `| ${cells.map((cell) => (cell === null ? '' : escaped(cell))).join(' | ')} |`;
  const isNumber = (column: ColumnInfo) => ['integer', 'decimal', 'float'].includes(column.kind);
  const rule = `| ${columns.map((column) => (isNumber(column) ? '--:' : '---')).join(' | ')} |`;
  return {
    head: `${line(columns.map((column) => (headers ? column.name : '')))}\n${rule}`,
    row: (cells) => `\n${line(cells)}`,
    tail: '',
  };
}

/** Every value once, in order of appearance. NULL is left out, as IN never finds it. */
function inListWriter(columns: ColumnInfo[]): CopyWriter {
  const seen = new Set<string>();
  return {
    head: '(',
    row: (cells) => {
      const fresh: string[] = [];
      cells.forEach((cell, at) => {
        if (cell === null) return;
        const literal = sqlLiteral(columns[at] as ColumnInfo, cell);
        if (seen.has(literal)) return;
        fresh.push(`${seen.size === 0 ? '' : ', '}${literal}`);
        seen.add(literal);
      });
      return fresh.join('');
    },
    tail: ')',
  };
}

/** A literal by the column's type; numbers and booleans bare, all else in quotes. */
function sqlLiteral(column: ColumnInfo, text: string): string {
  if (column.kind === 'integer' || column.kind === 'decimal' || column.kind === 'boolean') return text;
  if (column.kind === 'float' && /^-?\d/.test(text)) return text;
  return quoteLiteral(text);
}
