import { readdir } from 'node:fs/promises';
import { errorShape } from '../../../shared/errors';
import type { TableFolder, TableFolderVersion } from '../../../shared/lake';
import { quoteLiteral } from '../../../shared/sql/quote';
import { escapeGlob } from '../files/file-paths';
import type { RowReader } from '../write/table-shape';

/** Formats of Spark's output that are read, by the extension of its part files. */
const PART_READERS: Record<string, string> = {
  parquet: 'read_parquet',
  csv: 'read_csv',
  json: 'read_json',
};

/**
 * Tells whether a folder, local (absolute) or in a bucket, is one table that another engine wrote: Delta by its
 * `_delta_log`, Iceberg by its `metadata/`, output of Spark by `_SUCCESS`. Undefined for every other folder.
 */
export async function detectTableFolder(reader: RowReader, folder: string): Promise<TableFolder | undefined> {
  const path = folder.replace(/\/+$/, '');
  const names = await topNames(reader, path);
  if (names === undefined) return undefined;
  if (names.has('_delta_log')) {
    const [commit] = await matches(reader, path, '_delta_log/*.json', 1);
    if (commit !== undefined) return { format: 'delta', path, relation: `delta_scan(${quoteLiteral(path)})` };
  }
  if (names.has('metadata')) {
    const place = await icebergPlace(reader, path);
    if (place !== undefined) return { format: 'iceberg', path, relation: icebergRelation(place) };
  }
  return names.has('_SUCCESS') ? sparkOutput(reader, path) : undefined;
}

/** The versions of a table folder, the newest first, each with what a worksheet writes after FROM to read it. */
export async function tableFolderVersions(reader: RowReader, folder: TableFolder): Promise<TableFolderVersion[]> {
  if (folder.format === 'delta') return deltaVersions(reader, folder.path);
  if (folder.format === 'iceberg') return icebergVersions(reader, folder.path);
  return [];
}

/** What lies directly in the folder; undefined where it is no folder that can be listed. */
async function topNames(reader: RowReader, path: string): Promise<Set<string> | undefined> {
  if (!isRemote(path)) {
    return readdir(path).then(
      (names) => new Set(names),
      () => undefined, // No folder, or none that may be read: whoever opens it says so.
    );
  }
  const found = new Set<string>();
  for (const [name, pattern] of [
    ['_delta_log', '_delta_log/*.json'],
    ['metadata', 'metadata/*.metadata.json'],
    ['_SUCCESS', '_SUCCESS'],
  ] as const) {
    if ((await matches(reader, path, pattern, 1)).length > 0) found.add(name);
  }
  return found;
}

async function matches(reader: RowReader, path: string, pattern: string, limit: number): Promise<string[]> {
  const rows = await reader.rows<{ file: string }>(
    `SELECT file FROM glob(${quoteLiteral(`${escapeGlob(path)}/${pattern}`)}) ORDER BY file DESC LIMIT ${limit}`,
  );
  return rows.map((row) => row.file);
}

/** The folder where it has the hint that readers go by; else its newest metadata file. */
async function icebergPlace(reader: RowReader, path: string): Promise<string | undefined> {
  if ((await matches(reader, path, 'metadata/version-hint.text', 1)).length > 0) return path;
  const files = await matches(reader, path, 'metadata/*.metadata.json', 10_000);
  return files.sort((a, b) => versionOf(b) - versionOf(a))[0];
}

/** `v12.metadata.json` and `00012-<uuid>.metadata.json`. */
function versionOf(file: string): number {
  return Number(/\/v?(\d+)[^/]*\.metadata\.json$/.exec(file)?.[1] ?? -1);
}

function icebergRelation(place: string, snapshot?: string): string {
  const version = snapshot === undefined ? '' : `, snapshot_from_id => ${snapshot}`;
  const moved = place.endsWith('.json') ? '' : ', allow_moved_paths => true';
  return `iceberg_scan(${quoteLiteral(place)}${moved}${version})`;
}

async function sparkOutput(reader: RowReader, path: string): Promise<TableFolder | undefined> {
  const [part] = await matches(reader, path, '**/part-*', 1);
  const extension = /\.(parquet|csv|json)(?:\.(?:gz|zst))?$/.exec(part ?? '')?.[1];
  const read = extension === undefined ? undefined : PART_READERS[extension];
  if (part === undefined || read === undefined) return undefined;
  const pattern = quoteLiteral(`${escapeGlob(path)}/**/part-*`);
  const hive = part.slice(path.length).includes('=') ? ', hive_partitioning => true' : '';
  return { format: 'spark', path, relation: `${read}(${pattern}${hive})` };
}

async function deltaVersions(reader: RowReader, path: string): Promise<TableFolderVersion[]> {
  const rows = await reader.rows<{ version: string; time: string | null; operation: string | null }>(
    `WITH logs AS (
       SELECT regexp_extract(file, '(\\d+)\\.json$', 1)::BIGINT AS version, file
       FROM glob(${quoteLiteral(`${escapeGlob(path)}/_delta_log/*.json`)})
     ), commits AS (
       SELECT filename AS file, json->'$.commitInfo' AS info
       FROM read_ndjson_objects(${quoteLiteral(`${escapeGlob(path)}/_delta_log/*.json`)}, filename => true)
       WHERE (json->'$.commitInfo') IS NOT NULL
     )
     SELECT version::VARCHAR AS version, info->>'$.operation' AS operation,
       to_timestamp((info->>'$.timestamp')::BIGINT / 1000.0) AS "time"
     FROM logs LEFT JOIN commits USING (file) ORDER BY logs.version DESC`,
  );
  return rows.map((row) => ({
    id: row.version,
    relation: `delta_scan(${quoteLiteral(path)}, version => ${row.version})`,
    ...(row.time === null ? {} : { time: new Date(row.time).toISOString() }),
    ...(row.operation === null ? {} : { operation: row.operation }),
  }));
}

async function icebergVersions(reader: RowReader, path: string): Promise<TableFolderVersion[]> {
  const place = (await icebergPlace(reader, path)) ?? path;
  try {
    const rows = await reader.rows<{ id: string; time: string; operation: string | null }>(
      `SELECT snapshot_id::VARCHAR AS id, timestamp_ms::TIMESTAMPTZ AS "time", operation
       FROM iceberg_snapshots(${quoteLiteral(place)}) ORDER BY timestamp_ms DESC, sequence_number DESC`,
    );
    return rows.map((row) => ({
      id: row.id,
      relation: icebergRelation(place, row.id),
      time: new Date(row.time).toISOString(),
      ...(row.operation === null ? {} : { operation: row.operation }),
    }));
  } catch (error) {
    // A table that was made and never written has no snapshot to list.
    if (/no snapshot/i.test(errorShape(error).message)) return [];
    throw error;
  }
}

function isRemote(path: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(path);
}
