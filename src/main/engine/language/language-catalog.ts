import type { FunctionInfo } from '../../../shared/language';
import { readFunctions } from './function-list';
import { sameName } from './names';
import type { FileCatalogLike, FileTable, LanguageEngine, NamedColumn } from './ports';

export interface CatalogTable {
  database: string;
  schema: string;
  name: string;
  kind: 'table' | 'view';
  columns: NamedColumn[];
}

/** A macro that the user made, spelled so that it can be made again. */
export interface CatalogMacro {
  name: string;
  isTable: boolean;
  parameters: string[];
  definition: string;
}

/** The catalog as it stood when it was last read. */
export interface CatalogSnapshot {
  database: string;
  schema: string;
  databases: string[];
  schemas: { database: string; schema: string }[];
  tables: CatalogTable[];
  macros: CatalogMacro[];
  types: Map<string, string>;
  functions: FunctionInfo[];
  functionNames: Set<string>;
  /** Tables by lower-case name. */
  byName: Map<string, CatalogTable[]>;
}

/** Databases that hold the engine's own things: never proposed. */
const HIDDEN = `('system', 'temp', 'results', 'results_staging')`;
const VISIBLE = `database_name not in ${HIDDEN} and not starts_with(database_name, '__ducklake_metadata_')`;

/** Keeps the live catalog at hand, so that a keystroke never waits for it, and reads it again after `invalidate()`. */
export class LanguageCatalog {
  readonly #engine: LanguageEngine;
  readonly #files: FileCatalogLike;
  #reading: Promise<CatalogSnapshot> | undefined;

  constructor(engine: LanguageEngine, files: FileCatalogLike) {
    this.#engine = engine;
    this.#files = files;
  }

  invalidate(): void {
    this.#reading = undefined;
  }

  /** The catalog, read once and kept. A failed reading is not kept, so that the next call tries again. */
  snapshot(): Promise<CatalogSnapshot> {
    if (!this.#reading) {
      const reading = this.#read();
      this.#reading = reading;
      reading.catch(() => {
        if (this.#reading === reading) this.#reading = undefined;
      });
    }
    return this.#reading;
  }

  async #read(): Promise<CatalogSnapshot> {
    // Files that cannot be opened now leave completion without their tables; the tree shows the reason.
    const inFiles = await (this.#files.databaseTables?.() ?? Promise.resolve([])).catch((): FileTable[] => []);
    const connection = await this.#engine.connect();
    try {
      const rows = connection.rows.bind(connection);
      const [current] = await rows<{ database: string; schema: string }>(
        'select current_database() as database, current_schema() as schema',
      );
      const schemas = await rows<{ database: string; schema: string }>(
        `select database_name as database, schema_name as schema from duckdb_schemas() where not internal and ${VISIBLE}`,
      );
      const databases = await rows<{ name: string }>(
        `select database_name as name from duckdb_databases() where not internal and ${VISIBLE}`,
      );
      const attached = await readTables(rows);
      const tables = [...attached, ...notAmong(attached, inFiles)];
      const macros = await readMacros(rows);
      const types = await rows<{ name: string; type: string; labels: string | null }>(TYPES_SQL);
      const functions = await readFunctions(rows);
      return {
        database: current?.database ?? 'memory',
        schema: current?.schema ?? 'main',
        databases: unique([...databases.map((entry) => entry.name), ...inFiles.map((table) => table.database)]),
        schemas: unique([...schemas, ...inFiles.map(({ database, schema }) => ({ database, schema }))]),
        tables,
        macros,
        types: new Map(types.map((entry) => [entry.name.toLowerCase(), entry.labels ?? entry.type])),
        functions,
        functionNames: new Set(functions.map((entry) => entry.name.toLowerCase())),
        byName: groupByName(tables),
      };
    } finally {
      connection.close();
    }
  }
}

function notAmong(tables: CatalogTable[], others: FileTable[]): CatalogTable[] {
  const key = ({ database, schema, name }: FileTable) => JSON.stringify([database, schema, name]).toLowerCase();
  const known = new Set(tables.map(key));
  return others.filter((table) => !known.has(key(table))).map((table) => ({ columns: [], ...table }));
}

function unique<T>(entries: T[]): T[] {
  return [...new Map(entries.map((entry) => [JSON.stringify(entry), entry])).values()];
}

function groupByName(tables: CatalogTable[]): Map<string, CatalogTable[]> {
  const groups = new Map<string, CatalogTable[]>();
  for (const table of tables) {
    const key = table.name.toLowerCase();
    groups.set(key, [...(groups.get(key) ?? []), table]);
  }
  return groups;
}

type Rows = <T>(sql: string) => Promise<T[]>;

const TYPES_SQL = `select type_name as name, logical_type as type,
  case when len(labels) > 0 then 'ENUM(' || list_aggregate(list_transform(labels, lambda x: '''' || replace(x, '''', '''''') || ''''), 'string_agg', ', ') || ')' end as labels
  from duckdb_types() where not internal`;

async function readTables(rows: Rows): Promise<CatalogTable[]> {
  const views = await rows<{ database: string; schema: string; name: string }>(
    `select database_name as database, schema_name as schema, view_name as name from duckdb_views() where not internal and ${VISIBLE}`,
  );
  const isView = new Set(views.map((view) => JSON.stringify([view.database, view.schema, view.name])));
  const columns = await rows<{ database: string; schema: string; name: string; names: string; types: string }>(
    `select database_name as database, schema_name as schema, table_name as name,
      to_json(list(column_name order by column_index))::varchar as names,
      to_json(list(data_type order by column_index))::varchar as types
    from duckdb_columns() where not internal and ${VISIBLE} group by all order by all`,
  );
  return columns.map((entry) => {
    const names = JSON.parse(entry.names) as string[];
    const types = JSON.parse(entry.types) as string[];
    const { database, schema, name } = entry;
    const kind = isView.has(JSON.stringify([database, schema, name])) ? 'view' : 'table';
    return {
      database,
      schema,
      name,
      kind,
      columns: names.map((column, index) => ({ name: column, type: types[index] ?? '' })),
    };
  });
}

async function readMacros(rows: Rows): Promise<CatalogMacro[]> {
  const macros = await rows<{ name: string; kind: string; parameters: string; definition: string }>(
    `select function_name as name, function_type as kind, to_json(parameters)::varchar as parameters, macro_definition as definition
    from duckdb_functions() where not internal and macro_definition is not null`,
  );
  return macros.map((macro) => ({
    name: macro.name,
    isTable: macro.kind === 'table_macro',
    parameters: JSON.parse(macro.parameters) as string[],
    definition: macro.definition,
  }));
}

/** The tables that a written name may mean, the one that DuckDB would take first. */
export function findTables(catalog: CatalogSnapshot, parts: readonly string[]): CatalogTable[] {
  const name = parts.at(-1);
  if (name === undefined) return [];
  const named = catalog.byName.get(name.toLowerCase()) ?? [];
  const qualifiers = parts.slice(0, -1);
  const fitting = named.filter((table) => {
    if (qualifiers.length === 0) return true;
    if (qualifiers.length === 1) {
      const [qualifier = ''] = qualifiers;
      return sameName(table.schema, qualifier) || (sameName(table.database, qualifier) && table.schema === 'main');
    }
    return sameName(table.database, qualifiers.at(-2) ?? '') && sameName(table.schema, qualifiers.at(-1) ?? '');
  });
  return fitting.toSorted((a, b) => nearness(catalog, a) - nearness(catalog, b));
}

function nearness(catalog: CatalogSnapshot, table: CatalogTable): number {
  if (table.database !== catalog.database) return 2;
  return table.schema === catalog.schema ? 0 : 1;
}

/** A table's name with as many qualifiers as it needs from where worksheets stand. */
export function tableParts(catalog: CatalogSnapshot, table: CatalogTable): string[] {
  if (table.database === catalog.database && table.schema === catalog.schema) return [table.name];
  if (table.database === catalog.database) return [table.schema, table.name];
  return [table.database, table.schema, table.name];
}
