import type { EngineConnection } from './connection';
import { displayText } from './display-text';
import { joinBytes } from './join-bytes';
import { columnAt, type KeptResult, keptColumn, keptTable } from './kept-result';

/** A rectangle of a kept result: rows `[offset, offset + limit)` of the columns. */
export interface WindowRequest {
  offset: number;
  limit: number;
  columns: number[];
  timeZone?: string;
}

/** The window's cells as text, in an Arrow IPC stream with a Utf8 column for each asked one, named by its index. */
export async function readWindow(
  connection: EngineConnection,
  result: KeptResult,
  window: WindowRequest,
): Promise<Uint8Array> {
  const cells = window.columns.map((index) => {
    const text = displayText(columnAt(result, index), keptColumn(index));
    return `${text} AS "${index}"`;
  });
  const last = window.offset + window.limit - 1;
  const sql = `SELECT ${cells.length === 0 ? 'rowid' : cells.join(', ')} FROM ${keptTable(result.info.id)} WHERE rowid BETWEEN ${window.offset} AND ${last} ORDER BY rowid`;
  return connection.arrowWhole(sql);
}

/** All pieces of a byte stream as one. */
export async function collectBytes(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return joinBytes(pieces);
}
