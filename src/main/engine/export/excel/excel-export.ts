import { once } from 'node:events';
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { MillraceError } from '../../../../shared/errors';
import type { ExcelOptions } from '../../../../shared/export';
import { columnFacts } from '../column-facts';
import type { ExportRun, WrittenRows } from '../export-run';
import { joinTexts } from '../line-format';
import { streamLines } from '../line-stream';
import type { ExportColumn } from '../relation';
import { EXCEL_LIMITS, type ExcelColumn, excelColumn, excelLength, excelQuestions } from './cells';
import { columnLetters, SHEET_TAIL, STYLE, sheetHead, textRow, workbookParts } from './parts';
import { querySheetRows } from './query-sheet';

const ROWS_A_SHEET = EXCEL_LIMITS.rows - 1;
const COMPRESSION_LEVEL = 4;

/**
 * An Excel workbook that loses nothing. The cells' XML is made inside DuckDB by column type and only streamed into the
 * zip here: the writers to be had on npm take JavaScript values, one by one, and numbers as doubles. What Excel would
 * round or drop is text, decided for a column as a whole by one pass over its values; beyond 1,048,575 rows a further
 * sheet follows; a last sheet holds the SQL and says what was written differently.
 * Throws LIMIT_EXCEEDED for more than 16,384 columns and for a text above 32,767 UTF-16 units, which a cell cannot hold.
 */
export async function exportExcel(run: ExportRun, options: ExcelOptions): Promise<WrittenRows> {
  const { connection, relation } = run;
  checkColumns(relation.columns.length);
  const counter = { column: { ref: '*' } as ExportColumn, key: 'rows', aggregate: 'count(*)' };
  const facts = await columnFacts(connection, relation, [counter, ...relation.columns.flatMap(excelQuestions)]);
  const rows = Number(facts(counter.column, 'rows'));
  for (const column of relation.columns) {
    if (Number(facts(column, 'length') ?? 0) > EXCEL_LIMITS.text) await refuseLongText(run, column);
  }
  const [zone] = await connection.rows<{ name: string }>(`SELECT current_setting('TimeZone') AS name`);
  const timeZone = zone?.name ?? 'UTC';
  const columns = relation.columns.map((column) => excelColumn(column, facts, timeZone));
  const notes = columns.flatMap((column) => column.notes);
  await writeWorkbook(run, options, { columns, rows, notes, timeZone });
  return { rows, notes };
}

interface Sheets {
  columns: ExcelColumn[];
  rows: number;
  notes: string[];
  timeZone: string;
}

async function writeWorkbook(run: ExportRun, options: ExcelOptions, sheets: Sheets): Promise<void> {
  const count = Math.max(1, Math.ceil(sheets.rows / ROWS_A_SHEET));
  const names = sheetNames(options.sheetName, count);
  const zip = new ZipFile();
  const settings = { compress: true, compressionLevel: COMPRESSION_LEVEL, mtime: new Date() };
  const all = options.querySheet ? [...names, uniqueSheetName('Query', names)] : names;
  for (const [path, text] of workbookParts(all)) zip.addBuffer(Buffer.from(text), path, settings);
  const output = zip.outputStream as Readable;
  zip.on('error', (error: Error) => output.destroy(error));
  const progress = { rows: 0 };
  const open: Readable[] = [];
  names.forEach((_, index) => {
    zip.addReadStreamLazy(`xl/worksheets/sheet${index + 1}.xml`, settings, (give) => {
      const sheet = Readable.from(dataSheet(run, sheets, index, progress));
      // yazl does not listen: without this an error of the engine would leave the zip waiting for ever.
      sheet.on('error', (error) => output.destroy(error));
      open.push(sheet);
      give(null, sheet);
    });
  });
  if (options.querySheet) {
    const lines = querySheetRows({ ...sheets, sql: run.statementSql, sheets: names });
    const text = sheetHead([28, 120], 0) + lines + SHEET_TAIL;
    zip.addBuffer(Buffer.from(text), `xl/worksheets/sheet${all.length}.xml`, settings);
  }
  zip.end();
  try {
    for await (const chunk of output) await run.file.write(chunk as Buffer);
  } finally {
    // Ends the query behind a sheet that was not read to its end.
    for (const sheet of open) await closed(sheet);
  }
}

async function closed(stream: Readable): Promise<void> {
  if (stream.closed) return;
  const end = once(stream, 'close');
  stream.destroy();
  await end;
}

async function* dataSheet(run: ExportRun, sheets: Sheets, index: number, progress: { rows: number }) {
  const widths = sheets.columns.map((column) => Math.min(60, Math.max(column.width, column.header.length + 2)));
  yield Buffer.from(sheetHead(widths, 1) + textRow(1, headers(sheets.columns), STYLE.header));
  const part = `SELECT *, row_number() OVER () + 1 AS place FROM (SELECT * FROM ${run.relation.source} LIMIT ${ROWS_A_SHEET} OFFSET ${index * ROWS_A_SHEET})`;
  const sql = `SELECT ${rowXml(sheets.columns)} AS line FROM (${part})`;
  for await (const batch of streamLines(run.connection, sql, run.signal)) {
    yield batch.bytes;
    progress.rows += batch.rows;
    run.onProgress?.({ rows: progress.rows, bytes: run.file.bytes });
  }
  yield Buffer.from(SHEET_TAIL);
}

function rowXml(columns: ExcelColumn[]): string {
  const cells = columns.map((column, index) => {
    return `'<c r="${columnLetters(index)}' || place || '"' || ${`(${column.cell})`} || '</c>'`;
  });
  return joinTexts([`'<row r="'`, 'place', `'">'`, ...cells, `'</row>'`]);
}

function headers(columns: ExcelColumn[]): string[] {
  return columns.map((column) => column.header.slice(0, EXCEL_LIMITS.text));
}

function checkColumns(count: number): void {
  if (count <= EXCEL_LIMITS.columns) return;
  throw new MillraceError({
    code: 'LIMIT_EXCEEDED',
    message: `An Excel sheet has at most 16,384 columns; this result has ${count.toLocaleString('en-US')}.`,
    hint: 'Select fewer columns, or export as Parquet or CSV.',
  });
}

async function refuseLongText(run: ExportRun, column: ExportColumn): Promise<never> {
  const length = excelLength(`CAST(${column.ref} AS VARCHAR)`);
  const [first] = await run.connection.rows<{ place: string; size: string }>(
    `SELECT place, size FROM (SELECT row_number() OVER () AS place, ${length} AS size FROM ${run.relation.source}) WHERE size > ${EXCEL_LIMITS.text} ORDER BY place LIMIT 1`,
  );
  const size = Number(first?.size ?? 0).toLocaleString('en-US');
  throw new MillraceError({
    code: 'LIMIT_EXCEEDED',
    message: `An Excel cell holds at most 32,767 characters; ${column.name} in row ${first?.place ?? '?'} has ${size}.`,
    hint: `Shorten the column with left(…, 32767) or leave it out, or export as Parquet, CSV or JSON, which hold it whole.`,
  });
}

/** Sheet names within Excel's rules: up to 31 characters, none of []:*?/\, no apostrophe at an end. */
function sheetNames(wanted: string, count: number): string[] {
  const cleaned = wanted
    .replace(/[[\]:*?/\\\p{Cc}]/gu, ' ')
    .replace(/^'+|'+$/g, '')
    .trim();
  const base = cleaned === '' || cleaned.toLowerCase() === 'history' ? 'Result' : cleaned;
  return Array.from({ length: count }, (_, index) => {
    const suffix = index === 0 ? '' : ` ${index + 1}`;
    return base.slice(0, 31 - suffix.length) + suffix;
  });
}

function uniqueSheetName(wanted: string, taken: string[]): string {
  const lower = new Set(taken.map((name) => name.toLowerCase()));
  let name = wanted;
  for (let number = 2; lower.has(name.toLowerCase()); number += 1) name = `${wanted} ${number}`;
  return name;
}
