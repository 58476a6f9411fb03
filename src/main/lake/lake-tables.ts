import { errorShape } from '../../shared/errors';
import type { LakeTableInfo, LakeTableName } from '../../shared/lake';
import { quoteIdentifier } from '../../shared/sql/quote';
import { INTERNAL_SCHEMA, METADATA } from './lake-names';
import type { RowReader } from './write/table-shape';

interface TableRow {
  id: string;
  schema: string;
  name: string;
  rows: string;
  files: string;
  bytes: string;
  deleted: string;
  deleteFiles: string;
  comment: string | null;
}

/** A table as the catalog knows it, with its id there. */
export interface CatalogTable extends LakeTableInfo {
  id: number;
  deletedRows: number;
  deleteFiles: number;
}

/** Tables of the lake with rows and sizes, read from the catalog alone: no data file is opened. */
export async function readTables(reader: RowReader, only?: LakeTableName): Promise<CatalogTable[]> {
  const rows = await reader.rows<TableRow>(tablesSql(only !== undefined), only && { ...only });
  const inlined = await readInlined(reader, only === undefined ? undefined : rows.map((row) => row.id));
  return rows.map((row) => {
    const small = inlined.get(row.id) ?? { rows: 0, deletes: 0 };
    const table: CatalogTable = {
      id: Number(row.id),
      schema: row.schema,
      name: row.name,
      rows: Number(row.rows) - Number(row.deleted) - small.deletes + small.rows,
      files: Number(row.files),
      bytes: Number(row.bytes),
      inlinedRows: small.rows,
      deletedRows: Number(row.deleted) + small.deletes,
      deleteFiles: Number(row.deleteFiles),
    };
    if (row.comment !== null) table.comment = row.comment;
    return table;
  });
}

function tablesSql(only: boolean): string {
  return `
    WITH data AS (
      SELECT table_id, sum(record_count) AS row_count, count(*) AS files, sum(file_size_bytes) AS bytes
      FROM ${METADATA}.ducklake_data_file WHERE end_snapshot IS NULL GROUP BY table_id
    ), removed AS (
      SELECT table_id, sum(delete_count) AS row_count, count(*) AS files, sum(file_size_bytes) AS bytes
      FROM ${METADATA}.ducklake_delete_file WHERE end_snapshot IS NULL GROUP BY table_id
    )
    SELECT t.table_id::VARCHAR AS id, s.schema_name AS "schema", t.table_name AS "name",
      coalesce(data.row_count, 0)::VARCHAR AS "rows", coalesce(data.files, 0)::VARCHAR AS files,
      (coalesce(data.bytes, 0) + coalesce(removed.bytes, 0))::VARCHAR AS bytes,
      coalesce(removed.row_count, 0)::VARCHAR AS deleted, coalesce(removed.files, 0)::VARCHAR AS "deleteFiles",
      (SELECT max("value") FROM ${METADATA}.ducklake_tag tag
       WHERE tag.object_id = t.table_id AND tag.end_snapshot IS NULL AND tag.key = 'comment') AS comment
    FROM ${METADATA}.ducklake_table t
    JOIN ${METADATA}.ducklake_schema s USING (schema_id)
    LEFT JOIN data USING (table_id)
    LEFT JOIN removed USING (table_id)
    WHERE t.end_snapshot IS NULL AND s.end_snapshot IS NULL AND s.schema_name <> '${INTERNAL_SCHEMA}'
      ${only ? 'AND lower(s.schema_name) = lower($schema) AND lower(t.table_name) = lower($name)' : ''}
    ORDER BY s.schema_name, t.table_name`;
}

interface Inlined {
  rows: number;
  deletes: number;
}

/** Rows, and deletes of rows in files, that lie in the catalog itself; each table has tables of its own for them. */
async function readInlined(reader: RowReader, only: string[] | undefined): Promise<Map<string, Inlined>> {
  const found = new Map<string, Inlined>();
  const add = (id: string, more: Partial<Inlined>) => {
    const so = found.get(id) ?? { rows: 0, deletes: 0 };
    found.set(id, { rows: so.rows + (more.rows ?? 0), deletes: so.deletes + (more.deletes ?? 0) });
  };
  const names = await reader.rows<{ id: string; name: string }>(
    `SELECT table_id::VARCHAR AS id, table_name AS "name" FROM ${METADATA}.ducklake_inlined_data_tables`,
  );
  const counts = names
    .filter((one) => only === undefined || only.includes(one.id))
    .map(
      (one) =>
        `SELECT '${one.id}' AS id, count(*) AS found FROM ${METADATA}.${quoteIdentifier(one.name)} WHERE end_snapshot IS NULL`,
    );
  if (counts.length > 0) {
    const rows = await reader.rows<{ id: string; found: string }>(counts.join(' UNION ALL '));
    for (const row of rows) add(row.id, { rows: Number(row.found) });
  }
  for (const id of await inlinedDeletes(reader, only)) {
    add(id, { deletes: await countInlinedDeletes(reader, id) });
  }
  return found;
}

async function countInlinedDeletes(reader: RowReader, id: string): Promise<number> {
  try {
    const [row] = await reader.rows<{ found: string }>(
      `SELECT count(*) AS found FROM ${METADATA}.ducklake_inlined_delete_${id}
       JOIN ${METADATA}.ducklake_data_file ON data_file_id = file_id WHERE end_snapshot IS NULL`,
    );
    return Number(row?.found ?? 0);
  } catch (error) {
    // Deletes of rows that were inlined themselves leave no such table.
    if (errorShape(error).code === 'SQL_BIND') return 0;
    throw error;
  }
}

/** Tables with deletes in the catalog; there is no list of them but what the snapshots say. */
async function inlinedDeletes(reader: RowReader, only: string[] | undefined): Promise<string[]> {
  const changed = await reader.rows<{ id: string }>(
    `SELECT DISTINCT unnest(regexp_extract_all(changes_made, 'inlined_delete:(\\d+)', 1)) AS id
     FROM ${METADATA}.ducklake_snapshot_changes WHERE contains(changes_made, 'inlined_delete:')`,
  );
  return changed.map((row) => row.id).filter((id) => /^\d+$/.test(id) && (only === undefined || only.includes(id)));
}
