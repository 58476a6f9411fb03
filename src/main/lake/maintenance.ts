import { stat } from 'node:fs/promises';
import { MillraceError } from '../../shared/errors';
import type { LakeTableName, MaintenanceReport, MaintenanceStep } from '../../shared/lake';
import { quoteLiteral } from '../../shared/sql/quote';
import { LAKE, METADATA, shownTable } from './lake-names';
import { type CatalogTable, readTables } from './lake-tables';
import type { RowReader } from './write/table-shape';

export interface MaintenanceOptions {
  /** Flush, rewrite and merge this table alone; the other steps are about the whole lake. */
  table?: LakeTableName | undefined;
  /** ISO 8601: snapshots before it expire. */
  olderThan?: string | undefined;
  /** In a team lake files that others are just writing are in no catalog yet: only old ones are orphans. */
  team: boolean;
}

/** Files of which less was deleted are left as they are. */
const DELETE_THRESHOLD = 0.1;
/** Files above it are not merged with others. */
const SMALL_FILE = 128 * 1024 * 1024;
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/** What a step would do and free; nothing is changed. */
export async function planStep(
  reader: RowReader,
  step: MaintenanceStep,
  options: MaintenanceOptions,
): Promise<MaintenanceReport> {
  switch (step) {
    case 'flush': {
      const rows = (await tablesOf(reader, options)).reduce((sum, table) => sum + table.inlinedRows, 0);
      return report(step, rows, 0, 0, `${many(rows, 'row')} in the catalog would go to files`);
    }
    case 'rewrite':
      return planRewrite(reader, options);
    case 'merge':
      return planMerge(reader, options);
    case 'expire':
      return planExpire(reader, options);
    case 'clean':
      return filesReport(step, await paths(reader, cleanSql(true)), 'of expired snapshots would be deleted');
    case 'orphans':
      return filesReport(
        step,
        await paths(reader, orphansSql(true, options)),
        'that no snapshot knows would be deleted',
      );
  }
}

/** Does a step. Call it with the lake held alone. */
export async function runStep(
  reader: RowReader,
  step: MaintenanceStep,
  options: MaintenanceOptions,
): Promise<MaintenanceReport> {
  switch (step) {
    case 'flush': {
      const rows = await reader.rows<{ rows_flushed: string }>(
        `CALL ducklake_flush_inlined_data('${LAKE}'${options.table ? `, schema_name => ${quoteLiteral(options.table.schema)}, table_name => ${quoteLiteral(options.table.name)}` : ''})`,
      );
      const count = sum(rows.map((row) => row.rows_flushed));
      return report(step, count, rows.length, 0, `${many(count, 'row')} went from the catalog to files`);
    }
    case 'rewrite':
    case 'merge':
      return rewriteFiles(reader, step, options);
    case 'expire': {
      const planned = await planExpire(reader, options);
      await reader.rows(
        `CALL ducklake_expire_snapshots('${LAKE}', older_than => TIMESTAMPTZ ${quoteLiteral(before(options))})`,
      );
      return {
        ...planned,
        text: planned.text.replace('would expire', 'expired').replace('would come free', 'come free'),
      };
    }
    case 'clean':
    case 'orphans': {
      const sql = (dry: boolean) => (step === 'clean' ? cleanSql(dry) : orphansSql(dry, options));
      const planned = await filesReport(step, await paths(reader, sql(true)), 'deleted');
      await reader.rows(sql(false));
      return planned;
    }
  }
}

async function rewriteFiles(
  reader: RowReader,
  step: 'rewrite' | 'merge',
  options: MaintenanceOptions,
): Promise<MaintenanceReport> {
  const threshold = step === 'rewrite' ? `, delete_threshold => ${DELETE_THRESHOLD}` : '';
  const name = step === 'rewrite' ? 'ducklake_rewrite_data_files' : 'ducklake_merge_adjacent_files';
  const table = options.table
    ? `, ${quoteLiteral(options.table.name)}, schema => ${quoteLiteral(options.table.schema)}`
    : '';
  const rows = await reader.rows<{ files_processed: string; files_created: string }>(
    `CALL ${name}('${LAKE}'${table}${threshold})`,
  );
  const processed = sum(rows.map((row) => row.files_processed));
  const created = sum(rows.map((row) => row.files_created));
  return report(step, processed, created, 0, `${many(processed, 'file')} written anew as ${created}`);
}

async function planRewrite(reader: RowReader, options: MaintenanceOptions): Promise<MaintenanceReport> {
  const ids = await idsOf(reader, options);
  const [found] = await reader.rows<{ files: string; bytes: string }>(
    `SELECT count(*) AS files, coalesce(sum(f.file_size_bytes * d.delete_count / f.record_count), 0)::BIGINT AS bytes
     FROM ${METADATA}.ducklake_data_file f JOIN ${METADATA}.ducklake_delete_file d USING (data_file_id)
     WHERE f.end_snapshot IS NULL AND d.end_snapshot IS NULL AND d.delete_count >= f.record_count * ${DELETE_THRESHOLD}
       AND f.table_id IN (${ids})`,
  );
  const files = Number(found?.files ?? 0);
  return report(
    'rewrite',
    files,
    files,
    Number(found?.bytes ?? 0),
    `${many(files, 'file')} with deleted rows would be written anew`,
  );
}

async function planMerge(reader: RowReader, options: MaintenanceOptions): Promise<MaintenanceReport> {
  const ids = await idsOf(reader, options);
  const [found] = await reader.rows<{ before: string; after: string }>(
    `SELECT coalesce(sum(files), 0) AS "before", coalesce(sum(ceil(bytes / ${SMALL_FILE * 4}.0)), 0)::BIGINT AS "after" FROM (
       SELECT count(*) AS files, sum(file_size_bytes) AS bytes FROM (
         SELECT f.*, (SELECT string_agg(v.partition_value, '/' ORDER BY v.partition_key_index)
           FROM ${METADATA}.ducklake_file_partition_value v WHERE v.data_file_id = f.data_file_id) AS place
         FROM ${METADATA}.ducklake_data_file f
         WHERE f.end_snapshot IS NULL AND f.file_size_bytes < ${SMALL_FILE} AND f.table_id IN (${ids}))
       GROUP BY table_id, partition_id, place HAVING count(*) > 1)`,
  );
  const files = Number(found?.before ?? 0);
  return report(
    'merge',
    files,
    Number(found?.after ?? 0),
    0,
    `${many(files, 'small file')} could become about ${found?.after ?? 0}`,
  );
}

async function planExpire(reader: RowReader, options: MaintenanceOptions): Promise<MaintenanceReport> {
  const snapshots = await reader.rows<{ snapshot_id: string }>(
    `CALL ducklake_expire_snapshots('${LAKE}', dry_run => true, older_than => TIMESTAMPTZ ${quoteLiteral(before(options))})`,
  );
  const ids = snapshots.map((row) => row.snapshot_id).join(', ');
  if (ids === '') return report('expire', 0, 0, 0, 'No snapshot is that old');
  const [found] = await reader.rows<{ files: string; bytes: string }>(
    `SELECT count(*) AS files, coalesce(sum(file_size_bytes), 0)::BIGINT AS bytes FROM (
       SELECT begin_snapshot, end_snapshot, file_size_bytes FROM ${METADATA}.ducklake_data_file UNION ALL
       SELECT begin_snapshot, end_snapshot, file_size_bytes FROM ${METADATA}.ducklake_delete_file) f
     WHERE f.end_snapshot IS NOT NULL AND NOT EXISTS (
       FROM ${METADATA}.ducklake_snapshot s
       WHERE s.snapshot_id >= f.begin_snapshot AND s.snapshot_id < f.end_snapshot AND s.snapshot_id NOT IN (${ids}))`,
  );
  const files = Number(found?.files ?? 0);
  return report(
    'expire',
    snapshots.length,
    files,
    Number(found?.bytes ?? 0),
    `${many(snapshots.length, 'snapshot')} would expire: time travel to them ends, and ${many(files, 'file')} would come free`,
  );
}

function before(options: MaintenanceOptions): string {
  if (options.olderThan !== undefined && !Number.isNaN(Date.parse(options.olderThan))) return options.olderThan;
  throw new MillraceError({
    code: 'BAD_REQUEST',
    message: 'Snapshots expire by age, and no age was given.',
    hint: 'Say how old a snapshot must be, for example 30 days.',
  });
}

function cleanSql(dry: boolean): string {
  return `CALL ducklake_cleanup_old_files('${LAKE}', cleanup_all => true${dry ? ', dry_run => true' : ''})`;
}

function orphansSql(dry: boolean, options: MaintenanceOptions): string {
  const age = options.team ? DAY_MILLISECONDS : 60_000;
  const older = new Date(Date.now() - age).toISOString();
  return `CALL ducklake_delete_orphaned_files('${LAKE}', older_than => TIMESTAMPTZ '${older}'${dry ? ', dry_run => true' : ''})`;
}

async function paths(reader: RowReader, sql: string): Promise<string[]> {
  return (await reader.rows<{ path: string }>(sql)).map((row) => row.path);
}

async function filesReport(step: MaintenanceStep, files: string[], text: string): Promise<MaintenanceReport> {
  const sizes = await Promise.all(files.map(sizeOf));
  return report(step, files.length, files.length, sum(sizes), `${many(files.length, 'file')} ${text}`);
}

/** Bytes of a local file; what lies in a bucket, or has gone already, counts nothing. */
async function sizeOf(file: string): Promise<number> {
  if (/^[a-z0-9]+:\/\//i.test(file)) return 0;
  return stat(file).then(
    (found) => found.size,
    () => 0,
  );
}

async function tablesOf(reader: RowReader, options: MaintenanceOptions): Promise<CatalogTable[]> {
  const tables = await readTables(reader, options.table);
  if (tables.length > 0 || !options.table) return tables;
  throw new MillraceError({
    code: 'NOT_FOUND',
    message: `The lake has no table ${shownTable(options.table)}.`,
    hint: '`millrace lake tables` lists those that it has.',
  });
}

async function idsOf(reader: RowReader, options: MaintenanceOptions): Promise<string> {
  return (await tablesOf(reader, options)).map((table) => table.id).join(', ') || 'NULL';
}

function report(step: MaintenanceStep, count: number, files: number, bytes: number, text: string): MaintenanceReport {
  return { step, count, files, bytes, text: `${text}.` };
}

/** `No rows`, `1 row`, `20 rows`. */
function many(count: number, what: string): string {
  return `${count === 0 ? 'No' : count} ${what}${count === 1 ? '' : 's'}`;
}

function sum(values: (string | number)[]): number {
  return values.reduce<number>((total, value) => total + Number(value), 0);
}
