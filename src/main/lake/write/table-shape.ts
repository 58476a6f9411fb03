import type { LakeTableName } from '../../../shared/lake';
import { LAKE } from '../lake-names';

/** What reads rows for the app: a connection, or the statements of a transaction. */
export interface RowReader {
  rows<T>(sql: string, parameters?: Record<string, string>): Promise<T[]>;
}

export interface ShapeColumn {
  name: string;
  type: string;
}

/** The table as it stands in the lake, its names in their own case; undefined where there is none. */
export interface TableShape {
  table: LakeTableName;
  columns: ShapeColumn[];
}

/** Reads the current columns of a lake table; names are found in any case. */
export async function readShape(reader: RowReader, table: LakeTableName): Promise<TableShape | undefined> {
  const rows = await reader.rows<{ schema: string; name: string; column: string; type: string }>(
    `SELECT schema_name AS "schema", table_name AS "name", column_name AS "column", data_type AS "type"
     FROM duckdb_columns()
     WHERE database_name = '${LAKE}' AND lower(schema_name) = lower($schema) AND lower(table_name) = lower($name)
     ORDER BY column_index`,
    { schema: table.schema, name: table.name },
  );
  const first = rows[0];
  if (!first) return undefined;
  return {
    table: { schema: first.schema, name: first.name },
    columns: rows.map((row) => ({ name: row.column, type: row.type })),
  };
}

/** The column of that name, in any case. */
export function columnNamed(columns: ShapeColumn[], name: string): ShapeColumn | undefined {
  return columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
}
