import type { Client, types } from 'pg';
import type Cursor from 'pg-cursor';
import { columnKind } from '../../../shared/columns';
import { CancelledError, MillraceError } from '../../../shared/errors';
import type { NativeColumn, NativeEnd, NativeTake } from '../../engine/native-runner';
import { lost, postgresError } from './postgres-errors';
import type { PostgresServer } from './postgres-server';

const PAGE = 2_000;

/** What pg-cursor tells of a page, beyond its types. */
interface PageResult {
  fields: { name: string; dataTypeID: number; dataTypeModifier: number }[];
  command: string | null;
  rowCount: number | null;
}

/**
 * Runs one statement on the server through a portal, a page at a time, so that memory stays flat. A cancel goes to the
 * server by a second session.
 */
export async function runNative(server: PostgresServer, sql: string, take: NativeTake): Promise<NativeEnd> {
  return withSession(server, take.signal, sql, async (client) => {
    if (take.readOnly) await client.query('set default_transaction_read_only = on');
    const notices: string[] = [];
    client.on('notice', (notice) => notices.push(`${notice.severity ?? 'NOTICE'}: ${notice.message ?? ''}`));
    const { default: PgCursor } = await import('pg-cursor');
    const cursor = client.query(
      new PgCursor<(string | null)[]>(sql, [], { rowMode: 'array', types: AS_TEXT as unknown as typeof types }),
    );
    const end: NativeEnd = { rows: 0, isLimited: false, command: '', changedRows: undefined, notices };
    const limit = take.limit ?? Number.POSITIVE_INFINITY;
    let hasColumns = false;
    for (;;) {
      // One row more than asked for tells whether there are more.
      const asked = Math.min(PAGE, limit - end.rows + 1);
      const page = await readPage(cursor, asked);
      if (!hasColumns && page.result && page.result.fields.length > 0) {
        hasColumns = true;
        await take.onColumns(await nativeColumns(server, page.result.fields));
      }
      const kept = page.rows.slice(0, limit - end.rows);
      end.isLimited = kept.length < page.rows.length;
      end.rows += kept.length;
      if (kept.length > 0) await take.onRows(kept);
      end.command = page.result?.command ?? end.command;
      if (!hasColumns) end.changedRows = page.result?.rowCount ?? undefined;
      if (page.rows.length < asked || end.isLimited) break;
    }
    await cursor.close();
    return end;
  });
}

/** The server's plan as JSON. With `analyze` the statement runs, in a transaction that is undone. */
export async function explainNative(
  server: PostgresServer,
  sql: string,
  options: { analyze: boolean; readOnly: boolean; signal: AbortSignal },
): Promise<string> {
  return withSession(server, options.signal, sql, async (client) => {
    const words = options.analyze ? 'ANALYZE, BUFFERS, FORMAT JSON' : 'FORMAT JSON';
    await client.query(options.readOnly ? 'BEGIN READ ONLY' : 'BEGIN');
    try {
      const result = await client.query<(string | null)[]>({
        text: `EXPLAIN (${words}) ${sql}`,
        rowMode: 'array',
        types: AS_TEXT as unknown as typeof types,
      });
      return result.rows.map((row) => row[0] ?? '').join('\n');
    } finally {
      await client.query('ROLLBACK');
    }
  });
}

const AS_TEXT = { getTypeParser: () => (value: string) => value };

async function withSession<T>(
  server: PostgresServer,
  signal: AbortSignal,
  sql: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw new CancelledError();
  const client = await server.connect();
  let isLost = false;
  client.on('end', () => {
    isLost = true;
  });
  const { processID } = client as unknown as { processID: number };
  const cancel = () => {
    // Where the server cannot be asked, its session ends with the connection below.
    server.rows('select pg_cancel_backend($1)', [processID]).catch(() => client.end());
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await work(client);
  } catch (error) {
    if (signal.aborted) throw new CancelledError();
    throw isLost ? lost(server.target, error) : inUnits(postgresError(error, server.target), sql);
  } finally {
    signal.removeEventListener('abort', cancel);
    await client.end();
  }
}

/** The server counts signs, an editor UTF-16 units. */
function inUnits(error: MillraceError, sql: string): MillraceError {
  const signs = error.at?.offset;
  if (signs === undefined) return error;
  const offset = [...sql].slice(0, signs).join('').length;
  return new MillraceError({ ...error.toShape(), at: { offset }, cause: error.cause });
}

function readPage(
  cursor: Cursor<(string | null)[]>,
  rows: number,
): Promise<{ rows: (string | null)[][]; result: PageResult | undefined }> {
  return new Promise((resolve, reject) => {
    cursor.read(rows, (error, found, result) => {
      if (error) reject(error);
      else resolve({ rows: found, result: result as unknown as PageResult | undefined });
    });
  });
}

/** Types that the engine holds as the server writes them; all others stay text. */
const HELD: Record<string, string> = {
  boolean: 'BOOLEAN',
  smallint: 'SMALLINT',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  oid: 'BIGINT',
  real: 'FLOAT',
  'double precision': 'DOUBLE',
  json: 'JSON',
  jsonb: 'JSON',
};

async function nativeColumns(server: PostgresServer, fields: PageResult['fields']): Promise<NativeColumn[]> {
  const named = await server.rows<{ name: string }>(
    `select format_type(t.oid, t.modifier) as name
     from unnest($1::oid[], $2::int[]) with ordinality t(oid, modifier, at) order by at`,
    [fields.map((field) => field.dataTypeID), fields.map((field) => field.dataTypeModifier)],
  );
  return fields.map((field, index) => {
    const nativeType = named[index]?.name ?? 'unknown';
    const type = HELD[nativeType] ?? 'VARCHAR';
    return { name: field.name, type, kind: columnKind(type), nativeType };
  });
}
