import { MillraceError } from '../../../../shared/errors';
import type { FileNote, FileOptions } from '../../../../shared/files';
import { quoteIdentifier, quoteLiteral } from '../../../../shared/sql/quote';
import { chooseType } from '../csv/choose-type';
import { columnFacts } from '../csv/column-facts';
import { familiesOf } from '../csv/value-families';
import { escapeGlob } from '../file-paths';
import type { FileReader } from '../file-reader';
import { type CellKind, columnLetters, columnNumber, readSheetCells, readSheets, type SheetCells } from './workbook';

/** How a sheet is read. */
export interface SheetAnalysis {
  sheet: string;
  /** Makes the FROM item for a path as it shall stand in the SQL. */
  relation(path: string): string;
  columns: { name: string; type: string }[];
  rowCount: number;
  detected: FileOptions;
  notes: FileNote[];
}

interface Area {
  firstRow: number;
  lastRow: number;
  firstColumn: number;
  lastColumn: number;
}

/**
 * Finds out how a sheet is read so that no cell is lost: the area of its cells, the header, and for each column the
 * type that all its cells have. DuckDB takes a column's type from its first row, so a text further down would be an
 * error; a column of several kinds is read as text. Throws NOT_FOUND for an unknown sheet.
 */
export async function analyzeSheet(
  reader: FileReader,
  file: string,
  part: string | undefined,
  options: FileOptions,
): Promise<SheetAnalysis> {
  const sheets = await readSheets(file);
  const sheet = part === undefined ? sheets[0] : sheets.find((one) => one.name.toLowerCase() === part.toLowerCase());
  if (!sheet)
    throw noSheet(
      part,
      sheets.map((one) => one.name),
      file,
    );
  const cells = await readSheetCells(file, sheet);
  const area = options.range ? parseRange(options.range, cells) : usedArea(cells);
  const header = options.header ?? startsWithHeader(cells, area);
  const range = rangeText(area);
  const call = (path: string) =>
    `read_xlsx(${quoteLiteral(path)}, sheet=${quoteLiteral(sheet.name)}, range=${quoteLiteral(range)}, ` +
    `header=${header}, all_varchar=true)`;
  const described = await reader.rows<{ column_name: string }>(`DESCRIBE FROM ${call(escapeGlob(file))}`);
  const names = described.map((column) => column.column_name);
  const kinds = cells.kinds(header ? area.firstRow : area.firstRow - 1, area.lastRow);
  const columns = await columnReadings(reader, call(escapeGlob(file)), names, kinds, area, options);
  return {
    sheet: sheet.name,
    relation: (path) => {
      const items = columns.map(({ expression, name }) => `${expression} AS ${quoteIdentifier(name)}`);
      return `(SELECT ${items.join(', ')} FROM ${call(path)})`;
    },
    columns: columns.map(({ name, type }) => ({ name, type })),
    rowCount: Math.max(0, area.lastRow - area.firstRow + (header ? 0 : 1)),
    detected: { header, range },
    notes: columns.flatMap(({ name, note }) => (note ? [{ column: name, text: note }] : [])),
  };
}

interface ColumnReading {
  name: string;
  type: string;
  expression: string;
  note?: string;
  /** A person set the type. */
  set?: boolean;
}

async function columnReadings(
  reader: FileReader,
  relation: string,
  names: string[],
  kinds: Map<number, Set<CellKind>>,
  area: Area,
  options: FileOptions,
): Promise<ColumnReading[]> {
  const readings = names.map((name, index) => {
    const own = kinds.get(area.firstColumn + index) ?? new Set<CellKind>();
    const set = options.allText ? 'VARCHAR' : options.types?.[name];
    return set ? readAs(name, set) : readingOf(name, own);
  });
  await settleNumbers(reader, relation, readings);
  await settleDays(reader, relation, readings);
  return readings;
}

/** Excel itself has 15 digits, other programs write more: whole numbers stay whole, and no digit is lost. */
async function settleNumbers(reader: FileReader, relation: string, readings: ColumnReading[]): Promise<void> {
  const numbers = readings.filter((column) => column.type === 'DOUBLE' && !column.set);
  if (numbers.length === 0) return;
  const families = { ...familiesOf(['text'], '.'), number: true };
  const columns = numbers.map((column) => ({ name: column.name, families }));
  const facts = await columnFacts(reader, relation, columns, { decimal: '.' });
  for (const [index, column] of numbers.entries()) {
    const fact = facts[index];
    const type = fact ? chooseType(fact).type : 'DOUBLE';
    if (type === 'BIGINT' || (type.startsWith('DECIMAL') && fact?.number?.double === false)) column.type = type;
    column.expression = `CAST(${quoteIdentifier(column.name)} AS ${column.type})`;
  }
}

/** Days without a time of day are dates, parts of a first day are times. */
async function settleDays(reader: FileReader, relation: string, readings: ColumnReading[]): Promise<void> {
  const days = readings.filter((column) => column.type === 'TIMESTAMP' && !column.set);
  if (days.length === 0) return;
  const asked = days.flatMap((column, index) => {
    const serial = `CAST(${quoteIdentifier(column.name)} AS DOUBLE)`;
    return [`bool_and(${serial} = floor(${serial})) AS whole${index}`, `max(${serial}) < 1 AS part${index}`];
  });
  const [row] = await reader.rows<Record<string, boolean | null>>(`SELECT ${asked.join(', ')} FROM ${relation}`);
  for (const [index, column] of days.entries()) {
    if (row?.[`part${index}`]) column.type = 'TIME';
    else if (row?.[`whole${index}`]) column.type = 'DATE';
    if (column.type !== 'TIMESTAMP') column.expression = `CAST(${column.expression} AS ${column.type})`;
  }
}

function readAs(name: string, type: string): ColumnReading {
  const column = quoteIdentifier(name);
  return { name, type, expression: type === 'VARCHAR' ? column : `CAST(${column} AS ${type})`, set: true };
}

const SERIAL_DAY = "DATE '1899-12-30'";

/** Cells come as the text in the file: dates as days since 1899-12-30, times as parts of a day, true as 1. */
function readingOf(name: string, kinds: Set<CellKind>): ColumnReading {
  const column = quoteIdentifier(name);
  const serial = `CAST(${column} AS DOUBLE)`;
  if (kinds.size === 0) return { name, type: 'VARCHAR', expression: column };
  const only = kinds.size === 1 ? [...kinds][0] : undefined;
  if (only === 'number') return { name, type: 'DOUBLE', expression: serial };
  if (only === 'boolean') return { name, type: 'BOOLEAN', expression: `CAST(${column} AS BOOLEAN)` };
  if (onlyOf(kinds, ['date', 'timestamp', 'time'])) {
    return { name, type: 'TIMESTAMP', expression: instant(serial) };
  }
  if (only === 'text') return { name, type: 'VARCHAR', expression: column };
  if (onlyOf(kinds, ['text', 'date', 'timestamp'])) {
    const day = `strftime(${instant(`TRY_CAST(${column} AS DOUBLE)`)}, '%Y-%m-%d %H:%M:%S')`;
    const shown = `regexp_replace(${day}, ' 00:00:00$', '')`;
    return {
      name,
      type: 'VARCHAR',
      expression: `coalesce(${shown}, ${column})`,
      note: 'Read as text, as the column holds dates and texts.',
    };
  }
  const said = [...kinds].map((kind) => WORDS[kind]).join(', ');
  return {
    name,
    type: 'VARCHAR',
    expression: column,
    note: `Read as text, as the column holds ${said}.${numberedDays(kinds)}`,
  };
}

const WORDS: Record<CellKind, string> = {
  number: 'numbers',
  date: 'dates',
  time: 'times',
  timestamp: 'dates with time',
  text: 'texts',
  boolean: 'true and false',
};

function numberedDays(kinds: Set<CellKind>): string {
  const dates = kinds.has('date') || kinds.has('timestamp') || kinds.has('time');
  return dates ? ' Its dates show as the numbers that the file holds (days since 1899-12-30).' : '';
}

function instant(serial: string): string {
  return `(CAST(${SERIAL_DAY} AS TIMESTAMP) + to_milliseconds(CAST(round(${serial} * 86400000) AS BIGINT)))`;
}

function onlyOf(kinds: Set<CellKind>, allowed: CellKind[]): boolean {
  return [...kinds].every((kind) => allowed.includes(kind));
}

/** The cells, from the first row that is at least half as wide as the widest: what stands above are titles. */
function usedArea(cells: SheetCells): Area {
  const widest = Math.max(0, ...[...cells.rows.values()].map((line) => line.size));
  const rows = [...cells.rows].filter(([, line]) => line.size * 2 >= widest).map(([row]) => row);
  const firstRow = rows.reduce((least, row) => Math.min(least, row), cells.lastRow);
  return { firstRow, lastRow: cells.lastRow, firstColumn: cells.firstColumn, lastColumn: cells.lastColumn };
}

function startsWithHeader(cells: SheetCells, area: Area): boolean {
  const line = cells.rows.get(area.firstRow);
  if (!line) return false;
  const kinds = [...line].filter(([column]) => column >= area.firstColumn && column <= area.lastColumn);
  return kinds.length > 0 && kinds.every(([, kind]) => kind === 'text');
}

/** `B3:F200`, `B3:F` or `B3`; what is left out reaches to the last cell. Throws BAD_REQUEST. */
function parseRange(text: string, cells: SheetCells): Area {
  const match = /^\s*\$?([A-Za-z]{1,3})\$?(\d+)(?::\$?([A-Za-z]{1,3})\$?(\d*))?\s*$/.exec(text);
  if (!match) {
    throw new MillraceError({
      code: 'BAD_REQUEST',
      message: `${JSON.stringify(text)} is not a range of cells.`,
      hint: 'Write it as A3:F200, or A3:F for all rows from 3 on.',
    });
  }
  return {
    firstColumn: columnNumber((match[1] ?? 'A').toUpperCase()),
    firstRow: Number(match[2]),
    lastColumn: match[3] ? columnNumber(match[3].toUpperCase()) : cells.lastColumn,
    lastRow: match[4] ? Number(match[4]) : cells.lastRow,
  };
}

function rangeText(area: Area): string {
  return `${columnLetters(area.firstColumn)}${area.firstRow}:${columnLetters(area.lastColumn)}${area.lastRow}`;
}

function noSheet(part: string | undefined, names: string[], file: string): MillraceError {
  return new MillraceError({
    code: 'NOT_FOUND',
    message:
      part === undefined
        ? 'The workbook has no sheet with cells.'
        : `The workbook has no sheet ${JSON.stringify(part)}.`,
    hint: names.length > 0 ? `Its sheets are: ${names.join(', ')}.` : 'Open it in Excel to see what it holds.',
    at: { file },
  });
}
