import path from 'node:path';
import { columnKind } from '../../../shared/columns';
import type { FilePart } from '../../../shared/files';
import { RESERVED_NAMES } from '../../../shared/reserved-names';
import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import type { ReaderPool } from './file-reader';

export type DatabaseFormat = 'duckdb' | 'sqlite';

/** A database file is let go this long after it was last asked for, in milliseconds. */
const IDLE_MILLISECONDS = 30_000;

interface Attached {
  alias: string;
  /** How often it was asked for since it was attached. */
  uses: number;
  timer: NodeJS.Timeout;
}

/**
 * DuckDB and SQLite files, attached read-only under an alias while they are in use and let go afterwards, so that other
 * programs may write to them. A query that runs while its file is let go reads to its end (seen in 1.5.5).
 */
export class DatabaseFiles {
  private readonly attached = new Map<string, Attached>();
  private readonly aliases = new Map<string, string>();
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly pool: ReaderPool,
    private readonly idleMilliseconds = IDLE_MILLISECONDS,
  ) {}

  /** The alias of a file: its name without extension, with a number where that is taken. Stable while the app runs. */
  aliasOf(file: string): string {
    const known = this.aliases.get(file);
    if (known) return known;
    const stem =
      path
        .basename(file)
        .replace(/\..*$/, '')
        .replace(/[^\p{L}\p{N}_]+/gu, '_') || 'database';
    const taken = new Set([...this.aliases.values()].map((alias) => alias.toLowerCase()));
    let alias = RESERVED_NAMES.has(stem.toLowerCase()) ? `${stem}_file` : stem;
    for (let count = 2; taken.has(alias.toLowerCase()); count += 1) alias = `${stem}_${count}`;
    this.aliases.set(file, alias);
    return alias;
  }

  /** The file that an alias stands for, of those that were named before. */
  fileOf(alias: string): string | undefined {
    return [...this.aliases].find(([, name]) => name.toLowerCase() === alias.toLowerCase())?.[0];
  }

  /** Attaches the file if it is not, and puts its release off. Gives the alias. Throws what DuckDB throws. */
  async use(file: string, format: DatabaseFormat): Promise<string> {
    return this.exclusive(async () => {
      const known = this.attached.get(file);
      if (known) {
        known.timer.refresh();
        known.uses += 1;
        return known.alias;
      }
      const alias = this.aliasOf(file);
      const options = format === 'sqlite' ? 'TYPE sqlite, READ_ONLY' : 'READ_ONLY';
      await this.pool.use(async (reader) => {
        await reader.run(`ATTACH ${quoteLiteral(file)} AS ${quoteIdentifier(alias)} (${options})`);
        // SQLite opens anything and fails at the first look: then it must not stay attached.
        await reader.rows(`SELECT 1 FROM ${catalogSql(alias)} LIMIT 1`).catch(async (error: unknown) => {
          await reader.run(`DETACH ${quoteIdentifier(alias)}`);
          throw error;
        });
      });
      const timer = setTimeout(() => void this.release(file).catch(() => this.retryLater(file)), this.idleMilliseconds);
      timer.unref();
      this.attached.set(file, { alias, timer, uses: 1 });
      return alias;
    });
  }

  /** Tables and views with their columns; row counts of DuckDB tables come from its catalog. */
  async parts(file: string, format: DatabaseFormat): Promise<FilePart[]> {
    const alias = await this.use(file, format);
    const rows = await this.pool.use((reader) =>
      reader.rows<{
        schema: string;
        name: string;
        view: boolean;
        rows: string | null;
        names: string[];
        types: string[];
      }>(partsSql(alias)),
    );
    return rows.map((row) => ({
      part: `${row.schema}.${row.name}`,
      kind: row.view ? 'view' : 'table',
      columns: row.names.map((name, index) => {
        const type = row.types[index] ?? 'VARCHAR';
        return { name, type, kind: columnKind(type) };
      }),
      // SQLite keeps no count; what DuckDB says of its files is a guess.
      ...(format === 'duckdb' && row.rows !== null ? { rowCount: Number(row.rows) } : {}),
    }));
  }

  /** The parts of a file that is only looked at: it is let go at once, unless somebody uses it. */
  async look(file: string, format: DatabaseFormat): Promise<FilePart[]> {
    const wasOpen = this.attached.has(file);
    const parts = await this.parts(file, format);
    if (!wasOpen) await this.release(file, 1);
    return parts;
  }

  /** Lets a file go, unless it was asked for more often than that. */
  async release(file: string, mostUses = Number.POSITIVE_INFINITY): Promise<void> {
    await this.exclusive(async () => {
      const known = this.attached.get(file);
      if (!known || known.uses > mostUses) return;
      clearTimeout(known.timer);
      await this.pool.use((reader) => reader.run(`DETACH DATABASE IF EXISTS ${quoteIdentifier(known.alias)}`));
      this.attached.delete(file);
    });
  }

  /** The files that are attached now. */
  open(): string[] {
    return [...this.attached.keys()];
  }

  async close(): Promise<void> {
    for (const file of this.open()) await this.release(file);
  }

  /** A file that a worksheet has as its default database cannot be let go yet. */
  private retryLater(file: string): void {
    this.attached.get(file)?.timer.refresh();
  }

  private exclusive<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(work);
    this.queue = turn.catch(() => undefined); // Its caller has the error; the next one does not care.
    return turn;
  }
}

function catalogSql(alias: string): string {
  return (
    `(SELECT schema_name, table_name AS name, false AS view, estimated_size AS rows FROM duckdb_tables() ` +
    `WHERE database_name = ${quoteLiteral(alias)} AND NOT internal UNION ALL ` +
    `SELECT schema_name, view_name, true, NULL FROM duckdb_views() ` +
    `WHERE database_name = ${quoteLiteral(alias)} AND NOT internal) AS t`
  );
}

function partsSql(alias: string): string {
  return (
    `SELECT t.schema_name AS schema, t.name, t.view, any_value(t.rows) AS rows, ` +
    `coalesce(list(c.column_name ORDER BY c.column_index) FILTER (c.column_name IS NOT NULL), []) AS names, ` +
    `coalesce(list(c.data_type ORDER BY c.column_index) FILTER (c.column_name IS NOT NULL), []) AS types ` +
    `FROM ${catalogSql(alias)} LEFT JOIN duckdb_columns() AS c ON c.database_name = ${quoteLiteral(alias)} ` +
    `AND c.schema_name = t.schema_name AND c.table_name = t.name GROUP BY ALL ORDER BY ALL`
  );
}
