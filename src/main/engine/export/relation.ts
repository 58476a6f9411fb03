import type { DuckDBType } from '@duckdb/node-api';
import type { ColumnInfo } from '../../../shared/columns';
import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import type { EngineConnection } from '../connection';

/** What is exported: a SELECT over a kept result, with the columns as the user knows them. */
export interface ExportRelation {
  sql: string;
  columns: ColumnInfo[];
  rowCount?: number;
}

export interface ExportColumn {
  /** As the user wrote it; names may repeat. */
  name: string;
  /** Told from its neighbours without regard to case, for formats whose readers need that. */
  uniqueName: string;
  info: ColumnInfo;
  type: DuckDBType;
  /** The SQL that reads it from `source`. */
  ref: string;
}

/** A relation made ready for writing: columns with full types, readable as `SELECT … FROM <source>`. */
export interface OpenRelation {
  source: string;
  columns: ExportColumn[];
  rowCount: number | undefined;
}

/**
 * Reads the relation's types (without its rows) and gives its columns the names c0…cn within `source`, so that equal
 * names never meet. Sets the connection's time zone, by which zoned timestamps are written.
 */
export async function openRelation(
  connection: EngineConnection,
  relation: ExportRelation,
  timeZone?: string,
): Promise<OpenRelation> {
  if (timeZone !== undefined) await connection.run(`SET TimeZone = ${quoteLiteral(timeZone)}`);
  const aliases = relation.columns.map((_, index) => `c${index}`);
  const source = `(${relation.sql}) AS r(${aliases.join(', ')})`;
  const types = await relationTypes(connection, source);
  const unique = uniqueNames(relation.columns.map((column) => column.name));
  const columns = relation.columns.map((info, index): ExportColumn => {
    const type = types[index];
    if (!type) throw new Error(`The relation has ${types.length} columns where ${relation.columns.length} were told.`);
    return { name: info.name, uniqueName: unique[index] ?? info.name, info, type, ref: `c${index}` };
  });
  return { source, columns, rowCount: relation.rowCount };
}

/** DuckDB's own type objects of a FROM item's columns. */
async function relationTypes(connection: EngineConnection, source: string): Promise<readonly DuckDBType[]> {
  let told: readonly DuckDBType[] = [];
  await connection.stream(`SELECT * FROM ${source} LIMIT 0`, {
    onStart: (_columns, types) => {
      told = types;
    },
    onChunk: () => undefined,
  });
  return told;
}

/** Names made different without regard to case by a number behind: `a`, `A` become `a`, `A_1`. */
export function uniqueNames(names: string[]): string[] {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const taken = new Set<string>();
  return names.map((name) => {
    let candidate = name;
    for (let number = 1; taken.has(candidate.toLowerCase()) || (number > 1 && wanted.has(candidate.toLowerCase())); ) {
      candidate = `${name}_${number}`;
      number += 1;
    }
    taken.add(candidate.toLowerCase());
    return candidate;
  });
}

/** A select list of the columns under their unique names, each read by `expression`. */
export function selectList(columns: ExportColumn[], expression: (column: ExportColumn) => string): string {
  return columns.map((column) => `${expression(column)} AS ${quoteIdentifier(column.uniqueName)}`).join(', ');
}
