import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  DuckDBVarCharType,
  FLOAT,
  INTEGER,
  SMALLINT,
  VARCHAR,
} from '@duckdb/node-api';
import type { ColumnInfo } from '../../shared/columns';

/** A column of a native result: its name and type as the engine holds it, and as the server calls it. */
export interface NativeColumn extends ColumnInfo {
  nativeType: string;
}

/** How rows of a native query are taken. */
export interface NativeTake {
  /** No more rows than these are fetched. */
  limit: number | undefined;
  /** Writes are refused by the server. */
  readOnly: boolean;
  signal: AbortSignal;
  onColumns(columns: NativeColumn[]): void | Promise<void>;
  /** Cells as the server's text, null for NULL; the next rows are fetched when it has returned. */
  onRows(rows: (string | null)[][]): void | Promise<void>;
}

/** How a native statement ended. */
export interface NativeEnd {
  rows: number;
  /** There are more rows than the limit. */
  isLimited: boolean;
  /** For a statement without rows, as the server tells it: `UPDATE`, 3. */
  command: string;
  changedRows: number | undefined;
  /** Warnings and notices of the server. */
  notices: string[];
}

/** Runs a worksheet's statement on the server of a connection instead of in the engine. */
export interface NativeRunner {
  /** `fetchLimit` as in a run's request. Throws UNSUPPORTED where the connection's system cannot. */
  run(
    connection: string,
    sql: string,
    take: Omit<NativeTake, 'limit' | 'readOnly'> & { fetchLimit: number | 'all' | undefined },
  ): Promise<NativeEnd>;
  /** The server's plan as JSON text; with `analyze` it runs the statement, and undoes what that wrote. */
  explain(connection: string, sql: string, options: { analyze: boolean; signal: AbortSignal }): Promise<string>;
}

interface Holder {
  type: DuckDBType;
  value(text: string): DuckDBValue;
}

const asText: Holder = { type: VARCHAR, value: (text) => text };

const HOLDERS: Record<string, Holder> = {
  BOOLEAN: { type: BOOLEAN, value: (text) => text === 't' || text === 'true' },
  SMALLINT: { type: SMALLINT, value: Number },
  INTEGER: { type: INTEGER, value: Number },
  BIGINT: { type: BIGINT, value: BigInt },
  FLOAT: { type: FLOAT, value: Number },
  DOUBLE: { type: DOUBLE, value: Number },
  JSON: { type: DuckDBVarCharType.create('JSON'), value: (text) => text },
};

function holderOf(column: ColumnInfo): Holder {
  return HOLDERS[column.type] ?? asText;
}

/** The engine's types for columns of a native result. */
export function nativeTypes(columns: readonly ColumnInfo[]): DuckDBType[] {
  return columns.map((column) => holderOf(column).type);
}

/** Rows that a chunk holds at most. */
const CHUNK_ROWS = 2_048;

/** Rows of a native result, given as text, as chunks of the engine. */
export function* nativeChunks(columns: readonly ColumnInfo[], rows: (string | null)[][]): Iterable<DuckDBDataChunk> {
  const holders = columns.map(holderOf);
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    const part = rows.slice(from, from + CHUNK_ROWS);
    const chunk = DuckDBDataChunk.create(nativeTypes(columns), part.length);
    holders.forEach((holder, index) => {
      chunk.setColumnValues(
        index,
        part.map((row) => {
          const text = row[index] ?? null;
          return text === null ? null : holder.value(text);
        }),
      );
    });
    yield chunk;
  }
}
