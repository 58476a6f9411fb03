import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import { INTERNAL_SCHEMA, LAKE } from '../../lake/lake-names';
import type { LakeStatements } from '../../lake/lake-transaction';
import type { RowReader } from '../../lake/write/table-shape';
import type { Discard } from './table-plan';

const SCHEMA = `${LAKE}.${INTERNAL_SCHEMA}`;
const STATE = `${SCHEMA}.ingest_state`;
const QUARANTINE = `${SCHEMA}.quarantine`;

/** What a load is known by from one run to the next. */
export interface LoadIdentity {
  run: string;
  source: string;
  /** `raw.orders` */
  table: string;
}

/** Where the last load of that source into that table ended; undefined where there was none. */
export async function readCursor(reader: RowReader, { source, table }: LoadIdentity): Promise<string | undefined> {
  if (!(await exists(reader, 'ingest_state'))) return undefined;
  const [row] = await reader.rows<{ value: string }>(
    `SELECT cursor_value AS value FROM ${STATE} WHERE source = ${quoteLiteral(source)} AND table_name = ${quoteLiteral(table)}`,
  );
  return row?.value;
}

/** Stores where a load ended, inside of its own transaction. One that ended where the last did changes nothing. */
export async function writeCursor(
  statements: LakeStatements,
  identity: LoadIdentity,
  cursor: { column: string; value: string },
): Promise<void> {
  if ((await readCursor(statements, identity)) === cursor.value) return;
  await makeTable(
    statements,
    'ingest_state',
    'source VARCHAR, table_name VARCHAR, cursor_column VARCHAR, cursor_value VARCHAR, run VARCHAR, written_at TIMESTAMP WITH TIME ZONE',
  );
  const { source, table, run } = identity;
  await statements.run(
    `DELETE FROM ${STATE} WHERE source = ${quoteLiteral(source)} AND table_name = ${quoteLiteral(table)}`,
  );
  const values = [source, table, cursor.column, cursor.value, run].map(quoteLiteral).join(', ');
  await statements.run(`INSERT INTO ${STATE} VALUES (${values}, now())`);
}

/** Keeps what a load leaves out, inside of its own transaction; gives the numbers of rows and values. */
export async function keepDiscarded(
  statements: LakeStatements,
  identity: LoadIdentity,
  batch: string,
  discards: Discard[],
): Promise<{ rows: number; values: number }> {
  let values = 0;
  for (const discard of discards) {
    const [row] = await statements.rows<{ found: string }>(
      `SELECT count(*) AS found FROM ${batch} WHERE ${discard.condition}`,
    );
    const found = Number(row?.found ?? 0);
    if (found === 0) continue;
    if (discard.rule === 'discard_value') values += found;
    await makeTable(
      statements,
      'quarantine',
      'run VARCHAR, kept_at TIMESTAMP WITH TIME ZONE, source VARCHAR, table_name VARCHAR, column_name VARCHAR, rule VARCHAR, reason VARCHAR, "value" VARCHAR, "row" VARCHAR',
    );
    const facts = [identity.source, identity.table, discard.column, discard.rule, discard.reason];
    await statements.run(
      `INSERT INTO ${QUARANTINE}
       SELECT ${quoteLiteral(identity.run)}, now(), ${facts.map(quoteLiteral).join(', ')}, ${discard.value}, to_json(r)::VARCHAR
       FROM ${batch} AS r WHERE ${discard.condition}`,
    );
  }
  const whole = discards.filter(({ rule }) => rule === 'discard_row').map(({ condition }) => `(${condition})`);
  if (whole.length === 0) return { rows: 0, values };
  const [row] = await statements.rows<{ found: string }>(
    `SELECT count(*) AS found FROM ${batch} WHERE ${whole.join(' OR ')}`,
  );
  return { rows: Number(row?.found ?? 0), values };
}

async function makeTable(statements: LakeStatements, name: string, columns: string): Promise<void> {
  if (await exists(statements, name)) return;
  await statements.run(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
  await statements.run(`CREATE TABLE IF NOT EXISTS ${SCHEMA}.${quoteIdentifier(name)} (${columns})`);
}

async function exists(reader: RowReader, name: string): Promise<boolean> {
  const rows = await reader.rows<{ name: string }>(
    `SELECT table_name AS name FROM duckdb_tables()
     WHERE database_name = '${LAKE}' AND schema_name = '${INTERNAL_SCHEMA}' AND table_name = ${quoteLiteral(name)}`,
  );
  return rows.length > 0;
}
