import type { Lake } from '../lake/lake';
import { METADATA } from '../lake/lake-names';

/** The schemas of the lake, read from its catalog alone; none where it is not attached. */
export async function lakeSchemas(lake: Lake): Promise<string[]> {
  if (!lake.isAttached) return [];
  return lake.reading(async (connection) => {
    const rows = await connection.rows<{ name: string }>(
      `SELECT schema_name AS name FROM ${METADATA}.ducklake_schema WHERE end_snapshot IS NULL`,
    );
    return rows.map((row) => row.name);
  });
}
