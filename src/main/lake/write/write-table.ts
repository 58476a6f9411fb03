import { randomBytes } from 'node:crypto';
import { CancelledError, MillraceError } from '../../../shared/errors';
import type { CreateTablePlan, CreateTableRequest, WriteOutcome } from '../../../shared/lake';
import { quoteIdentifier } from '../../../shared/sql/quote';
import type { EngineConnection } from '../../engine/connection';
import type { Engine } from '../../engine/engine';
import { significantTokens } from '../../engine/statement';
import { lakeTable, shownTable } from '../lake-names';
import { type LakeStatements, runTransaction } from '../lake-transaction';
import { mergeSql, oneRowAKey } from './merge-batch';
import { readShape } from './table-shape';
import { planWrite, type WritePlan } from './write-plan';
import { openSource, previewRows, type ReadableSource } from './write-source';

/** What a write would do: nothing is changed. `attached` tells whether the lake is there to be looked at. */
export async function describeWrite(
  engine: Engine,
  connection: EngineConnection,
  request: CreateTableRequest,
  attached: boolean,
): Promise<CreateTablePlan> {
  const source = await openSource(engine, connection, request.from);
  const shape = attached ? await readShape(connection, request.into) : undefined;
  const plan = planWrite(request, source, shape);
  const staged = await mustStage(connection, plan, source);
  return {
    exists: plan.exists,
    columns: plan.columns,
    statements: shownStatements(plan, source, staged),
    notes: plan.notes,
    preview: await previewRows(connection, source),
  };
}

/** Writes the table as one transaction on a connection that is its own. */
export async function writeTable(
  engine: Engine,
  connection: EngineConnection,
  request: CreateTableRequest,
  signal?: AbortSignal,
): Promise<WriteOutcome> {
  const source = await openSource(engine, connection, request.from);
  const first = planWrite(request, source, await readShape(connection, request.into));
  const batch = await stage(connection, first, source, signal);
  const committed = await runTransaction(
    engine,
    connection,
    { message: request.message ?? messageOf(request, first), run: request.run, signal },
    async (statements) => {
      // Planned again inside: what another writer did since the first look, or before a retry, is seen here.
      const plan = planWrite(request, source, await readShape(statements, request.into));
      return { plan, rows: await writeRows(statements, plan, source, batch) };
    },
  );
  const { plan, rows } = committed.value;
  if (rows > 0 && committed.snapshot === undefined) throw notKept(plan);
  return {
    table: plan.table,
    created: !plan.exists,
    rows,
    ...(committed.snapshot === undefined ? {} : { snapshot: committed.snapshot }),
    notes: plan.notes,
  };
}

async function writeRows(
  statements: LakeStatements,
  plan: WritePlan,
  source: ReadableSource,
  batch: string | undefined,
): Promise<number> {
  for (const sql of plan.shaping) await statements.run(sql);
  if (plan.empties) await statements.run(`TRUNCATE ${lakeTable(plan.table)}`);
  if (plan.key !== undefined && plan.exists && batch !== undefined) return statements.change(mergeSql(plan, batch));
  return statements.change(insertSql(plan, batch ?? `(${source.sent}\n)`));
}

/** Reads the rows before the transaction where they must be proved first, or would be gone once the table is emptied. */
async function stage(
  connection: EngineConnection,
  plan: WritePlan,
  source: ReadableSource,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (!(await mustStage(connection, plan, source))) return undefined;
  const batch = `temp.main.${quoteIdentifier(`millrace_batch_${randomBytes(6).toString('hex')}`)}`;
  await connection.run(stageSql(plan, batch, source.sent), undefined, signal);
  if (signal?.aborted) throw new CancelledError();
  return plan.key === undefined ? batch : oneRowAKey(connection, plan, batch);
}

/**
 * Inside of a transaction that emptied a table, DuckLake reads the table as empty, older versions of it too (seen in
 * 1.5.5): a source that reads its own target must be read before.
 */
async function mustStage(connection: EngineConnection, plan: WritePlan, source: ReadableSource): Promise<boolean> {
  if (plan.key !== undefined) return true;
  if (!plan.exists || (!plan.empties && plan.shaping.length === 0)) return false;
  const name = plan.table.name.toLowerCase();
  const isNamed = significantTokens(source.sent).some((token) => token.text.toLowerCase().includes(name));
  if (isNamed) return true;
  // A view may hide the table.
  const explained = await connection.rows<{ explain_value: string }>(`EXPLAIN (FORMAT JSON) FROM (${source.sent}\n)`);
  return explained.some((row) => row.explain_value.toLowerCase().includes(JSON.stringify(name).slice(1, -1)));
}

function stageSql(plan: WritePlan, batch: string, source: string): string {
  return `CREATE OR REPLACE TEMP TABLE ${batch.replace('temp.main.', '')} AS SELECT ${casts(plan)} FROM (${source}\n)`;
}

function insertSql(plan: WritePlan, from: string): string {
  const names = plan.columns.map((column) => quoteIdentifier(column.name)).join(', ');
  return `INSERT INTO ${lakeTable(plan.table)} (${names}) SELECT ${casts(plan)} FROM ${from}`;
}

function casts(plan: WritePlan): string {
  return plan.columns
    .map((column) => {
      const name = quoteIdentifier(column.name);
      return column.type === column.sourceType ? name : `CAST(${name} AS ${column.type}) AS ${name}`;
    })
    .join(', ');
}

function shownStatements(plan: WritePlan, source: ReadableSource, staged: boolean): string[] {
  const batch = 'temp.main."batch"';
  const from = staged ? batch : `(\n${source.shown}\n)`;
  const write = plan.key !== undefined && plan.exists ? mergeSql(plan, batch) : insertSql(plan, from);
  return [
    ...(staged ? [stageSql(plan, batch, `\n${source.shown}`)] : []),
    'BEGIN',
    ...plan.shaping,
    ...(plan.empties ? [`TRUNCATE ${lakeTable(plan.table)}`] : []),
    write,
    'COMMIT',
  ].map((sql) => `${sql};`);
}

function messageOf(request: CreateTableRequest, plan: WritePlan): string {
  const name = shownTable(plan.table);
  return plan.exists ? `${request.mode} ${name}` : `create ${name}`;
}

function notKept(plan: WritePlan): MillraceError {
  return new MillraceError({
    code: 'INTERNAL',
    message: `The write to ${shownTable(plan.table)} ended without an error, but the lake has no trace of it.`,
    hint: 'The table is as it was before. Run it again.',
  });
}
