import { isNumeric } from '../../../shared/columns';
import type { SqlRequest } from '../../../shared/export';
import type { ResultInfo } from '../../../shared/results';
import { quoteLiteral } from '../../../shared/sql/quote';
import type { EngineConnection } from '../connection';
import type { Engine } from '../engine';
import { displayWidth, padText } from './display-width';
import { plainText } from './plain-text';
import { type ExportColumn, openRelation } from './relation';
import type { SqlEvent } from './sql-frames';

/** Rows and characters of a cell that are shown unless all are asked for. */
export const TABLE_LIMITS = { rows: 1_000, characters: 120 };

const PAGE_ROWS = 1_000;

interface TableJob {
  engine: Engine;
  connection: EngineConnection;
  request: SqlRequest;
}

/**
 * A kept result as aligned columns for the eye: a header, a rule, the rows, and a line that tells how many there are.
 * Numbers stand to the right, NULL is written NULL, line breaks and tabs as \n and \t. Without `all`, 1,000 rows and 120
 * characters of a cell are shown, and the last line says what is not.
 */
export async function* tableText(job: TableJob, result: ResultInfo): AsyncIterable<SqlEvent> {
  const { table, columns } = job.engine.results.relation(result.id);
  const source = { sql: `SELECT * FROM ${table}`, columns };
  const relation = await openRelation(job.connection, source, job.request.timeZone);
  const all = job.request.all === true;
  const shown = all ? result.rowCount : Math.min(result.rowCount, TABLE_LIMITS.rows);
  const page = (from: number) => cellPage(job, table, relation.columns, from, Math.min(from + PAGE_ROWS, shown));
  const names = columns.map((column) => visible(column.name));
  const widths = names.map(displayWidth);
  let shortened = false;
  for (let from = 0; from < shown; from += PAGE_ROWS) {
    for (const row of await page(from)) {
      row.cells.forEach((cell, index) => {
        widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell));
      });
      shortened ||= row.shortened;
    }
  }
  const right = columns.map((column) => isNumeric(column.kind));
  const line = (cells: string[]) => {
    const padded = cells.map((cell, index) => padText(cell, widths[index] ?? 0, right[index] ?? false));
    return `${padded.join('  ').trimEnd()}\n`;
  };
  yield { data: Buffer.from(line(names) + line(widths.map((width) => '-'.repeat(width)))) };
  for (let from = 0; from < shown; from += PAGE_ROWS) {
    yield { data: Buffer.from((await page(from)).map((row) => line(row.cells)).join('')) };
  }
  yield { data: Buffer.from(`${closingLine(result.rowCount, shown, shortened)}\n`) };
}

async function cellPage(
  job: TableJob,
  table: string,
  columns: ExportColumn[],
  from: number,
  to: number,
): Promise<{ cells: string[]; shortened: boolean }[]> {
  const limit = job.request.all ? undefined : TABLE_LIMITS.characters;
  const list = columns.map((column) => {
    const text = `coalesce(${plainText(column.type, column.ref)}, ${quoteLiteral('NULL')})`;
    return `${limit === undefined ? text : `left(${text}, ${limit + 1})`} AS ${column.ref}`;
  });
  const sql = `SELECT ${list.join(', ')} FROM ${table} WHERE rowid >= ${from} AND rowid < ${to}`;
  const rows = await job.connection.rows<Record<string, string>>(sql);
  return rows.map((row) => {
    const texts = columns.map((column) => row[column.ref] ?? '');
    const isLong = (text: string) => limit !== undefined && [...text].length > limit;
    const cells = texts.map((text) => visible(isLong(text) ? `${[...text].slice(0, limit).join('')}…` : text));
    return { cells, shortened: texts.some(isLong) };
  });
}

/** A text on one line, with no character that would move the terminal's cursor. */
function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => {
    const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
    return short ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

function closingLine(rows: number, shown: number, shortened: boolean): string {
  const count = (number: number) => number.toLocaleString('en-US');
  const cut = shown < rows;
  const total = cut ? `${count(shown)} of ${count(rows)} rows shown` : `${count(rows)} ${rows === 1 ? 'row' : 'rows'}`;
  const cells = shortened ? `; cells marked … are cut at ${TABLE_LIMITS.characters} characters` : '';
  return `(${total}${cells}${cut || shortened ? '; --all shows everything' : ''})`;
}
