import { MillraceError } from '../../../shared/errors';
import { quoteIdentifier } from '../../../shared/sql/quote';
import { lakeTable, shownTable } from '../lake-names';
import type { RowReader } from './table-shape';
import type { WritePlan } from './write-plan';

/**
 * Proves that a staged batch has one row a key, as MERGE would double the others. Of rows with one key the one with the
 * largest `latestBy` wins; equal ones, and a NULL in the key, are errors. Gives the relation to merge from.
 */
export async function oneRowAKey(reader: RowReader, plan: WritePlan, batch: string): Promise<string> {
  const key = (plan.key ?? []).map(quoteIdentifier);
  const isNull = key.map((column) => `${column} IS NULL`).join(' OR ');
  const [empty] = await reader.rows<{ found: string }>(`SELECT count(*) AS found FROM ${batch} WHERE ${isNull}`);
  if (Number(empty?.found) > 0) {
    throw broken(plan, `${empty?.found} rows have no value in the key (${shownKey(plan)}).`, 'Leave such rows out.');
  }
  const order = plan.latestBy === undefined ? undefined : `${quoteIdentifier(plan.latestBy)} DESC NULLS LAST`;
  const ranked =
    order === undefined
      ? `FROM ${batch}`
      : `FROM (FROM ${batch} QUALIFY rank() OVER (PARTITION BY ${key.join(', ')} ORDER BY ${order}) = 1)`;
  const [tie] = await reader.rows<{ value: string; found: string }>(
    `SELECT concat_ws(', ', ${key.map((column) => `${column}::VARCHAR`).join(', ')}) AS value, count(*) AS found
     ${ranked} GROUP BY ${key.join(', ')} HAVING count(*) > 1 LIMIT 1`,
  );
  if (tie) {
    const equal = plan.latestBy === undefined ? '' : ` with the same latest ${plan.latestBy}`;
    throw broken(
      plan,
      `${tie.found} rows have the key ${shownKey(plan)} = ${tie.value}${equal}.`,
      plan.latestBy === undefined
        ? 'Name the column by which the latest row wins, or leave the others out.'
        : 'Choose a column that tells them apart.',
    );
  }
  if (order === undefined) return batch;
  return `(FROM ${batch} QUALIFY row_number() OVER (PARTITION BY ${key.join(', ')} ORDER BY ${order}) = 1)`;
}

/** The MERGE of a batch; equal rows are left alone, so that an equal batch makes no snapshot. */
export function mergeSql(plan: WritePlan, batch: string): string {
  const names = plan.columns.map((column) => quoteIdentifier(column.name));
  const key = new Set((plan.key ?? []).map((name) => quoteIdentifier(name).toLowerCase()));
  const others = names.filter((name) => !key.has(name.toLowerCase()));
  const on = names.filter((name) => key.has(name.toLowerCase())).map((name) => `target.${name} = batch.${name}`);
  const differs = others.map((name) => `target.${name} IS DISTINCT FROM batch.${name}`).join(' OR ');
  const updates = others.map((name) => `${name} = batch.${name}`).join(', ');
  const lines = [`MERGE INTO ${lakeTable(plan.table)} AS target USING ${batch} AS batch ON ${on.join(' AND ')}`];
  if (others.length > 0) lines.push(`WHEN MATCHED AND (${differs}) THEN UPDATE SET ${updates}`);
  lines.push(
    `WHEN NOT MATCHED THEN INSERT (${names.join(', ')}) VALUES (${names.map((name) => `batch.${name}`).join(', ')})`,
  );
  return lines.join('\n');
}

function shownKey(plan: WritePlan): string {
  return (plan.key ?? []).join(', ');
}

function broken(plan: WritePlan, message: string, hint: string): MillraceError {
  return new MillraceError({
    code: 'CONTRACT_BROKEN',
    message: `The batch for ${shownTable(plan.table)} cannot be merged: ${message}`,
    hint: `${hint} Nothing was changed.`,
  });
}
