import type { Table, Vector } from 'apache-arrow';
import type { ResultInfo, ViewRequest } from '../../shared/results';
import { columnRef, displayText } from '../../shared/sql/result-columns';
import { namedRelationSql, orderSql, valuesSql } from '../../shared/sql/view-sql';
import type { GridSource, GridWindow } from '../ui/grid/grid-source';
import { lensForm } from './lens-policy';
import type { ResultLens } from './result-lens';
import type { ResultQueries } from './result-queries';
import { simpleFilterColumns } from './simple-filter';

/** A sorted or filtered result that the lens shows; `rowsOf` leads back to the rows of the result it was made from. */
export interface LensView extends GridSource {
  /** Row numbers in the result of some rows of the view, for values and copies that the engine gives. */
  rowsOf(first: number, count: number): Promise<number[]>;
  close(): Promise<void>;
}

/** Rows that are found by the quick way (the first of the order alone) while the whole order is still being made. */
const FIRST_ROWS = 400;

/**
 * Whether the lens can make this view without a difference to the engine's own: it holds what is sorted and filtered by
 * in its own type, and the condition is one whose meaning is the same in both versions.
 */
export function canViewInLens(lens: ResultLens, result: ResultInfo, request: ViewRequest): boolean {
  const typed = request.where?.trim() ? simpleFilterColumns(request.where, result.columns) : [];
  if (!typed) return false;
  const read = [
    ...typed,
    ...(request.sort ?? []).map((key) => key.column),
    ...(request.values ?? []).map((value) => value.column),
  ];
  return lens.canQuery(result, read);
}

let views = 0;

/**
 * Sorts and filters in the lens. Cells of columns that it does not hold come from the engine by their row. The first rows
 * are found at once, without sorting the rest; the order of all rows is made when others are asked for. Throws where the
 * SQL of the request fails: then the engine is asked.
 */
export async function lensView(
  lens: ResultLens,
  result: ResultInfo,
  request: ViewRequest,
  options: { timeZone: string; engine: ResultQueries; signal?: AbortSignal },
): Promise<LensView> {
  const name = `view_${++views}`;
  const where = await conditionSql(lens, result, request, name);
  const order = orderSql(request.sort ?? [], 'rowid');
  const counted = await lens.query(result.id, `SELECT count(*) AS n FROM result ${where}`, options.signal);
  const rowCount = Number(counted.getChild('n')?.get(0) ?? 0);
  const first = await lens.query(
    result.id,
    `SELECT rowid AS r FROM result ${where} ORDER BY ${order} LIMIT ${FIRST_ROWS}`,
    options.signal,
  );
  const firstRows = numbers(first.getChild('r'));
  let whole: Promise<unknown> | undefined;
  const all = () => {
    whole ??= lens.query(result.id, `CREATE TABLE ${name} AS SELECT rowid AS r FROM result ${where} ORDER BY ${order}`);
    return whole;
  };
  const rowsOf = async (from: number, count: number): Promise<number[]> => {
    if (from + count <= firstRows.length || firstRows.length === rowCount) return firstRows.slice(from, from + count);
    await all();
    const sql = `SELECT r FROM ${name} WHERE rowid >= ${from} AND rowid < ${from + count} ORDER BY rowid`;
    return numbers((await lens.query(result.id, sql)).getChild('r'));
  };
  const key = `${result.id}:${name}`;
  return {
    key: `${key}:${options.timeZone}`,
    rowsKey: key,
    rowCount,
    complete: true,
    columns: result.columns,
    rowsOf,
    async window(from, count, columns, signal) {
      const rows = await rowsOf(from, Math.max(0, Math.min(count, rowCount - from)));
      const held = columns.filter((index) => lens.canShow(result, [index], options.timeZone));
      const others = columns.filter((index) => !held.includes(index));
      const query = { columns: others, timeZone: options.timeZone, signal };
      const [here, there] = await Promise.all([
        held.length > 0 ? lens.query(result.id, windowSql(result, rows, held), signal) : undefined,
        others.length > 0 ? options.engine.query(result, engineWindowSql(rows, others), query) : undefined,
      ]);
      return textWindow([here, there], from, rows.length, columns);
    },
    async close() {
      await whole?.catch(() => undefined); // it is being thrown away
      for (const table of [name, `${name}_kept`]) await lens.query(result.id, `DROP TABLE IF EXISTS ${table}`);
    },
  };
}

/** The WHERE clause over c0…cn; a typed condition, being over the shown names, goes by way of the rows it keeps. */
async function conditionSql(lens: ResultLens, result: ResultInfo, request: ViewRequest, name: string): Promise<string> {
  const conditions = [valuesSql(request.values)].filter((part) => part !== undefined);
  const typed = request.where?.trim();
  if (typed) {
    const used = simpleFilterColumns(typed, result.columns) ?? [];
    const relation = namedRelationSql('result', result.columns, used, ['rowid AS millrace_row']);
    await lens.query(result.id, `CREATE TABLE ${name}_kept AS SELECT millrace_row FROM ${relation} WHERE ${typed}`);
    conditions.push(`rowid IN (SELECT millrace_row FROM ${name}_kept)`);
  }
  return conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
}

function windowSql(result: ResultInfo, rows: number[], columns: number[]): string {
  const list = columns.map((index) => {
    const column = result.columns[index];
    const ref = columnRef(index);
    return `${column && lensForm(column) === 'text' ? ref : displayText(ref)} AS ${ref}`;
  });
  const order = rows.length > 0 ? rows.map((row, at) => `(${row}, ${at})`).join(', ') : '(NULL, NULL)';
  return [
    `SELECT ${['place', ...list].join(', ')} FROM (VALUES ${order}) wanted(r, place)`,
    'JOIN result ON result.rowid = wanted.r ORDER BY place',
  ].join(' ');
}

/** The same from the engine, whose relation `result` has no row numbers: they are counted as it streams by. */
function engineWindowSql(rows: number[], columns: number[]): string {
  const refs = columns.map(columnRef);
  const numbered = `SELECT row_number() OVER () - 1 AS r, ${refs.join(', ')} FROM result`;
  const order = rows.length > 0 ? rows.map((row, at) => `(${row}, ${at})`).join(', ') : '(NULL, NULL)';
  return [
    `SELECT ${['place', ...refs.map((ref) => `${displayText(ref)} AS ${ref}`)].join(', ')}`,
    `FROM (VALUES ${order}) wanted(r, place) JOIN (${numbered}) AS numbered ON numbered.r = wanted.r ORDER BY place`,
  ].join(' ');
}

function textWindow(tables: (Table | undefined)[], first: number, count: number, columns: number[]): GridWindow {
  const vectors = new Map<number, Vector>();
  let bytes = 0;
  for (const index of columns) {
    const vector = tables.map((table) => table?.getChild(columnRef(index))).find((found) => found);
    if (!vector) continue;
    vectors.set(index, vector);
    bytes += vector.byteLength;
  }
  return {
    first,
    count,
    bytes,
    text: (row, column) => {
      const value: unknown = vectors.get(column)?.get(row - first);
      return typeof value === 'string' ? value : null;
    },
  };
}

function numbers(vector: Vector | null): number[] {
  return vector ? Array.from(vector, (value) => Number(value)) : [];
}
