import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Table } from 'apache-arrow';
import { ResultLens } from '../../../../src/renderer/lens/result-lens';
import type { ColumnInfo } from '../../../../src/shared/columns';
import type { ResultInfo } from '../../../../src/shared/results';
import { engineArrow } from './engine-arrow';
import { openNodeDatabase } from './node-database';

export const TIME_ZONE = 'Europe/Berlin';

/** A result as the engine would describe it. */
export function resultInfo(id: string, columns: ColumnInfo[], rowCount: number): ResultInfo {
  return {
    id,
    session: 's',
    run: 'r',
    name: '_1',
    sql: '',
    offset: 0,
    kind: 'rows',
    state: 'done',
    columns,
    rowCount,
    startedAt: 0,
    milliseconds: 1,
    pinned: false,
  };
}

/** The engine and the lens over the same rows: each answers SQL over `result` as rows of text. */
export interface Sides {
  result: ResultInfo;
  connection: DuckDBConnection;
  lens: ResultLens;
  engine(sql: string): Promise<(string | null)[][]>;
  inLens(sql: string): Promise<(string | null)[][]>;
  close(): Promise<void>;
}

/** Makes a result of the rows that `sql` gives (columns c0…cn) in the real engine and loads it into a real lens. */
export async function openSides(sql: string, columns: ColumnInfo[]): Promise<Sides> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`SET TimeZone = '${TIME_ZONE}'`);
  await connection.run(`CREATE TABLE result AS ${sql}`);
  const [count] = (await connection.runAndReadAll('SELECT count(*) FROM result')).getRows();
  const result = resultInfo('one', columns, Number(count?.[0] ?? 0));
  const lens = new ResultLens({
    open: openNodeDatabase,
    fetch: async (_, query) => streamOf(await engineArrow(connection, query)),
  });
  await lens.load(result, TIME_ZONE);
  return {
    result,
    connection,
    lens,
    engine: async (query) => (await connection.runAndReadAll(query)).getRows().map((row) => row.map(engineText)),
    inLens: async (query) => tableText(await lens.query(result.id, query)),
    close: async () => {
      await lens.shutdown();
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Bytes in uneven pieces, as a network would hand them over. */
export function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const size = at === 0 ? 5 : 65_537;
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
}

function engineText(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

function tableText(table: Table): (string | null)[][] {
  const vectors = table.schema.fields.map((_, at) => table.getChildAt(at));
  return Array.from({ length: table.numRows }, (_, row) => vectors.map((vector) => engineText(vector?.get(row))));
}
