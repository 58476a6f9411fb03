import { MillraceError } from '../../../shared/errors';
import type { LakeDiff, LakeDiffRequest } from '../../../shared/lake';
import { quoteIdentifier } from '../../../shared/sql/quote';
import { lakeTable, shownTable } from '../lake-names';
import { columnNamed, type RowReader, type ShapeColumn } from '../write/table-shape';
import { resolveVersion } from './snapshots';

const DEFAULT_LIMIT = 100;

/**
 * What differs between two versions. Their rows are compared and not the feed of changes: a rewrite of files, which the
 * feed shows as updates, changes nothing, and a replaced table shows what really changed. Columns that only one version
 * has are named and not compared. Throws NOT_FOUND.
 */
export async function diffTable(reader: RowReader, request: LakeDiffRequest): Promise<LakeDiff> {
  const before = await readVersion(reader, request, request.from);
  const after = await readVersion(reader, request, request.to);
  const both = after.columns.filter((column) => columnNamed(before.columns, column.name));
  const key = (request.key ?? []).map((name) => {
    const found = columnNamed(both, name);
    if (found) return found.name;
    throw new MillraceError({
      code: 'BAD_REQUEST',
      message: `Both versions must have the key column "${name}".`,
      hint: 'Choose another key, or compare whole rows.',
    });
  });
  const names = both.map((column) => column.name);
  const missing = (columns: ShapeColumn[], others: ShapeColumn[]) =>
    columns.filter((column) => !columnNamed(others, column.name)).map((column) => column.name);
  const shape = {
    columns: names,
    columnsAdded: missing(after.columns, before.columns),
    columnsRemoved: missing(before.columns, after.columns),
  };
  const limit = request.limit ?? DEFAULT_LIMIT;
  if (names.length === 0) return { ...shape, added: 0, removed: 0, rows: [], sql: '' };
  return key.length === 0
    ? { ...shape, ...(await diffRows(reader, before.sql, after.sql, names, limit)) }
    : { ...shape, ...(await diffKeyed(reader, before.sql, after.sql, names, key, limit)) };
}

interface Version {
  sql: string;
  columns: ShapeColumn[];
}

async function readVersion(reader: RowReader, request: LakeDiffRequest, version: number): Promise<Version> {
  await resolveVersion(reader, { version });
  const sql = `${lakeTable(request.table)} AT (VERSION => ${Math.trunc(version)})`;
  try {
    const rows = await reader.rows<{ column_name: string; column_type: string }>(`DESCRIBE FROM ${sql}`);
    return { sql, columns: rows.map((row) => ({ name: row.column_name, type: row.column_type })) };
  } catch (error) {
    throw new MillraceError({
      code: 'NOT_FOUND',
      message: `${shownTable(request.table)} is not in version ${version}.`,
      hint: 'Choose a version in which the table exists.',
      cause: error,
    });
  }
}

async function diffRows(reader: RowReader, before: string, after: string, names: string[], limit: number) {
  const columns = names.map(quoteIdentifier).join(', ');
  const side = (kind: string, from: string, other: string) =>
    `SELECT '${kind}' AS difference, * FROM (SELECT ${columns} FROM ${from} EXCEPT ALL SELECT ${columns} FROM ${other})`;
  const sql = `${side('added', after, before)}\nUNION ALL\n${side('removed', before, after)}`;
  const counts = await reader.rows<{ difference: string; found: string }>(
    `SELECT difference, count(*) AS found FROM (${sql}) GROUP BY ALL`,
  );
  const count = (kind: string) => Number(counts.find((row) => row.difference === kind)?.found ?? 0);
  const shown = await reader.rows<Record<string, string | null>>(
    `SELECT ${['difference', ...names.map(textOf)].join(', ')} FROM (${sql})
     QUALIFY row_number() OVER (PARTITION BY difference) <= ${limit} ORDER BY difference`,
  );
  return {
    added: count('added'),
    removed: count('removed'),
    rows: shown.map((row) => {
      const [kind, ...cells] = Object.values(row);
      return { kind: kind as 'added' | 'removed', cells };
    }),
    sql,
  };
}

async function diffKeyed(
  reader: RowReader,
  before: string,
  after: string,
  names: string[],
  key: string[],
  limit: number,
) {
  const on = key.map((name) => `old.${quoteIdentifier(name)} IS NOT DISTINCT FROM new.${quoteIdentifier(name)}`);
  const differs = names
    .filter((name) => !key.includes(name))
    .map((name) => `old.${quoteIdentifier(name)} IS DISTINCT FROM new.${quoteIdentifier(name)}`);
  const columns = names.map(quoteIdentifier).join(', ');
  const pairs = names.flatMap((name) => [
    `new.${quoteIdentifier(name)} AS ${quoteIdentifier(name)}`,
    `old.${quoteIdentifier(name)} AS ${quoteIdentifier(`${name} before`)}`,
  ]);
  const sql = `SELECT CASE WHEN old."in" IS NULL THEN 'added' WHEN new."in" IS NULL THEN 'removed' ELSE 'changed' END AS difference,
  ${pairs.join(', ')}
FROM (SELECT 1 AS "in", ${columns} FROM ${before}) AS old
FULL JOIN (SELECT 1 AS "in", ${columns} FROM ${after}) AS new ON ${on.join(' AND ')}
WHERE old."in" IS NULL OR new."in" IS NULL${differs.map((one) => ` OR ${one}`).join('')}`;
  const counts = await reader.rows<{ difference: string; found: string }>(
    `SELECT difference, count(*) AS found FROM (${sql}) GROUP BY ALL`,
  );
  const count = (kind: string) => Number(counts.find((row) => row.difference === kind)?.found ?? 0);
  const cells = names.flatMap((name) => [textOf(name), textOf(`${name} before`)]);
  const shown = await reader.rows<Record<string, string | null>>(
    `SELECT ${['difference', ...cells].join(', ')} FROM (${sql})
     QUALIFY row_number() OVER (PARTITION BY difference) <= ${limit} ORDER BY difference`,
  );
  return {
    added: count('added'),
    removed: count('removed'),
    changed: count('changed'),
    rows: shown.map((row) => keyedRow(Object.values(row))),
    sql,
  };
}

function keyedRow([kind, ...values]: (string | null)[]): LakeDiff['rows'][number] {
  const now = values.filter((_, index) => index % 2 === 0);
  const before = values.filter((_, index) => index % 2 === 1);
  if (kind === 'changed') return { kind, cells: now, before };
  return kind === 'added' ? { kind, cells: now } : { kind: 'removed', cells: before };
}

function textOf(name: string): string {
  return `left(${quoteIdentifier(name)}::VARCHAR, 300) AS ${quoteIdentifier(name)}`;
}
