import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import { type EngineErrorDetail, engineErrorDetail } from './engine-error-detail';
import type { CatalogMacro, CatalogTable } from './language-catalog';
import type { NamedColumn } from './ports';

/** What the shadow must hold before a statement can be bound in it. */
export interface ShadowContent {
  database: string;
  schema: string;
  databases: readonly string[];
  tables: readonly CatalogTable[];
  /** Relations that exist for this one use: files, results, calls of readers. */
  temporary: readonly { name: string; columns: readonly NamedColumn[] }[];
  macros: readonly CatalogMacro[];
  types: ReadonlyMap<string, string>;
}

/** How long one use may take before it is interrupted. */
const LIMIT = 2000;
const OWN_DATABASES = new Set(['system', 'temp', 'memory']);

/**
 * A second, empty engine in memory, in which statements are bound as one types. It has the live catalog's tables with no
 * rows, and it cannot reach outside: `enable_external_access` is off and its configuration locked, so whatever a
 * statement names (a URL, a bucket, a path), binding it here opens nothing. This holds by construction, not by reading
 * the statement.
 */
export class Shadow {
  readonly #instance: DuckDBInstance;
  /** Relations that were made, with the columns they were made with. */
  readonly #made = new Map<string, string>();
  readonly #attached = new Set(OWN_DATABASES);
  #last: Promise<unknown> = Promise.resolve();

  private constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  static async open(): Promise<Shadow> {
    const instance = await DuckDBInstance.create(':memory:', {
      enable_external_access: 'false',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      threads: '1',
      memory_limit: '512MB',
    });
    const connection = await instance.connect();
    await connection.run("set allowed_configs = ['errors_as_json', 'TimeZone', 'search_path', 'schema']");
    await connection.run('set lock_configuration = true');
    connection.closeSync();
    return new Shadow(instance);
  }

  /** Runs `work` on a connection of its own, one use after another; what it makes is gone afterwards. */
  use<T>(content: ShadowContent, work: (connection: ShadowConnection) => Promise<T>): Promise<T> {
    const run = this.#last.then(() => this.#use(content, work));
    this.#last = run.catch(() => undefined); // the caller gets the error; the queue goes on
    return run;
  }

  close(): void {
    this.#last = this.#last.then(() => this.#instance.closeSync());
  }

  async #use<T>(content: ShadowContent, work: (connection: ShadowConnection) => Promise<T>): Promise<T> {
    const raw = await this.#instance.connect();
    const watchdog = setTimeout(() => raw.interrupt(), LIMIT);
    try {
      const connection = new ShadowConnection(raw);
      await connection.execute('set errors_as_json = true');
      for (const database of [...content.databases, content.database]) await this.#attach(connection, database);
      for (const table of content.tables) await this.#make(connection, table, content.types);
      await connection.execute(`use ${quoteIdentifier(content.database)}.${quoteIdentifier(content.schema)}`);
      for (const macro of content.macros) await connection.execute(macroSql(macro));
      for (const relation of content.temporary) {
        await connection.execute(
          `create or replace temp table ${quoteIdentifier(relation.name)} (${columnList(relation.columns, content.types)})`,
        );
      }
      await connection.execute('begin');
      return await work(connection);
    } finally {
      clearTimeout(watchdog);
      raw.closeSync();
    }
  }

  async #attach(connection: ShadowConnection, database: string): Promise<void> {
    if (this.#attached.has(database)) return;
    this.#attached.add(database);
    await connection.execute(`attach ':memory:' as ${quoteIdentifier(database)}`);
  }

  async #make(connection: ShadowConnection, table: CatalogTable, types: ReadonlyMap<string, string>): Promise<void> {
    const name = [table.database, table.schema, table.name].map(quoteIdentifier).join('.');
    const columns = columnList(table.columns, types);
    if (this.#made.get(name) === columns) return;
    await this.#attach(connection, table.database);
    await connection.execute(
      `create schema if not exists ${quoteIdentifier(table.database)}.${quoteIdentifier(table.schema)}`,
    );
    await connection.execute(`drop ${table.kind} if exists ${name}`);
    if (table.kind === 'view') {
      const values = table.columns.map(
        (column) => `null::${spelledType(column.type, types)} as ${quoteIdentifier(column.name)}`,
      );
      await connection.execute(`create or replace view ${name} as select ${values.join(', ')}`);
    } else {
      await connection.execute(`create or replace table ${name} (${columns})`);
    }
    this.#made.set(name, columns);
  }
}

/** Binds statements and describes queries within one use of the shadow. */
export class ShadowConnection {
  readonly #raw: DuckDBConnection;

  constructor(raw: DuckDBConnection) {
    this.#raw = raw;
  }

  /** Parses one statement; gives what is wrong with it, or undefined. */
  async parse(sql: string): Promise<EngineErrorDetail | undefined> {
    try {
      await this.#raw.extractStatements(sql);
      return undefined;
    } catch (error) {
      return engineErrorDetail(error, sql);
    }
  }

  /** Parses and binds one statement without running it; gives what is wrong with it, or undefined. */
  async bind(sql: string): Promise<EngineErrorDetail | undefined> {
    try {
      const statements = await this.#raw.extractStatements(sql);
      const prepared = await statements.prepare(0);
      prepared.destroySync();
      return undefined;
    } catch (error) {
      return engineErrorDetail(error, sql);
    }
  }

  /** Runs DDL; false where it fails, as then the shadow just knows less. */
  async execute(sql: string): Promise<boolean> {
    try {
      await this.#raw.run(sql);
      return true;
    } catch {
      return false; // a type of an extension, a name in use: what depends on it is not checked
    }
  }

  /** The columns of a query, or undefined where it does not bind. */
  async describe(query: string): Promise<NamedColumn[] | undefined> {
    try {
      const reader = await this.#raw.runAndReadAll(`describe ${query}`);
      return reader.getRowsJson().map((row) => ({ name: String(row[0]), type: String(row[1]) }));
    } catch {
      return undefined; // an unfinished query has no columns yet
    }
  }

  /** The keywords that may follow `text`. */
  async keywords(text: string): Promise<string[]> {
    try {
      const reader = await this.#raw.runAndReadAll(
        `select suggestion from sql_auto_complete(${quoteLiteral(text)}) where suggestion_type = 'keyword'`,
      );
      return reader.getRowsJson().map((row) => String(row[0]).trim());
    } catch {
      return []; // a text that its grammar cannot follow
    }
  }
}

function columnList(columns: readonly NamedColumn[], types: ReadonlyMap<string, string>): string {
  const seen = new Set<string>();
  const unique = columns.filter(
    (column) => !seen.has(column.name.toLowerCase()) && seen.add(column.name.toLowerCase()),
  );
  return unique.map((column) => `${quoteIdentifier(column.name)} ${spelledType(column.type, types)}`).join(', ');
}

function spelledType(type: string, types: ReadonlyMap<string, string>): string {
  return types.get(type.toLowerCase()) ?? (type === '' || type === 'NULL' || type === '"NULL"' ? 'VARCHAR' : type);
}

function macroSql(macro: CatalogMacro): string {
  const parameters = macro.parameters.map(quoteIdentifier).join(', ');
  return `create or replace temp macro ${quoteIdentifier(macro.name)}(${parameters}) as ${macro.isTable ? 'table ' : ''}${macro.definition}`;
}
