import { MillraceError } from '../../shared/errors';
import { quoteIdentifier, quoteLiteral } from '../../shared/sql/quote';
import type { EngineConnection } from '../engine/connection';
import { attachSql, makeLakeFolder } from './attach-lake';
import type { Lake } from './lake';
import { lakePlace } from './lake-config';
import { LAKE, shownTable } from './lake-names';
import { readTables } from './lake-tables';
import { readPartition } from './table/table-page';
import { partitionSql } from './write/partition-sql';

/** Where a lake is to be moved, as `lake:` of millrace.yaml says it. */
export type NewPlace = { location: string } | { catalog: string; data: string };

/** A table that was copied, and by what it was proved. */
export interface MovedTable {
  table: string;
  rows: number;
  /** Sum of the hashes of all rows; the same on both sides. */
  hash: string;
}

/** The database name of the lake that comes to be, while it is filled. */
const TARGET = 'lake_moving';

/**
 * Copies every table and view of the lake to another place, compares rows and hashes of both sides, and only then
 * changes millrace.yaml and attaches the new one. The old lake stays as it is. Older versions are not copied.
 * Throws NAME_TAKEN where the place holds a lake already, and whatever reading and writing throw; nothing is switched then.
 */
export async function moveLake(lake: Lake, to: NewPlace): Promise<{ tables: MovedTable[]; notes: string[] }> {
  return lake.alone(async (connection, switchTo) => {
    const place = lakePlace(to, lake.projectFolder);
    if (place.kind === 'folder') await makeLakeFolder(place.folder);
    await connection.run(await attachSql(place, lake.connections, TARGET));
    try {
      await refuseFilled(connection);
      const tables: MovedTable[] = [];
      for (const table of await readTables(connection)) {
        const partition = await readPartition(connection, table.id);
        tables.push(
          await copyTable(connection, table, partition.length > 0 ? partitionSql(table, partition) : undefined),
        );
      }
      const notes = await copyViews(connection);
      await connection.run(`DETACH ${TARGET}`);
      await switchTo(to);
      return { tables, notes };
    } catch (error) {
      await connection.run(`DETACH DATABASE IF EXISTS ${TARGET}`);
      throw error;
    }
  });
}

async function refuseFilled(connection: EngineConnection): Promise<void> {
  const [found] = await connection.rows<{ name: string }>(
    `SELECT schema_name || '.' || table_name AS name FROM duckdb_tables() WHERE database_name = '${TARGET}' LIMIT 1`,
  );
  if (!found) return;
  throw new MillraceError({
    code: 'NAME_TAKEN',
    message: `There is a lake already: it has the table ${found.name}.`,
    hint: 'Move to an empty place, or name that lake in millrace.yaml by hand.',
  });
}

async function copyTable(
  connection: EngineConnection,
  table: { schema: string; name: string; comment?: string },
  partition: string | undefined,
): Promise<MovedTable> {
  const name = `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`;
  const columns = await connection.rows<{ name: string; type: string; comment: string | null }>(
    `SELECT column_name AS "name", data_type AS "type", comment FROM duckdb_columns()
     WHERE database_name = '${LAKE}' AND schema_name = $schema AND table_name = $name ORDER BY column_index`,
    { schema: table.schema, name: table.name },
  );
  const list = columns.map((column) => `${quoteIdentifier(column.name)} ${column.type}`).join(', ');
  await connection.run('BEGIN');
  try {
    await connection.run(`CREATE SCHEMA IF NOT EXISTS ${TARGET}.${quoteIdentifier(table.schema)}`);
    await connection.run(`CREATE TABLE ${TARGET}.${name} (${list})`);
    if (partition !== undefined) await connection.run(partition.replace(`TABLE ${LAKE}.`, `TABLE ${TARGET}.`));
    await connection.run(`INSERT INTO ${TARGET}.${name} FROM ${LAKE}.${name}`);
    if (table.comment) await connection.run(`COMMENT ON TABLE ${TARGET}.${name} IS ${quoteLiteral(table.comment)}`);
    for (const column of columns) {
      if (column.comment === null) continue;
      await connection.run(
        `COMMENT ON COLUMN ${TARGET}.${name}.${quoteIdentifier(column.name)} IS ${quoteLiteral(column.comment)}`,
      );
    }
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined); // A failed COMMIT has ended it.
    throw error;
  }
  return prove(connection, table, name);
}

/** After the COMMIT, so that what is compared is what was kept. */
async function prove(
  connection: EngineConnection,
  table: { schema: string; name: string },
  name: string,
): Promise<MovedTable> {
  const read = async (database: string) => {
    const [found] = await connection.rows<{ rows: string; hash: string }>(
      `SELECT count(*) AS "rows", coalesce(sum(hash(t)::HUGEINT), 0)::VARCHAR AS hash FROM ${database}.${name} AS t`,
    );
    return { rows: Number(found?.rows), hash: found?.hash ?? '' };
  };
  const old = await read(LAKE);
  const moved = await read(TARGET);
  if (old.rows === moved.rows && old.hash === moved.hash) return { table: shownTable(table), ...moved };
  throw new MillraceError({
    code: 'INTERNAL',
    message: `The copy of ${shownTable(table)} differs: ${moved.rows} rows instead of ${old.rows}, or other values.`,
    hint: 'The lake stays where it was. Keep both places and report this.',
  });
}

/** Views go along where they can be made; one whose sources are elsewhere is told. */
async function copyViews(connection: EngineConnection): Promise<string[]> {
  const views = await connection.rows<{ schema: string; name: string; sql: string }>(
    `SELECT schema_name AS "schema", view_name AS "name", sql FROM duckdb_views() WHERE database_name = '${LAKE}' AND NOT internal`,
  );
  const notes: string[] = [];
  for (const view of views) {
    const body = /\bAS\s+([\s\S]*?);?\s*$/i.exec(view.sql)?.[1];
    const name = `${quoteIdentifier(view.schema)}.${quoteIdentifier(view.name)}`;
    try {
      await connection.run(`CREATE SCHEMA IF NOT EXISTS ${TARGET}.${quoteIdentifier(view.schema)}`);
      await connection.run(`CREATE VIEW ${TARGET}.${name} AS ${body ?? ''}`);
    } catch (error) {
      notes.push(
        `The view ${view.schema}.${view.name} was not moved: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return notes;
}
