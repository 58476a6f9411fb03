import { MillraceError } from '../../../shared/errors';
import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import type { OpenConnection } from '../connector';
import type { ExactRequest } from '../exact-reading';
import { readColumns } from './mysql-catalog';
import type { MysqlServer } from './mysql-server';
import { alteredCondition, engineColumn, exactness, type MysqlColumn } from './mysql-types';

/** How long the server may look for values that the engine would alter. Then such columns are read as text. */
const CHECK_SECONDS = 20;

/**
 * A query that gives a table's rows exactly: decimals above 38 digits as text, and dates without a day and numbers in
 * boolean columns as text where the server says there are some. Undefined where the engine's own reading is exact.
 */
export async function exactRelation(
  server: MysqlServer,
  connection: OpenConnection,
  request: ExactRequest,
): Promise<string | undefined> {
  const [database, table] = placeOf(server, request.path);
  const columns = (await readColumns(server, database, table)).filter((column) => request.reads(column.name));
  const checked = columns.filter((column) => exactness(column) === 'checked');
  const altered = await findAltered(server, `${quoted(database)}.${quoted(table)}`, checked);
  const asText = (column: MysqlColumn) => exactness(column) === 'text' || altered.has(column.name);
  if (!columns.some(asText)) return undefined;
  const items = columns.map((column) => {
    const name = quoted(column.name);
    // Without its table the engine takes text of a binary collation, such as JSON, for bytes.
    return asText(column) || engineColumn(column).type === 'VARCHAR' ? `cast(${name} as char) as ${name}` : name;
  });
  const limit = request.limit === undefined ? '' : ` limit ${request.limit}`;
  const query = `select ${items.join(', ')} from ${quoted(database)}.${quoted(table)}${limit}`;
  return `SELECT * FROM mysql_query(${quoteLiteral(connection.alias)}, ${quoteLiteral(query)})`;
}

/** Decimals that the engine holds as DOUBLE lose digits on their way to the server. */
export async function inexactTarget(server: MysqlServer, request: ExactRequest): Promise<string | undefined> {
  const [database, table] = placeOf(server, request.path);
  const columns = await readColumns(server, database, table);
  const lost = columns.find((column) => exactness(column) === 'text' && request.reads(column.name));
  if (!lost) return undefined;
  return `Column ${quoteIdentifier(lost.name)} (${lost.nativeType}) would lose digits on its way through the engine.`;
}

function placeOf(server: MysqlServer, path: string[]): [string, string] {
  return [path.length > 1 ? (path[0] ?? '') : (server.target.database ?? ''), path.at(-1) ?? ''];
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

async function findAltered(server: MysqlServer, table: string, columns: MysqlColumn[]): Promise<ReadonlySet<string>> {
  if (columns.length === 0) return new Set();
  const tests = columns.map(
    (column, index) => `coalesce(max(${alteredCondition(column, quoted(column.name))}), 0) as c${index}`,
  );
  try {
    const sql = `select ${tests.join(', ')} from ${table}`;
    const [found] = await server.rows<Record<string, string>>(sql, [], CHECK_SECONDS);
    return new Set(columns.filter((_, index) => found?.[`c${index}`] !== '0').map((column) => column.name));
  } catch (error) {
    const isSlow = error instanceof MillraceError && /timeout/i.test(`${error.message} ${String(error.cause)}`);
    if (isSlow) return new Set(columns.map((column) => column.name));
    throw error;
  }
}
