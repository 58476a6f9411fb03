import type { DatabaseInfo, SchemaInfo, TableInfo } from '../../shared/catalog';
import { type ColumnInfo, columnKind } from '../../shared/columns';
import { MillraceError } from '../../shared/errors';
import { quoteLiteral } from '../../shared/sql/quote';
import type { EngineConnection } from './connection';

/** Databases that are the app's own footing; `millrace` shows, as its history is there to be queried. */
const OWN_FOOTING: ReadonlySet<string> = new Set(['system', 'results', 'results_staging']);
const HIDDEN_DATABASES = `(${[...OWN_FOOTING].map(quoteLiteral).join(', ')})`;

interface ColumnRow {
  database_name: string;
  schema_name: string;
  table_name: string;
  column_name: string;
  data_type: string;
}

interface TableRow {
  database_name: string;
  schema_name: string;
  name: string;
  kind: 'table' | 'view';
  estimated: string | null;
}

/**
 * Every database, schema, table and view that the connection sees, with columns. Left out are DuckDB's own schemas, the
 * scratch file, DuckLake's metadata, the views that stand for kept results, and the databases in `leftOut`.
 */
export async function readCatalog(
  connection: EngineConnection,
  leftOut: ReadonlySet<string> = new Set(),
): Promise<DatabaseInfo[]> {
  const databases = await connection.rows<{ database_name: string; schema_name: string }>(
    `SELECT database_name, schema_name FROM duckdb_schemas()
     WHERE NOT internal OR schema_name = 'main'
     ORDER BY database_name, schema_name`,
  );
  const tables = await connection.rows<TableRow>(
    `SELECT database_name, schema_name, table_name AS name, 'table' AS kind, estimated_size AS estimated
     FROM duckdb_tables() WHERE NOT internal
     UNION ALL
     SELECT database_name, schema_name, view_name, 'view', NULL FROM duckdb_views() WHERE NOT internal
     ORDER BY 1, 2, 3`,
  );
  const columns = await connection.rows<ColumnRow>(
    `SELECT database_name, schema_name, table_name, column_name, data_type FROM duckdb_columns()
     WHERE NOT internal AND database_name NOT IN ${HIDDEN_DATABASES}
     ORDER BY database_name, schema_name, table_name, column_index`,
  );
  const isWanted = (row: { database_name: string }) => !isHidden(row.database_name) && !leftOut.has(row.database_name);
  return assemble(databases.filter(isWanted), tables.filter(isShown).filter(isWanted), columns);
}

function isShown(table: TableRow): boolean {
  return !(table.database_name === 'temp' && /^_\d*$/.test(table.name));
}

function isHidden(database: string): boolean {
  return OWN_FOOTING.has(database) || database.startsWith('__ducklake_metadata_');
}

function assemble(
  schemas: { database_name: string; schema_name: string }[],
  tables: TableRow[],
  columns: ColumnRow[],
): DatabaseInfo[] {
  const columnsOf = new Map<string, ColumnInfo[]>();
  for (const row of columns) {
    const key = keyOf(row.database_name, row.schema_name, row.table_name);
    const list = columnsOf.get(key) ?? [];
    list.push({ name: row.column_name, type: row.data_type, kind: columnKind(row.data_type) });
    columnsOf.set(key, list);
  }
  const databases = new Map<string, Map<string, SchemaInfo>>();
  const schemaOf = (database: string, schema: string): SchemaInfo => {
    const inDatabase = databases.get(database) ?? new Map<string, SchemaInfo>();
    databases.set(database, inDatabase);
    const found = inDatabase.get(schema) ?? { name: schema, tables: [] };
    inDatabase.set(schema, found);
    return found;
  };
  for (const row of schemas) {
    if (row.database_name !== 'temp') schemaOf(row.database_name, row.schema_name);
  }
  for (const row of tables) {
    const table: TableInfo = {
      name: row.name,
      kind: row.kind,
      columns: columnsOf.get(keyOf(row.database_name, row.schema_name, row.name)) ?? [],
    };
    if (row.kind === 'table' && row.estimated !== null) table.estimatedRows = Number(row.estimated);
    schemaOf(row.database_name, row.schema_name).tables.push(table);
  }
  return [...databases].map(([name, found]) => ({ name, schemas: [...found.values()] }));
}

function keyOf(...names: string[]): string {
  return JSON.stringify(names);
}

/** The statement that makes a table or view, ending in a semicolon. Throws NOT_FOUND where there is none. */
export async function tableDdl(
  connection: EngineConnection,
  table: { database: string; schema: string; name: string },
): Promise<string> {
  const [found] = await connection.rows<{ sql: string }>(
    `SELECT sql FROM duckdb_tables() WHERE database_name = $database AND schema_name = $schema AND table_name = $name
     UNION ALL
     SELECT sql FROM duckdb_views() WHERE database_name = $database AND schema_name = $schema AND view_name = $name`,
    table,
  );
  if (found) return found.sql.trim().replace(/;?$/, ';');
  throw new MillraceError({
    code: 'NOT_FOUND',
    message: `There is no table ${table.database}.${table.schema}.${table.name}.`,
    hint: 'It may have been dropped: refresh the tree.',
  });
}
