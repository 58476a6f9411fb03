import type { LakeColumn, LakeFile, LakeTableName, LakeTablePage, PartitionField } from '../../../shared/lake';
import { METADATA } from '../lake-names';
import type { RowReader } from '../write/table-shape';
import { findTable } from './find-table';
import { readSnapshots } from './snapshots';

/** Everything that the head of a table's page shows. Throws NOT_FOUND. */
export async function readTablePage(reader: RowReader, name: LakeTableName): Promise<LakeTablePage> {
  const { id, ...table } = await findTable(reader, name);
  const columns = await readColumns(reader, table);
  const partition = await readPartition(reader, id);
  const [lastSnapshot] = await readSnapshots(reader, table, { limit: 1 });
  const [ddl] = await reader.rows<{ sql: string }>(
    `SELECT sql FROM duckdb_tables() WHERE database_name = 'lake' AND schema_name = $schema AND table_name = $name`,
    { schema: table.schema, name: table.name },
  );
  return {
    ...table,
    columns,
    partition,
    ddl: (ddl?.sql ?? '').replaceAll(' DEFAULT(NULL)', ''),
    ...(lastSnapshot === undefined ? {} : { lastSnapshot }),
  };
}

async function readColumns(reader: RowReader, table: LakeTableName): Promise<LakeColumn[]> {
  const rows = await reader.rows<{
    name: string;
    type: string;
    nullable: boolean;
    value: string | null;
    comment: string | null;
  }>(
    `SELECT column_name AS "name", data_type AS "type", is_nullable AS nullable, column_default AS "value", comment
     FROM duckdb_columns()
     WHERE database_name = 'lake' AND schema_name = $schema AND table_name = $name ORDER BY column_index`,
    { schema: table.schema, name: table.name },
  );
  return rows.map((row) => ({
    name: row.name,
    type: row.type,
    nullable: row.nullable,
    ...(row.value === null || row.value === 'NULL' ? {} : { default: row.value }),
    ...(row.comment === null ? {} : { comment: row.comment }),
  }));
}

/** The current partitioning of a table by its id in the catalog. */
export async function readPartition(reader: RowReader, id: number): Promise<PartitionField[]> {
  const rows = await reader.rows<{ column: string; transform: string }>(
    `SELECT c.column_name AS "column", p.transform FROM ${METADATA}.ducklake_partition_column p
     JOIN ${METADATA}.ducklake_partition_info i USING (partition_id)
     JOIN ${METADATA}.ducklake_column c ON c.table_id = i.table_id AND c.column_id = p.column_id AND c.end_snapshot IS NULL
     WHERE i.table_id = ${id} AND i.end_snapshot IS NULL ORDER BY p.partition_key_index`,
  );
  return rows.map((row) => {
    const bucket = /^bucket\((\d+)\)$/.exec(row.transform);
    if (bucket) return { column: row.column, transform: 'bucket', buckets: Number(bucket[1]) };
    return { column: row.column, transform: row.transform as PartitionField['transform'] };
  });
}

/** Data files of the current version, the largest first. */
export async function readFiles(reader: RowReader, name: LakeTableName, limit = 1000): Promise<LakeFile[]> {
  const table = await findTable(reader, name);
  const rows = await reader.rows<{
    path: string;
    bytes: string;
    rows: string;
    deleted: string;
    snapshot: string;
    partition: string | null;
  }>(
    `SELECT f.path, f.file_size_bytes::VARCHAR AS bytes, f.record_count::VARCHAR AS "rows", f.begin_snapshot::VARCHAR AS snapshot,
       coalesce((SELECT sum(delete_count) FROM ${METADATA}.ducklake_delete_file d
         WHERE d.data_file_id = f.data_file_id AND d.end_snapshot IS NULL), 0)::VARCHAR AS deleted,
       (SELECT string_agg(v.partition_value, ' / ' ORDER BY v.partition_key_index) FROM ${METADATA}.ducklake_file_partition_value v
         WHERE v.data_file_id = f.data_file_id) AS partition
     FROM ${METADATA}.ducklake_data_file f WHERE f.table_id = ${table.id} AND f.end_snapshot IS NULL
     ORDER BY f.file_size_bytes DESC, f.data_file_id LIMIT ${limit}`,
  );
  return rows.map((row) => ({
    path: row.path,
    bytes: Number(row.bytes),
    rows: Number(row.rows),
    deleted: Number(row.deleted),
    snapshot: Number(row.snapshot),
    ...(row.partition === null ? {} : { partition: row.partition }),
  }));
}
