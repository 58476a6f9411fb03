import { MillraceError } from '../../shared/errors';
import type { LakeTableName } from '../../shared/lake';
import { RESERVED_NAMES } from '../../shared/reserved-names';
import { quoteIdentifier } from '../../shared/sql/quote';

/** The database under which SQL reaches the lake. */
export const LAKE = 'lake';
/** DuckLake's own tables, attached beside the lake. */
export const METADATA = '__ducklake_metadata_lake';
/** Where Millrace keeps markers and summaries of runs inside of a lake. */
export const INTERNAL_SCHEMA = '_millrace';

const DUCKDB_SCHEMAS: ReadonlySet<string> = new Set(['information_schema', 'pg_catalog', INTERNAL_SCHEMA]);

/** `lake."raw"."orders"`: generated SQL names a table in no other way. */
export function lakeTable(table: LakeTableName): string {
  return `${LAKE}.${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`;
}

/** `raw.orders`, for messages. */
export function shownTable(table: LakeTableName): string {
  return `${table.schema}.${table.name}`;
}

/** Reads `raw.orders` or `lake.raw.orders`. Throws BAD_REQUEST for anything else. */
export function parseTableName(text: string): LakeTableName {
  const parts = [...text.matchAll(/"((?:[^"]|"")+)"|([^."\s]+)/g)].map((part) =>
    part[1] === undefined ? (part[2] ?? '') : part[1].replaceAll('""', '"'),
  );
  const names = parts.length === 3 && parts[0]?.toLowerCase() === LAKE ? parts.slice(1) : parts;
  const [schema, name] = names;
  if (names.length === 2 && schema && name) return { schema, name };
  throw new MillraceError({
    code: 'BAD_REQUEST',
    message: `"${text}" does not name a table of the lake.`,
    hint: 'Name it schema.table, for example raw.orders.',
  });
}

/**
 * Refuses names that a new table must not have: schemas that would hide a database or a connection, and characters
 * that no path holds. Throws NAME_TAKEN, BAD_REQUEST.
 */
export function checkNewTable(table: LakeTableName, connections: readonly string[]): void {
  const schema = table.schema.toLowerCase();
  if (RESERVED_NAMES.has(schema) || DUCKDB_SCHEMAS.has(schema)) {
    throw new MillraceError({
      code: 'NAME_TAKEN',
      message: `"${table.schema}" is reserved and cannot be a schema of the lake.`,
      hint: 'Take another name, for example raw, staged or curated.',
    });
  }
  if (connections.some((name) => name.toLowerCase() === schema)) {
    throw new MillraceError({
      code: 'NAME_TAKEN',
      message: `A connection is called "${table.schema}", and a schema of that name would make both ambiguous.`,
      hint: 'Take another schema, or rename the connection.',
    });
  }
  for (const name of [table.schema, table.name]) {
    if (name.trim() === '' || name.length > 200 || /[\p{Cc}/\\]/u.test(name)) {
      throw new MillraceError({
        code: 'BAD_REQUEST',
        message: `"${name}" cannot be the name of a schema or table.`,
        hint: 'Use letters, digits and underscores.',
      });
    }
  }
}
