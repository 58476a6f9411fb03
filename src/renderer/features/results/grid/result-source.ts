import type { ResultInfo } from '../../../../shared/results';
import type { GridCell, GridFindRequest, GridSource } from '../../../ui/grid/grid-source';
import type { ResultReader } from '../result-client';

/** The rows of a kept result as a grid reads them, with times in a zone. */
export function resultSource(info: ResultInfo, reader: ResultReader, timeZone: string): GridSource {
  const source: GridSource = {
    key: `${info.id} ${timeZone}`,
    rowsKey: info.id,
    rowCount: info.rowCount,
    complete: info.state !== 'running',
    columns: info.columns,
    window: (first, count, columns, signal) =>
      reader.window(info.id, { offset: first, limit: count, columns, timeZone }, signal),
    find: (request) => findCell(info, reader, timeZone, request),
  };
  return source;
}

/** The engine finds rows; which cell of a row comes next is told by the order on the screen. */
async function findCell(
  info: ResultInfo,
  reader: ResultReader,
  timeZone: string,
  { text, from, columns, backwards, signal }: GridFindRequest,
): Promise<GridCell | null> {
  const at = columns.indexOf(from.column);
  const rest = backwards ? columns.slice(0, Math.max(0, at)) : columns.slice(at + 1);
  const inRow = (row: number, among: number[]) =>
    matchInRow(info, reader, timeZone, row, among, text, backwards, signal);
  if (rest.length > 0 && from.row >= 0 && from.row < info.rowCount) {
    const near = await inRow(from.row, rest);
    if (near !== null) return { row: from.row, column: near };
  }
  const fromRow = from.row + (backwards ? -1 : 1);
  if (fromRow < 0 || fromRow >= info.rowCount) return null;
  const found = await reader.find(info.id, { text, fromRow, columns, backwards, timeZone }, signal);
  if (!found) return null;
  return { row: found.row, column: (await inRow(found.row, columns)) ?? found.column };
}

async function matchInRow(
  info: ResultInfo,
  reader: ResultReader,
  timeZone: string,
  row: number,
  columns: number[],
  text: string,
  last: boolean,
  signal: AbortSignal,
): Promise<number | null> {
  const window = await reader.window(info.id, { offset: row, limit: 1, columns, timeZone }, signal);
  const needle = text.toLowerCase();
  const holds = (column: number) => window.text(row, column)?.toLowerCase().includes(needle) ?? false;
  return (last ? columns.findLast(holds) : columns.find(holds)) ?? null;
}
