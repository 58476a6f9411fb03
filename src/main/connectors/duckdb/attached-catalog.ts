import { columnKind } from '../../../shared/columns';
import type { RemoteDescription, RemoteKey, RemoteNode, RemotePage } from '../../../shared/connections';
import { quoteLiteral } from '../../../shared/sql/quote';
import type { EngineConnection } from '../../engine/connection';
import type { OpenConnection } from '../connector';
import { noPlace } from '../database/no-place';
import { relationText } from '../database/relation-text';

const PAGE = 1_000;

interface Page {
  after?: string;
  size?: number;
}

/** Schemas of an attached database, or its tables at once where it has a single schema; then the tables of a schema. */
export async function listAttached(
  connection: OpenConnection,
  engine: EngineConnection,
  path: string[],
  page: Page = {},
): Promise<RemotePage> {
  const [schema, ...below] = path;
  if (below.length > 0) return { nodes: [] };
  const schemas = await schemasOf(connection, engine);
  if (schema !== undefined) return listTables(connection, engine, schema, page);
  if (schemas.length === 1) return listTables(connection, engine, schemas[0] ?? 'main', page);
  return { nodes: schemas.map((name) => ({ path: [name], name, kind: 'schema', expandable: true })) };
}

/** Columns, keys and indexes of a table or view. Throws NOT_FOUND. */
export async function describeAttached(
  connection: OpenConnection,
  engine: EngineConnection,
  path: string[],
): Promise<RemoteDescription> {
  const [schema = 'main', name = ''] = path.length === 1 ? ['main', ...path] : path;
  const [found] = await readTables(connection, engine, schema, `AND name = ${quoteLiteral(name)}`);
  if (!found) throw noPlace(connection.name, path);
  const where = `database_name = ${quoteLiteral(connection.alias)} AND schema_name = ${quoteLiteral(schema)} AND table_name = ${quoteLiteral(name)}`;
  const columns = await engine.rows<{ name: string; type: string; nullable: boolean; comment: string | null }>(
    `SELECT column_name AS name, data_type AS type, is_nullable AS nullable, comment FROM duckdb_columns() WHERE ${where} ORDER BY column_index`,
  );
  return {
    node: nodeOf(connection, schema, found),
    columns: columns.map(({ comment, ...column }) => ({
      ...column,
      kind: columnKind(column.type),
      ...(comment === null ? {} : { comment }),
    })),
    keys: await readKeys(engine, where),
    ...(found.ddl ? { ddl: found.ddl } : {}),
    notes: [],
  };
}

async function schemasOf(connection: OpenConnection, engine: EngineConnection): Promise<string[]> {
  const rows = await engine.rows<{ name: string }>(
    `SELECT DISTINCT schema_name AS name FROM duckdb_schemas() WHERE database_name = ${quoteLiteral(connection.alias)}
     AND schema_name NOT IN ('information_schema', 'pg_catalog') ORDER BY 1`,
  );
  return rows.map((row) => row.name);
}

async function listTables(
  connection: OpenConnection,
  engine: EngineConnection,
  schema: string,
  page: Page,
): Promise<RemotePage> {
  const size = page.size ?? PAGE;
  const after = page.after === undefined ? '' : `AND name > ${quoteLiteral(page.after)}`;
  const rows = await readTables(connection, engine, schema, after, size + 1);
  const nodes = rows.slice(0, size).map((row) => nodeOf(connection, schema, row));
  const last = nodes.at(-1);
  return rows.length > size && last ? { nodes, next: last.name } : { nodes };
}

interface TableRow {
  name: string;
  view: boolean;
  rows: string | null;
  comment: string | null;
  ddl: string | null;
}

function readTables(
  connection: OpenConnection,
  engine: EngineConnection,
  schema: string,
  condition: string,
  limit = 1,
): Promise<TableRow[]> {
  const where = `database_name = ${quoteLiteral(connection.alias)} AND schema_name = ${quoteLiteral(schema)} AND NOT internal`;
  return engine.rows<TableRow>(
    `SELECT * FROM (SELECT table_name AS name, false AS view, estimated_size AS rows, comment, sql AS ddl FROM duckdb_tables() WHERE ${where}
     UNION ALL SELECT view_name, true, NULL, comment, sql FROM duckdb_views() WHERE ${where}) WHERE true ${condition}
     ORDER BY name LIMIT ${limit}`,
  );
}

function nodeOf(connection: OpenConnection, schema: string, row: TableRow): RemoteNode {
  // SQLite keeps no count: what the engine gives there is a guess that is far off.
  const hasRows = connection.type === 'duckdb' && row.rows !== null && !row.view;
  return {
    path: [schema, row.name],
    name: row.name,
    kind: row.view ? 'view' : 'table',
    expandable: false,
    ...(hasRows ? { rows: Number(row.rows), estimated: true } : {}),
    ...(row.comment ? { comment: row.comment } : {}),
    relation: relationText([connection.alias, schema, row.name]),
  };
}

const KINDS: Record<string, RemoteKey['kind']> = {
  'PRIMARY KEY': 'primary',
  UNIQUE: 'unique',
  'FOREIGN KEY': 'foreign',
  CHECK: 'check',
};

async function readKeys(engine: EngineConnection, where: string): Promise<RemoteKey[]> {
  const constraints = await engine.rows<{ kind: string; name: string | null; columns: string[]; definition: string }>(
    `SELECT constraint_type AS kind, constraint_name AS name, constraint_column_names AS columns,
       coalesce(constraint_text, '') AS definition FROM duckdb_constraints() WHERE ${where} ORDER BY constraint_index`,
  );
  const indexes = await engine.rows<{ name: string; columns: string | null; definition: string | null }>(
    `SELECT index_name AS name, expressions::VARCHAR AS columns, sql AS definition FROM duckdb_indexes() WHERE ${where} ORDER BY 1`,
  );
  return [
    ...constraints.flatMap(({ kind, name, columns, definition }) => {
      const known = KINDS[kind];
      return known ? [{ name: name ?? definition, kind: known, columns, definition }] : [];
    }),
    ...indexes.map(({ name, columns, definition }) => ({
      name,
      kind: 'index' as const,
      columns: (columns ?? '')
        .replace(/^\[|\]$/g, '')
        .split(', ')
        .filter(Boolean),
      definition: definition ?? '',
    })),
  ];
}
