import type { RemoteDescription, RemoteKey, RemoteNode, RemotePage } from '../../../shared/connections';
import { MillraceError } from '../../../shared/errors';
import type { OpenConnection } from '../connector';
import { relationText } from '../database/relation-text';
import type { MysqlServer } from './mysql-server';
import { columnNote, engineColumn, type MysqlColumn } from './mysql-types';

const PAGE_SIZE = 500;

/** The databases that the user may see, without those of the system. */
export async function listDatabases(server: MysqlServer): Promise<RemotePage> {
  const rows = await server.rows<{ name: string }>(
    `select schema_name as name from information_schema.schemata
     where schema_name not in ('mysql', 'information_schema', 'performance_schema', 'sys') order by 1`,
  );
  const { database } = server.target;
  const first = (name: string) => (name === database ? 0 : 1);
  return {
    nodes: rows
      .toSorted((a, b) => first(a.name) - first(b.name))
      .map(({ name }) => ({ path: [name], name, kind: 'schema', expandable: true })),
  };
}

interface TableRow {
  [column: string]: string | null;
  name: string;
  kind: string;
  rows: string | null;
  size: string | null;
  comment: string | null;
}

/** Tables and views of a database by name, a page at a time. Rows are the server's estimate. */
export async function listTables(
  server: MysqlServer,
  connection: OpenConnection,
  database: string,
  page: { after?: string; size?: number } = {},
): Promise<RemotePage> {
  const size = Math.max(1, Math.min(page.size ?? PAGE_SIZE, 5_000));
  const rows = await server.rows<TableRow>(
    `${TABLES} and binary table_name > binary ? order by binary table_name limit ${size + 1}`,
    [database, page.after ?? ''],
  );
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return {
    nodes: shown.map((row) => tableNode(connection, database, row)),
    ...(rows.length > size && last ? { next: last.name } : {}),
  };
}

const TABLES = `select table_name as name, table_type as kind, table_rows as \`rows\`,
    data_length + index_length as size, table_comment as comment
  from information_schema.tables where table_schema = ?`;

function tableNode(connection: OpenConnection, database: string, row: TableRow): RemoteNode {
  const isView = row.kind !== 'BASE TABLE' && row.kind !== 'SEQUENCE';
  return {
    path: [database, row.name],
    name: row.name,
    kind: isView ? 'view' : 'table',
    expandable: false,
    relation: relationText([connection.alias, database, row.name]),
    ...(isView || row.rows === null ? {} : { rows: Number(row.rows), estimated: true }),
    ...(isView || row.size === null ? {} : { size: Number(row.size) }),
    ...(isView || !row.comment ? {} : { comment: row.comment }),
  };
}

/** Columns, keys, indexes and DDL of a table or view. Throws NOT_FOUND where there is none of that name. */
export async function describeTable(
  server: MysqlServer,
  connection: OpenConnection,
  database: string,
  table: string,
): Promise<RemoteDescription> {
  const [row] = await server.rows<TableRow>(`${TABLES} and table_name = ?`, [database, table]);
  if (!row) {
    throw new MillraceError({
      code: 'NOT_FOUND',
      message: `There is no table ${database}.${table}, or it may not be seen.`,
      hint: 'Refresh the connection; tables may have been renamed or dropped.',
    });
  }
  const columns = await readColumns(server, database, table);
  const ddl = await readDdl(server, database, table);
  return {
    node: tableNode(connection, database, row),
    columns: columns.map((column) => ({
      ...engineColumn(column),
      nullable: column.nullable,
      nativeType: column.nativeType,
      ...(column.comment === undefined ? {} : { comment: column.comment }),
    })),
    keys: await readKeys(server, database, table),
    ...(ddl === undefined ? {} : { ddl }),
    notes: columns.flatMap((column) => columnNote(column) ?? []),
  };
}

/** The columns of a table in their order; empty where there is no such table. */
export async function readColumns(server: MysqlServer, database: string, table: string): Promise<MysqlColumn[]> {
  const rows = await server.rows<Record<'name' | 'type' | 'base' | 'nullable', string> & Record<string, string | null>>(
    `select column_name as name, column_type as type, data_type as base, numeric_precision as digits,
       numeric_scale as scale, is_nullable as nullable, column_comment as comment
     from information_schema.columns where table_schema = ? and table_name = ? order by ordinal_position`,
    [database, table],
  );
  return rows.map((row) => ({
    name: row.name,
    nativeType: row.type,
    baseName: row.base.toLowerCase(),
    precision: row.digits ? Number(row.digits) : undefined,
    scale: row.scale ? Number(row.scale) : undefined,
    nullable: row.nullable === 'YES',
    comment: row.comment || undefined,
  }));
}

async function readDdl(server: MysqlServer, database: string, table: string): Promise<string | undefined> {
  const quoted = [database, table].map((name) => `\`${name.replaceAll('`', '``')}\``).join('.');
  try {
    const [row] = await server.rows<Record<string, string>>(`show create table ${quoted}`);
    return row?.['Create Table'] ?? row?.['Create View'];
  } catch (error) {
    // Views ask for a right of their own; all else of the table is told without it.
    if (error instanceof MillraceError && error.code === 'ACCESS_DENIED') return undefined;
    throw error;
  }
}

interface KeyRow {
  [column: string]: string | null;
  name: string;
  columns: string;
  definition: string;
}

async function readKeys(server: MysqlServer, database: string, table: string): Promise<RemoteKey[]> {
  const indexes = await server
    .rows<KeyRow & { isunique: string }>(
      `select index_name as name, json_arrayagg(column_name order by seq_in_index) as columns,
       max(non_unique) = 0 as isunique,
       concat(max(index_type), ' (', group_concat(column_name order by seq_in_index separator ', '), ')') as definition
     from information_schema.statistics where table_schema = ? and table_name = ?
     group by index_name order by index_name <> 'PRIMARY', index_name`,
      [database, table],
    )
    .catch(() => indexesWithoutOrder(server, database, table));
  const foreign = await server.rows<KeyRow>(
    `select constraint_name as name, json_arrayagg(column_name) as columns,
       concat(max(referenced_table_schema), '.', max(referenced_table_name), ' (',
         group_concat(referenced_column_name order by ordinal_position separator ', '), ')') as definition
     from information_schema.key_column_usage
     where table_schema = ? and table_name = ? and referenced_table_name is not null
     group by constraint_name order by constraint_name`,
    [database, table],
  );
  return [
    ...indexes.map((row) => ({
      name: row.name,
      kind:
        row.name === 'PRIMARY' ? ('primary' as const) : row.isunique === '1' ? ('unique' as const) : ('index' as const),
      columns: JSON.parse(row.columns) as string[],
      definition: row.definition,
    })),
    ...foreign.map((row) => ({
      name: row.name,
      kind: 'foreign' as const,
      columns: JSON.parse(row.columns) as string[],
      definition: row.definition,
    })),
  ];
}

/** MySQL's JSON_ARRAYAGG takes no ORDER BY. */
function indexesWithoutOrder(server: MysqlServer, database: string, table: string) {
  return server.rows<KeyRow & { isunique: string }>(
    `select name, json_arrayagg(column_name) as columns, max(non_unique) = 0 as isunique,
       concat(max(index_type), ' (', group_concat(column_name order by seq_in_index separator ', '), ')') as definition
     from (select index_name as name, column_name, non_unique, index_type, seq_in_index
       from information_schema.statistics where table_schema = ? and table_name = ? order by seq_in_index limit 10000) s
     group by name order by name <> 'PRIMARY', name`,
    [database, table],
  );
}
