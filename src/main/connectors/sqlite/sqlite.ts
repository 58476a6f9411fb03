import { MillraceError } from '../../../shared/errors';
import { quoteLiteral } from '../../../shared/sql/quote';
import type { Attachable, Connector, EngineBrowsable } from '../connector';
import { describeAttached, listAttached } from '../duckdb/attached-catalog';
import { connectionPath, findPath, firstBytes } from '../duckdb/connection-file';
import { testFile } from '../duckdb/duckdb';
import { attachFile, detachFile } from '../duckdb/file-attachment';

/** SQLite files. The engine attaches whatever it is given and fails at the first look, so it is looked at before. */
export const sqliteConnector: Connector & Attachable & EngineBrowsable = {
  type: 'sqlite',
  test: (connection, signal) => testFile(connection, signal, requireSqlite),
  close: async () => undefined,
  async attach(connection, engine) {
    await requireSqlite(await findPath(connection, 'file'));
    await attachFile(connection, engine, 'sqlite');
  },
  detach: detachFile,
  listAttached,
  async describeAttached(connection, engine, path) {
    const description = await describeAttached(connection, engine, path);
    // The engine's own DDL lacks keys, defaults and SQLite's types.
    const [written] = await engine.rows<{ sql: string | null }>(
      `SELECT sql FROM sqlite_scan(${quoteLiteral(connectionPath(connection))}, 'sqlite_master') WHERE name = ${quoteLiteral(path.at(-1) ?? '')}`,
    );
    return written?.sql ? { ...description, ddl: written.sql } : description;
  },
};

/** https://www.sqlite.org/fileformat.html, 1.3: the header string. An empty file is an empty database. */
async function requireSqlite(file: string): Promise<string> {
  const bytes = await firstBytes(file, 16);
  if (bytes.length === 0 || bytes.toString('latin1') === 'SQLite format 3\0') return 'It is a SQLite file.';
  throw new MillraceError({
    code: 'FILE_FORMAT',
    message: `${file} is no SQLite file, or an encrypted one.`,
    hint: 'Check `path`; for a DuckDB file take the type duckdb.',
    at: { file },
  });
}
