import { MillraceError } from '../../../shared/errors';
import type { LakeSnapshot, LakeTableName, LakeVersion } from '../../../shared/lake';
import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import { METADATA } from '../lake-names';
import type { RowReader } from '../write/table-shape';

interface SnapshotRow {
  id: string;
  time: string;
  changes: string;
  author: string | null;
  message: string | null;
  extra: string | null;
}

/** What DuckLake writes in `changes_made`, in words. */
const WORDS: Record<string, string> = {
  created_table: 'created',
  inserted_into_table: 'inserted',
  inlined_insert: 'inserted',
  deleted_from_table: 'deleted',
  inlined_delete: 'deleted',
  altered_table: 'altered',
  dropped_table: 'dropped',
  compacted_table: 'compacted',
  merge_adjacent: 'compacted',
  rewrite_delete: 'compacted',
  flushed_inlined: 'flushed',
};

const UPKEEP = new Set(['compacted', 'flushed']);

/**
 * The snapshots that touched a table, the newest first, also those of tables of that name that were dropped since.
 * They are told from each other by the ids that the changes name.
 */
export async function readSnapshots(
  reader: RowReader,
  table: LakeTableName,
  options: { limit?: number; before?: number } = {},
): Promise<LakeSnapshot[]> {
  const ids = await tableIds(reader, table);
  const created = `"${table.schema.replaceAll('"', '""')}"."${table.name.replaceAll('"', '""')}"`;
  const touches = [`contains(lower(changes_made), lower(${quoteLiteral(`created_table:${created}`)}))`];
  if (ids.length > 0) {
    touches.push(
      `len(list_intersect(regexp_extract_all(changes_made, '[a-z_]+:(\\d+)', 1), [${ids.map(quoteLiteral).join(', ')}])) > 0`,
    );
  }
  const rows = await reader.rows<SnapshotRow>(
    `SELECT snapshot_id::VARCHAR AS id, snapshot_time::TIMESTAMPTZ AS "time", changes_made AS changes, author,
       commit_message AS message, commit_extra_info AS extra
     FROM ${METADATA}.ducklake_snapshot JOIN ${METADATA}.ducklake_snapshot_changes USING (snapshot_id)
     WHERE (${touches.join(' OR ')}) ${options.before === undefined ? '' : `AND snapshot_id < ${Math.trunc(options.before)}`}
     ORDER BY snapshot_id DESC LIMIT ${Math.trunc(options.limit ?? 200)}`,
  );
  const counts = await countRows(reader, ids);
  return rows.map((row) => toSnapshot(row, ids, created, counts));
}

/** Every id that a table of this name has had. */
async function tableIds(reader: RowReader, table: LakeTableName): Promise<string[]> {
  const rows = await reader.rows<{ id: string }>(
    `SELECT DISTINCT table_id::VARCHAR AS id FROM ${METADATA}.ducklake_table t
     JOIN ${METADATA}.ducklake_schema s USING (schema_id)
     WHERE lower(s.schema_name) = lower($schema) AND lower(t.table_name) = lower($name)`,
    { schema: table.schema, name: table.name },
  );
  return rows.map((row) => row.id);
}

interface Counts {
  added: Map<string, number>;
  removed: Map<string, number>;
}

/** Rows that each snapshot brought in files or in the catalog, and rows that it took out by delete files. */
async function countRows(reader: RowReader, ids: string[]): Promise<Counts> {
  const counts: Counts = { added: new Map(), removed: new Map() };
  if (ids.length === 0) return counts;
  const inlined = await reader.rows<{ name: string }>(
    `SELECT table_name AS "name" FROM ${METADATA}.ducklake_inlined_data_tables WHERE table_id IN (${ids.join(', ')})`,
  );
  const added = [
    `SELECT begin_snapshot AS id, sum(record_count) AS found FROM ${METADATA}.ducklake_data_file WHERE table_id IN (${ids.join(', ')}) GROUP BY ALL`,
    ...inlined.map(
      (one) => `SELECT begin_snapshot, count(*) FROM ${METADATA}.${quoteIdentifier(one.name)} GROUP BY ALL`,
    ),
  ];
  const removed = [
    `SELECT f.end_snapshot AS id, sum(f.record_count - coalesce((SELECT max(p.delete_count) FROM ${METADATA}.ducklake_delete_file p
       WHERE p.data_file_id = f.data_file_id AND p.begin_snapshot < f.end_snapshot), 0)) AS found
     FROM ${METADATA}.ducklake_data_file f
     WHERE f.table_id IN (${ids.join(', ')}) AND f.end_snapshot IS NOT NULL GROUP BY ALL`,
    // A delete file holds those of the one before it too. One that stands for several snapshots tells of none of them.
    `SELECT d.begin_snapshot, sum(d.delete_count - coalesce((SELECT max(p.delete_count) FROM ${METADATA}.ducklake_delete_file p
       WHERE p.data_file_id = d.data_file_id AND p.end_snapshot = d.begin_snapshot), 0))
     FROM ${METADATA}.ducklake_delete_file d
     WHERE d.table_id IN (${ids.join(', ')}) AND NOT EXISTS (FROM ${METADATA}.ducklake_delete_file q
       WHERE q.table_id = d.table_id AND q.partial_max IS NOT NULL
         AND d.begin_snapshot BETWEEN q.begin_snapshot AND q.partial_max) GROUP BY ALL`,
    ...inlined.map(
      (one) =>
        `SELECT end_snapshot, count(*) FROM ${METADATA}.${quoteIdentifier(one.name)} WHERE end_snapshot IS NOT NULL GROUP BY ALL`,
    ),
  ];
  for (const [parts, map] of [
    [added, counts.added],
    [removed, counts.removed],
  ] as const) {
    const rows = await reader.rows<{ id: string; found: string }>(
      `SELECT id::VARCHAR AS id, sum(found)::VARCHAR AS found FROM (${parts.join(' UNION ALL ')}) GROUP BY ALL`,
    );
    for (const row of rows) map.set(row.id, Number(row.found));
  }
  return counts;
}

function toSnapshot(row: SnapshotRow, ids: string[], created: string, counts: Counts): LakeSnapshot {
  const changes = changesOf(row.changes, ids, created);
  const upkeep =
    changes.length > 0 &&
    changes.every((change) => UPKEEP.has(change) || change === 'deleted') &&
    changes.some((change) => UPKEEP.has(change));
  const snapshot: LakeSnapshot = { id: Number(row.id), time: new Date(row.time).toISOString(), changes, upkeep };
  if (row.author) snapshot.author = row.author;
  if (row.message) snapshot.message = row.message;
  const run = runOf(row.extra);
  if (run !== undefined) snapshot.run = run;
  const added = counts.added.get(row.id);
  const removed = counts.removed.get(row.id);
  if (!upkeep && added) snapshot.rowsAdded = added;
  if (!upkeep && removed) snapshot.rowsRemoved = removed;
  return snapshot;
}

/** `inserted_into_table:2,created_table:"raw"."orders"` as the words for this table. */
function changesOf(text: string, ids: string[], created: string): string[] {
  const words = new Set<string>();
  for (const [, kind = '', what = ''] of text.matchAll(/([a-z_]+):(\d+|"(?:[^"]|"")*"(?:\."(?:[^"]|"")*")?)/g)) {
    const isOwn = ids.includes(what) || what.toLowerCase() === created.toLowerCase();
    if (isOwn) words.add(WORDS[kind] ?? kind.replaceAll('_', ' '));
  }
  return [...words];
}

function runOf(extra: string | null): string | undefined {
  if (extra === null) return undefined;
  try {
    const parsed = JSON.parse(extra) as { run?: unknown };
    return typeof parsed.run === 'string' ? parsed.run : undefined;
  } catch {
    return undefined; // Another writer's own text.
  }
}

/** The number of a version; of a time, the newest snapshot at or before it. Throws NOT_FOUND. */
export async function resolveVersion(reader: RowReader, version: LakeVersion): Promise<number> {
  const condition =
    'version' in version
      ? `snapshot_id = ${Math.trunc(version.version)}`
      : `snapshot_time <= TIMESTAMPTZ ${quoteLiteral(version.time)}`;
  const [found] = await reader.rows<{ id: string }>(
    `SELECT snapshot_id::VARCHAR AS id FROM ${METADATA}.ducklake_snapshot WHERE ${condition} ORDER BY snapshot_id DESC LIMIT 1`,
  );
  if (found) return Number(found.id);
  throw new MillraceError({
    code: 'NOT_FOUND',
    message:
      'version' in version
        ? `The lake has no version ${version.version}; it may have expired.`
        : `The lake has no version as old as ${version.time}.`,
    hint: 'The list of snapshots shows the versions that are kept.',
  });
}
