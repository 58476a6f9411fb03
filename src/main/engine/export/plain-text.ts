import { type DuckDBType, DuckDBTypeId } from '@duckdb/node-api';

/**
 * The SQL of a value's text as DuckDB writes and reads it. A zoned timestamp whose offset has seconds (local mean time,
 * before standard time came) is written in UTC: DuckDB leaves the seconds off, which makes another moment of it.
 */
export function plainText(type: DuckDBType, ref: string): string {
  const text = `CAST(${ref} AS VARCHAR)`;
  if (type.typeId !== DuckDBTypeId.TIMESTAMP_TZ) return text;
  const utc = `CAST(timezone('UTC', ${ref}) AS VARCHAR) || '+00'`;
  return `CASE WHEN datepart('timezone', ${ref}) % 60 <> 0 THEN ${utc} ELSE ${text} END`;
}
