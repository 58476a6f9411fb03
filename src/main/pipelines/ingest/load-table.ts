import { MillraceError } from '../../../shared/errors';
import type { Contract, IngestReport } from '../../../shared/ingest';
import type { LakeTableName, WriteMode } from '../../../shared/lake';
import { quoteIdentifier } from '../../../shared/sql/quote';
import { type EngineConnection, freshScratchTable } from '../../engine/connection';
import type { Lake } from '../../lake/lake';
import { lakeTable, shownTable } from '../../lake/lake-names';
import type { LakeStatements } from '../../lake/lake-transaction';
import { mergeSql, oneRowAKey } from '../../lake/write/merge-batch';
import { columnNamed, readShape, type ShapeColumn, type TableShape } from '../../lake/write/table-shape';
import { keepDiscarded, type LoadIdentity, writeCursor } from './ingest-records';
import type { MixedColumn } from './spooled-records';
import { planTable, type TablePlan } from './table-plan';

/** A batch that is ready to be written. */
export interface Load {
  identity: LoadIdentity;
  into: LakeTableName;
  mode: WriteMode;
  key: string[];
  contract: Contract;
  /** A SELECT that gives the rows. */
  sql: string;
  columns: ShapeColumn[];
  mixed: ReadonlyMap<string, MixedColumn>;
  /** Where it ended; `column` alone where the batch must tell the value. */
  cursor?: { column: string; value?: string };
  signal: AbortSignal;
}

export type LoadOutcome = Pick<
  IngestReport,
  | 'created'
  | 'rowsRead'
  | 'rowsWritten'
  | 'rowsDiscarded'
  | 'valuesDiscarded'
  | 'columnsAdded'
  | 'columnsWidened'
  | 'notes'
> & { snapshot?: number; cursor?: string };

/**
 * Writes a batch as one transaction: rows, new columns, the cursor and what was left out come together or not at all.
 * Throws CONTRACT_BROKEN, LAKE_CONFLICT, CancelledError and what reading the batch throws.
 */
export async function loadTable(lake: Lake, connection: EngineConnection, load: Load): Promise<LoadOutcome> {
  const shape = await readShape(connection, load.into);
  const staged = mustStage(load, shape) ? freshScratchTable() : undefined;
  try {
    if (staged) await connection.run(stageSql(load, staged), undefined, load.signal);
    const committed = await lake.transaction(
      {
        table: load.into,
        access: shape && load.mode === 'append' && staged === undefined ? 'shared' : 'exclusive',
        message: `ingest ${load.identity.source} into ${load.identity.table}`,
        run: load.identity.run,
        signal: load.signal,
      },
      (statements) => writeBatch(statements, load, staged ?? `(${load.sql})`),
    );
    return { ...committed.value, ...(committed.snapshot === undefined ? {} : { snapshot: committed.snapshot }) };
  } finally {
    if (staged) await connection.run(`DROP TABLE IF EXISTS ${staged}`);
  }
}

/**
 * A batch is read once where its rows go straight into the table. It is kept aside first where its values must be looked
 * at before: for merge, for another type, and for a contract that leaves things out.
 */
function mustStage(load: Load, shape: TableShape | undefined): boolean {
  if (load.mode === 'merge' || load.mixed.size > 0 || load.cursor !== undefined) return true;
  if (!shape) return false;
  return load.columns.some((column) => {
    const target = columnNamed(shape.columns, column.name);
    return target ? target.type !== column.type : load.contract.columns !== 'evolve';
  });
}

/** Pages may hold a record twice that moved while they were read. */
function stageSql(load: Load, table: string): string {
  return `CREATE TABLE ${table} AS SELECT ${load.mode === 'merge' ? 'DISTINCT ' : ''}* FROM (${load.sql})`;
}

async function writeBatch(statements: LakeStatements, load: Load, batch: string): Promise<LoadOutcome> {
  const shape = await readShape(statements, load.into);
  const plan = await planTable({ ...load, reader: statements, batch, shape });
  const isStaged = !batch.startsWith('(');
  const cursor = await cursorOf(statements, load, batch);
  if (plan.refused) return refuseTable(statements, load, plan, batch);
  for (const sql of plan.shaping) await statements.run(sql);
  const discarded = await keepDiscarded(statements, load.identity, batch, plan.discards);
  if (plan.exists && load.mode === 'replace') await statements.run(`TRUNCATE ${lakeTable(plan.table)}`);
  const rowsWritten =
    load.mode === 'merge'
      ? await merge(statements, load, plan, batch)
      : await statements.change(insertSql(plan, batch));
  if (load.cursor && cursor !== undefined) {
    await writeCursor(statements, load.identity, { column: load.cursor.column, value: cursor });
  }
  return {
    created: !plan.exists,
    rowsRead: isStaged ? await countOf(statements, batch) : rowsWritten,
    rowsWritten,
    rowsDiscarded: discarded.rows,
    valuesDiscarded: discarded.values,
    columnsAdded: plan.columnsAdded,
    columnsWidened: plan.columnsWidened,
    notes: plan.notes,
    ...(cursor === undefined ? {} : { cursor }),
  };
}

async function merge(statements: LakeStatements, load: Load, plan: TablePlan, batch: string): Promise<number> {
  const key = load.key.map((name) => columnNamed(plan.columns, name)?.name);
  const missing = load.key.find((_name, index) => key[index] === undefined);
  if (missing !== undefined) throw noKey(missing, load);
  const latest = load.cursor && columnNamed(plan.columns, load.cursor.column)?.name;
  const columns = plan.columns.map(({ name, type, sourceType }) => ({ name, type, sourceType }));
  const write = {
    table: plan.table,
    exists: plan.exists,
    columns,
    shaping: [],
    empties: false,
    key: key as string[],
    latestBy: latest,
    notes: [],
  };
  // DuckLake must see one row a key, so the reduced batch is what MERGE reads.
  const reduced = await oneRowAKey(statements, write, `(${selectSql(plan, batch)})`);
  return statements.change(mergeSql(write, reduced));
}

function selectSql(plan: TablePlan, batch: string): string {
  const columns = plan.columns.map(({ name, expression }) => {
    const quoted = quoteIdentifier(name);
    return expression === quoted ? quoted : `${expression} AS ${quoted}`;
  });
  const left = plan.discards.filter(({ rule }) => rule === 'discard_row').map(({ condition }) => `(${condition})`);
  const where = left.length === 0 ? '' : ` WHERE NOT coalesce(${left.join(' OR ')}, false)`;
  return `SELECT ${columns.join(', ')} FROM ${batch}${where}`;
}

/** What writes the batch; also shown before it runs. */
export function insertSql(plan: TablePlan, batch: string): string {
  const names = plan.columns.map(({ name }) => quoteIdentifier(name)).join(', ');
  return `INSERT INTO ${lakeTable(plan.table)} (${names}) ${selectSql(plan, batch)}`;
}

async function cursorOf(statements: LakeStatements, load: Load, batch: string): Promise<string | undefined> {
  if (!load.cursor) return undefined;
  if (load.cursor.value !== undefined) return load.cursor.value;
  const column = columnNamed(load.columns, load.cursor.column);
  if (!column) return undefined;
  const [row] = await statements.rows<{ value: string | null }>(
    `SELECT max(${quoteIdentifier(column.name)})::VARCHAR AS value FROM ${batch}`,
  );
  return row?.value ?? undefined;
}

async function refuseTable(
  statements: LakeStatements,
  load: Load,
  plan: TablePlan,
  batch: string,
): Promise<LoadOutcome> {
  const rowsRead = await countOf(statements, batch);
  const discard = {
    column: '',
    rule: 'discard_row' as const,
    reason: 'the contract lets no table be made',
    condition: 'true',
    value: 'NULL',
  };
  await keepDiscarded(statements, load.identity, batch, [discard]);
  return {
    created: false,
    rowsRead,
    rowsWritten: 0,
    rowsDiscarded: rowsRead,
    valuesDiscarded: 0,
    columnsAdded: [],
    columnsWidened: [],
    notes: [`${shownTable(plan.table)} is not there and the contract lets no table be made.`],
  };
}

async function countOf(statements: LakeStatements, batch: string): Promise<number> {
  const [row] = await statements.rows<{ found: string }>(`SELECT count(*) AS found FROM ${batch}`);
  return Number(row?.found ?? 0);
}

function noKey(column: string, load: Load): MillraceError {
  return new MillraceError({
    code: 'BAD_REQUEST',
    message: `${load.identity.source} has no column "${column}" for the key.`,
    hint: `It has ${load.columns
      .slice(0, 12)
      .map(({ name }) => name)
      .join(', ')}.`,
  });
}
