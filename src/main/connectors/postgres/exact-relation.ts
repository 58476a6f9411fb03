import { MillraceError } from '../../../shared/errors';
import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import type { OpenConnection } from '../connector';
import type { ExactRequest } from '../exact-reading';
import { readColumns } from './postgres-describe';
import type { PostgresServer } from './postgres-server';
import { alteredCondition, exactness, type PostgresColumn } from './postgres-types';

/** Whether checked columns hold values that the engine would alter: the server was asked, or not. */
type Verdict = 'clean' | 'altered' | 'unknown';

/** How long the server may look for such values. Then they are looked for while the rows are read. */
const CHECK_SECONDS = 20;

/** Verdicts by server, table and columns; each holds as long as the table's counters of changes stay. */
const verdicts = new WeakMap<PostgresServer, Map<string, { changes: string; altered: ReadonlySet<string> }>>();

/**
 * A query that gives a table's rows exactly: numerics that no DECIMAL holds as text, NaN and late timestamps as text
 * where the server says there are some. Undefined where the engine's own reading is exact, which is faster, as it sends
 * filters to the server and reads in parallel.
 */
export async function exactRelation(
  server: PostgresServer,
  connection: OpenConnection,
  request: ExactRequest,
): Promise<string | undefined> {
  const [schema, table] = placeOf(request.path);
  const columns = (await readColumns(server, schema, table)).filter((column) => request.reads(column.name));
  const checked = columns.filter((column) => exactness(column) === 'checked');
  const isSmall = request.limit !== undefined;
  const altered = await findAltered(server, schema, table, checked, request.limit);
  const isDirect = altered !== undefined && altered.size === 0;
  if (columns.every((column) => exactness(column) !== 'text') && isDirect) return undefined;
  const verdictOf = (column: PostgresColumn): Verdict => {
    if (altered?.has(column.name)) return 'altered';
    // A look at some rows says nothing of others.
    return altered === undefined || isSmall ? 'unknown' : 'clean';
  };
  // A table none of whose columns is named, as in count(*), still has its rows.
  const items = columns.map((column) => `${serverValue(column, verdictOf(column))} as ${quoteIdentifier(column.name)}`);
  const limit = request.limit === undefined ? '' : ` limit ${request.limit}`;
  const query = `select ${items.join(', ') || '1'} from ${relation(schema, table)}${limit}`;
  return `SELECT * FROM postgres_query(${quoteLiteral(connection.alias)}, ${quoteLiteral(query)})`;
}

/** Numerics that the engine holds as DOUBLE lose digits on their way to the server. */
export async function inexactTarget(server: PostgresServer, request: ExactRequest): Promise<string | undefined> {
  const [schema, table] = placeOf(request.path);
  const columns = await readColumns(server, schema, table);
  const lost = columns.find((column) => {
    const isNumeric = column.baseName === 'numeric' || column.baseName === '_numeric';
    return isNumeric && !column.isDomain && exactness(column) === 'text' && request.reads(column.name);
  });
  if (!lost) return undefined;
  return `Column ${lost.name} (${lost.nativeType}) of ${schema}.${table} would lose digits on its way through the engine.`;
}

function placeOf(path: string[]): [string, string] {
  return [path.length > 1 ? (path[0] ?? '') : 'public', path.at(-1) ?? ''];
}

function relation(schema: string, table: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
}

/** The column in the server's SQL. One that was not checked stops the query, in words, at a value to be altered. */
function serverValue(column: PostgresColumn, verdict: Verdict): string {
  const name = quoteIdentifier(column.name);
  const kind = exactness(column);
  // Without its table the engine reads a domain as what stands below it.
  if (column.isDomain) return `${name}::text`;
  if (kind === 'direct') return name;
  if (kind === 'text' || verdict === 'altered') return `${name}::text`;
  if (verdict === 'clean') return name;
  const complaint = `Column ${column.name} holds a value that its type in the engine does not: read ${column.name}::text by postgres_query. It is `;
  // Not a constant, or the server would try the cast before it reads a row.
  const stop = `(${quoteLiteral(complaint)} || ${name}::text)::${column.nativeType}`;
  return `(case when ${alteredCondition(column, name)} then ${stop} else ${name} end)::${column.nativeType}`;
}

/** The checked columns that hold values to be altered; undefined where the server took too long to say. */
async function findAltered(
  server: PostgresServer,
  schema: string,
  table: string,
  columns: PostgresColumn[],
  limit: number | undefined,
): Promise<ReadonlySet<string> | undefined> {
  if (columns.length === 0) return new Set();
  if (limit !== undefined) return askServer(server, schema, table, columns, limit);
  const changes = await readChanges(server, schema, table);
  const key = JSON.stringify([schema, table, columns.map((column) => column.name)]);
  const known = verdicts.get(server)?.get(key);
  if (known && changes !== undefined && known.changes === changes) return known.altered;
  const altered = await askServer(server, schema, table, columns, undefined);
  if (altered && changes !== undefined) {
    const held = verdicts.get(server) ?? new Map();
    verdicts.set(server, held.set(key, { changes, altered }));
  }
  return altered;
}

async function askServer(
  server: PostgresServer,
  schema: string,
  table: string,
  columns: PostgresColumn[],
  limit: number | undefined,
): Promise<ReadonlySet<string> | undefined> {
  const names = columns.map((column) => quoteIdentifier(column.name));
  const tests = columns.map(
    (column, index) => `coalesce(bool_or(${alteredCondition(column, names[index] ?? '')}), false) as c${index}`,
  );
  const rows = limit === undefined ? '' : ` limit ${limit}`;
  try {
    const [found] = await server.rows<Record<string, string>>(
      `select ${tests.join(', ')} from (select ${names.join(', ')} from ${relation(schema, table)}${rows}) r`,
      [],
      CHECK_SECONDS,
    );
    return new Set(columns.filter((_, index) => found?.[`c${index}`] === 't').map((column) => column.name));
  } catch (error) {
    // It took too long: the rows are then looked at while they are read.
    if (error instanceof MillraceError && error.code === 'LIMIT_EXCEEDED') return undefined;
    throw error;
  }
}

/** Changes with every row that is written; undefined for what has no counters, such as views. */
async function readChanges(server: PostgresServer, schema: string, table: string): Promise<string | undefined> {
  const [row] = await server.rows<{ changes: string }>(
    `select concat_ws(' ', s.relid, c.relfilenode, s.n_tup_ins, s.n_tup_upd, pg_relation_size(s.relid)) as changes
     from pg_stat_all_tables s join pg_class c on c.oid = s.relid
     where s.schemaname = $1 and s.relname = $2 and c.relkind in ('r', 'm')`,
    [schema, table],
  );
  return row?.changes;
}
