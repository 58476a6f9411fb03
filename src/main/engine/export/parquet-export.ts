import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBType, DuckDBTypeId } from '@duckdb/node-api';
import { CancelledError, MillraceError } from '../../../shared/errors';
import { PARQUET_COMPRESSIONS, type ParquetOptions } from '../../../shared/export';
import { quoteLiteral } from '../../../shared/sql/quote';
import { type ColumnFacts, type ColumnQuestion, columnFacts } from './column-facts';
import type { ExportRun, WrittenRows } from './export-run';
import { jsonValue } from './json-value';
import { type ExportColumn, selectList } from './relation';

const PROGRESS_MILLISECONDS = 250;

/**
 * Parquet by DuckDB's own COPY. What its writer would alter is written as text instead (seen in 1.5.5: HUGEINT becomes
 * DOUBLE, INTERVAL loses microseconds and refuses negative parts, TIMETZ loses its offset, an infinite DATE becomes a
 * day in the year 5881580); a HUGEINT that fits becomes DECIMAL(38,0). Gives the rows and notes on such columns.
 */
export async function exportParquet(run: ExportRun, options: ParquetOptions): Promise<WrittenRows> {
  if (!PARQUET_COMPRESSIONS.includes(options.compression)) {
    throw new MillraceError({
      code: 'BAD_REQUEST',
      message: `Parquet has no compression ${options.compression} here.`,
    });
  }
  const facts = await columnFacts(run.connection, run.relation, run.relation.columns.flatMap(questions));
  const notes: string[] = [];
  const list = selectList(run.relation.columns, (column) => parquetExpression(column, facts, notes));
  const copy = await copyPath(run);
  const sql = `COPY (SELECT ${list} FROM ${run.relation.source}) TO ${quoteLiteral(copy.path)} (FORMAT parquet, COMPRESSION ${options.compression}, USE_TMP_FILE false)`;
  try {
    const rows = await runCopy(run, sql, copy.path);
    if (copy.temporary) for await (const chunk of createReadStream(copy.path)) await run.file.write(chunk);
    return { rows, notes };
  } finally {
    if (copy.temporary) await rm(copy.path, { force: true });
  }
}

/** In a restricted project the engine writes inside the project alone, so the file is made there and carried over. */
async function copyPath(run: ExportRun): Promise<{ path: string; temporary: boolean }> {
  const [row] = await run.connection.rows<{ access: string; folder: string }>(
    `SELECT CAST(current_setting('enable_external_access') AS VARCHAR) AS access, current_setting('temp_directory') AS folder`,
  );
  if (row?.access !== 'false') return { path: run.file.path, temporary: false };
  return { path: join(row.folder, `export-${randomBytes(6).toString('hex')}.parquet`), temporary: true };
}

async function runCopy(run: ExportRun, sql: string, path: string): Promise<number> {
  const total = run.relation.rowCount ?? 0;
  const cancel = () => run.connection.interrupt();
  run.signal?.addEventListener('abort', cancel, { once: true });
  const timer = setInterval(() => {
    const share = Math.max(0, run.connection.raw.progress.percentage) / 100;
    const tell = (bytes: number) => run.onProgress?.({ rows: Math.floor(total * share), bytes });
    stat(path).then(
      (file) => tell(file.size),
      () => tell(0), // not yet made
    );
  }, PROGRESS_MILLISECONDS);
  try {
    if (run.signal?.aborted) throw new CancelledError();
    const [copied] = await run.connection.rows<{ Count: string }>(sql);
    return Number(copied?.Count ?? 0);
  } catch (error) {
    throw run.signal?.aborted ? new CancelledError() : error;
  } finally {
    clearInterval(timer);
    run.signal?.removeEventListener('abort', cancel);
  }
}

const TOO_WIDE = '99999999999999999999999999999999999999';

function questions(column: ExportColumn): ColumnQuestion[] {
  const ask = (key: string, condition: string) => [{ column, key, aggregate: `bool_or(${condition})` }];
  const { ref } = column;
  switch (column.type.typeId) {
    case DuckDBTypeId.HUGEINT:
      return ask('wide', `${ref} > ${TOO_WIDE}::HUGEINT OR ${ref} < -${TOO_WIDE}::HUGEINT`);
    case DuckDBTypeId.UHUGEINT:
      return ask('wide', `${ref} > ${TOO_WIDE}::UHUGEINT`);
    case DuckDBTypeId.DATE:
      return ask('infinite', `NOT isfinite(${ref})`);
    case DuckDBTypeId.INTERVAL:
      return ask(
        'fine',
        `epoch_us(${ref}) % 1000 <> 0 OR least(datepart('year', ${ref}), datepart('month', ${ref}), datepart('day', ${ref}), datepart('hour', ${ref}), datepart('minute', ${ref}), datepart('microsecond', ${ref})) < 0`,
      );
    default:
      return holdsType(column.type, new Set([DuckDBTypeId.DATE]))
        ? ask('infinite', `contains(CAST(${ref} AS VARCHAR), 'infinity')`)
        : [];
  }
}

function parquetExpression(column: ExportColumn, facts: ColumnFacts, notes: string[]): string {
  const { ref, type, name, info } = column;
  const note = (how: string) => notes.push(`${name} (${info.type}): ${how}.`);
  const text = (why: string) => {
    note(`written as text, ${why}`);
    return `CAST(${ref} AS VARCHAR)`;
  };
  switch (type.typeId) {
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
      if (facts(column, 'wide') === 'true') return text('as Parquet has no integers of 128 bits');
      note('written as DECIMAL(38,0), as Parquet has no integers of 128 bits');
      return `CAST(${ref} AS DECIMAL(38,0))`;
    case DuckDBTypeId.DATE:
      return facts(column, 'infinite') === 'true' ? text('as Parquet has no infinite dates') : ref;
    case DuckDBTypeId.INTERVAL:
      return facts(column, 'fine') === 'true' ? text('as Parquet intervals are whole, positive milliseconds') : ref;
    case DuckDBTypeId.TIME_TZ:
      return text('as Parquet times have no offset');
    case DuckDBTypeId.TIME_NS:
      return text('as this writer has no times in nanoseconds');
    case DuckDBTypeId.BIGNUM:
    case DuckDBTypeId.BIT:
      return text('as Parquet has no such type');
    case DuckDBTypeId.UNION:
      note('written as JSON, as Parquet has no such type');
      return `CASE WHEN ${ref} IS NOT NULL THEN CAST(${jsonValue(type, ref)} AS JSON) END`;
    default:
      if (!holdsType(type, ALTERED_INSIDE) && facts(column, 'infinite') !== 'true') return ref;
      note('written as JSON, as a type inside it would be altered by Parquet');
      return `CASE WHEN ${ref} IS NOT NULL THEN CAST(${jsonValue(type, ref)} AS JSON) END`;
  }
}

const ALTERED_INSIDE = new Set([
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.INTERVAL,
  DuckDBTypeId.TIME_TZ,
  DuckDBTypeId.TIME_NS,
  DuckDBTypeId.UNION,
]);

/** Whether a nested type holds one of the types; inside nested values nothing is decided value by value. */
function holdsType(type: DuckDBType, wanted: ReadonlySet<DuckDBTypeId>): boolean {
  const inside = (inner: DuckDBType) => wanted.has(inner.typeId) || holdsType(inner, wanted);
  switch (type.typeId) {
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return inside(type.valueType);
    case DuckDBTypeId.STRUCT:
      return type.entryTypes.some(inside);
    case DuckDBTypeId.MAP:
      return inside(type.keyType) || inside(type.valueType);
    default:
      return false;
  }
}
