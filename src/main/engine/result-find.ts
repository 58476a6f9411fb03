import { quoteLiteral } from '../../shared/sql/quote';
import type { EngineConnection } from './connection';
import { fullText } from './display-text';
import { columnAt, type KeptResult, keptColumn, keptTable } from './kept-result';

/** What is looked for, and where the search starts. */
export interface FindRequest {
  text: string;
  fromRow: number;
  /** Columns to search, in display order. */
  columns: number[];
  /** Where in `columns` of the first row the search starts: this column counts, those before (behind) it do not. */
  fromColumn?: number;
  backwards?: boolean;
  timeZone?: string;
}

/** Rows looked through at once when going backwards, where the last match of each piece is wanted. */
const BACKWARD_ROWS = 500_000;

/** The next cell whose text contains the words, whatever their case, in row-major order; null where none follows. */
export async function findCell(
  connection: EngineConnection,
  result: KeptResult,
  request: FindRequest,
): Promise<{ row: number; column: number } | null> {
  if (request.text === '' || request.columns.length === 0) return null;
  for (const index of request.columns) columnAt(result, index);
  const inFirst = await findInFirstRow(connection, result, request);
  if (inFirst) return inFirst;
  return request.backwards ? findBefore(connection, result, request) : findAfter(connection, result, request);
}

async function findInFirstRow(connection: EngineConnection, result: KeptResult, request: FindRequest) {
  const at = request.fromColumn === undefined ? -1 : request.columns.indexOf(request.fromColumn);
  const columns =
    at < 0 ? request.columns : request.backwards ? request.columns.slice(0, at + 1) : request.columns.slice(at);
  return firstMatch(connection, result, request, columns, `rowid = ${request.fromRow}`);
}

function findAfter(connection: EngineConnection, result: KeptResult, request: FindRequest) {
  return firstMatch(connection, result, request, request.columns, `rowid > ${request.fromRow}`);
}

async function findBefore(connection: EngineConnection, result: KeptResult, request: FindRequest) {
  for (let end = request.fromRow; end > 0; end -= BACKWARD_ROWS) {
    const rows = `rowid >= ${Math.max(0, end - BACKWARD_ROWS)} AND rowid < ${end}`;
    const found = await firstMatch(connection, result, request, request.columns, rows);
    if (found) return found;
  }
  return null;
}

/** Rows come in order of their ids, so the first one is the next; only backwards they must be sorted. */
async function firstMatch(
  connection: EngineConnection,
  result: KeptResult,
  request: FindRequest,
  columns: number[],
  rows: string,
): Promise<{ row: number; column: number } | null> {
  const needle = `lower(${quoteLiteral(request.text)})`;
  const ordered = request.backwards ? columns.toReversed() : columns;
  const hits = ordered.map((index) => {
    const text = fullText(columnAt(result, index), keptColumn(index));
    return { index, test: `contains(lower(${text}), ${needle})` };
  });
  const cases = hits.map((hit) => `WHEN ${hit.test} THEN ${hit.index}`).join(' ');
  const order = request.backwards ? 'ORDER BY rowid DESC ' : '';
  const sql = `SELECT rowid AS "row", CASE ${cases} END AS "column" FROM ${keptTable(result.info.id)} WHERE ${rows} AND (${hits.map((hit) => hit.test).join(' OR ')}) ${order}LIMIT 1`;
  const [found] = await connection.rows<{ row: string; column: number }>(sql);
  return found ? { row: Number(found.row), column: Number(found.column) } : null;
}
