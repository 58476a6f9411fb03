import type { RemoteNode, RemotePage } from '../../../shared/connections';
import type { OpenConnection } from '../connector';
import { relationText } from '../database/relation-text';
import type { PostgresServer } from './postgres-server';

const PAGE_SIZE = 500;

/** The schemas that the user may look into, without those of the system. */
export async function listSchemas(server: PostgresServer): Promise<RemotePage> {
  const rows = await server.rows<{ name: string; comment: string | null }>(
    `select nspname as name, obj_description(oid, 'pg_namespace') as comment from pg_namespace
     where nspname !~ '^pg_' and nspname <> 'information_schema' and has_schema_privilege(oid, 'USAGE')
     order by nspname <> 'public', nspname`,
  );
  return {
    nodes: rows.map((row) => ({
      path: [row.name],
      name: row.name,
      kind: 'schema',
      expandable: true,
      ...(row.comment === null ? {} : { comment: row.comment }),
    })),
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

/**
 * Tables, views, materialized views and foreign tables of a schema in the order of their names, a page at a time. Rows
 * are the server's estimate as of its last ANALYZE.
 */
export async function listTables(
  server: PostgresServer,
  connection: OpenConnection,
  schema: string,
  page: { after?: string; size?: number } = {},
): Promise<RemotePage> {
  const size = Math.max(1, Math.min(page.size ?? PAGE_SIZE, 5_000));
  const rows = await server.rows<TableRow>(`${TABLES} and c.relname > $2 order by c.relname limit $3`, [
    schema,
    page.after ?? '',
    size + 1,
  ]);
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return {
    nodes: shown.map((row) => tableNode(connection, schema, row)),
    ...(rows.length > size && last ? { next: last.name } : {}),
  };
}

/** One table as the tree shows it; undefined where there is none of that name. */
export async function findTable(
  server: PostgresServer,
  connection: OpenConnection,
  schema: string,
  table: string,
): Promise<RemoteNode | undefined> {
  const [row] = await server.rows<TableRow>(`${TABLES} and c.relname = $2`, [schema, table]);
  return row && tableNode(connection, schema, row);
}

// Of partitions only the whole is listed. Names go by bytes, so that a page continues where the last one ended.
const TABLES = `
  select c.relname collate "C" as name, c.relkind as kind,
    case when c.relkind in ('r', 'm') and c.reltuples >= 0 then c.reltuples::bigint
         when c.relkind = 'p' then (select sum(greatest(p.reltuples, 0))::bigint
           from pg_partition_tree(c.oid) t join pg_class p on p.oid = t.relid where t.isleaf) end as rows,
    case when c.relkind in ('r', 'm') then pg_total_relation_size(c.oid) end as size,
    obj_description(c.oid, 'pg_class') as comment
  from (select oid, relname collate "C" as relname, relkind, relnamespace, reltuples, relispartition from pg_class) c
  join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition`;

function tableNode(connection: OpenConnection, schema: string, row: TableRow): RemoteNode {
  const isView = row.kind === 'v' || row.kind === 'm';
  return {
    path: [schema, row.name],
    name: row.name,
    kind: isView ? 'view' : 'table',
    expandable: false,
    relation: relationText([connection.alias, schema, row.name]),
    ...(row.rows === null ? {} : { rows: Number(row.rows), estimated: true }),
    ...(row.size === null ? {} : { size: Number(row.size) }),
    ...(row.comment === null ? {} : { comment: row.comment }),
  };
}
