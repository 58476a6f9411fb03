import { randomBytes } from 'node:crypto';
import { MillraceError } from '../../../shared/errors';
import type { LakeTableName, WriteOutcome } from '../../../shared/lake';
import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import type { EngineConnection } from '../../engine/connection';
import type { Engine } from '../../engine/engine';
import { lakeTable, shownTable } from '../lake-names';
import { readTables } from '../lake-tables';
import { type LakeStatements, runTransaction } from '../lake-transaction';
import { partitionSql } from '../write/partition-sql';
import { columnNamed, type RowReader, readShape, type ShapeColumn } from '../write/table-shape';
import { readPartition } from './table-page';

/**
 * Makes a table what it was at a version, as a new snapshot; a dropped table comes back. Its rows are read before the
 * transaction and counted against the version inside of it: once a transaction has emptied a table, DuckLake gives none
 * of its older versions any more (seen in 1.5.5).
 */
export async function restoreTable(
  engine: Engine,
  connection: EngineConnection,
  table: LakeTableName,
  version: number,
): Promise<WriteOutcome> {
  const old = `${lakeTable(table)} AT (VERSION => ${Math.trunc(version)})`;
  const columns = await versionColumns(connection, table, old, version);
  const staged = `millrace_restore_${randomBytes(6).toString('hex')}`;
  await connection.run(`CREATE TEMP TABLE ${quoteIdentifier(staged)} AS FROM ${old}`);
  const from = `temp.main.${quoteIdentifier(staged)}`;
  const message = `restore ${shownTable(table)} to version ${version}`;
  const committed = await runTransaction(engine, connection, { message }, async (statements) => {
    const shape = await readShape(statements, table);
    if (shape && sameColumns(shape.columns, columns)) await statements.run(`TRUNCATE ${lakeTable(shape.table)}`);
    else await makeAnew(statements, table, columns);
    const names = columns.map((column) => quoteIdentifier(column.name)).join(', ');
    const rows = await statements.change(`INSERT INTO ${lakeTable(table)} (${names}) SELECT ${names} FROM ${from}`);
    await proveRows(statements, table, from);
    return { rows, created: shape === undefined, anew: shape !== undefined && !sameColumns(shape.columns, columns) };
  });
  const { rows, created, anew } = committed.value;
  return {
    table,
    created,
    rows,
    ...(committed.snapshot === undefined ? {} : { snapshot: committed.snapshot }),
    notes: anew
      ? ['The columns were others, so the table was made anew: what reads its changes must be refreshed in full.']
      : [],
  };
}

async function versionColumns(
  reader: RowReader,
  table: LakeTableName,
  old: string,
  version: number,
): Promise<ShapeColumn[]> {
  try {
    const rows = await reader.rows<{ column_name: string; column_type: string }>(`DESCRIBE FROM ${old}`);
    return rows.map((row) => ({ name: row.column_name, type: row.column_type }));
  } catch (error) {
    throw new MillraceError({
      code: 'NOT_FOUND',
      message: `${shownTable(table)} cannot be read at version ${version}.`,
      hint: 'The list of its snapshots shows the versions that are kept.',
      cause: error,
    });
  }
}

function sameColumns(a: ShapeColumn[], b: ShapeColumn[]): boolean {
  return a.length === b.length && a.every((column) => columnNamed(b, column.name)?.type === column.type);
}

/** Another table of the name, with the comments and the partitioning of the one before where the columns bear them. */
async function makeAnew(statements: LakeStatements, table: LakeTableName, columns: ShapeColumn[]): Promise<void> {
  const [before] = await readTables(statements, table);
  const partition = before === undefined ? [] : await readPartition(statements, before.id);
  const list = columns.map((column) => `${quoteIdentifier(column.name)} ${column.type}`).join(', ');
  await statements.run(`CREATE SCHEMA IF NOT EXISTS lake.${quoteIdentifier(table.schema)}`);
  await statements.run(`CREATE OR REPLACE TABLE ${lakeTable(table)} (${list})`);
  const bears = partition.length > 0 && partition.every((field) => columnNamed(columns, field.column));
  if (bears) await statements.run(partitionSql(table, partition));
  if (before?.comment) await statements.run(`COMMENT ON TABLE ${lakeTable(table)} IS ${quoteLiteral(before.comment)}`);
}

async function proveRows(statements: LakeStatements, table: LakeTableName, from: string): Promise<void> {
  const [found] = await statements.rows<{ now: string; then: string }>(
    `SELECT (SELECT count(*) FROM ${lakeTable(table)}) AS now, (SELECT count(*) FROM ${from}) AS "then"`,
  );
  if (found?.now === found?.then) return;
  throw new MillraceError({
    code: 'INTERNAL',
    message: `The restored table would have ${found?.now} rows instead of ${found?.then}.`,
    hint: 'Nothing was changed. Keep the version and report this.',
  });
}
