import { type DuckDBDataChunk, type DuckDBType, DuckDBTypeId, JsonDuckDBValueConverter } from '@duckdb/node-api';

/** A value as JSON holds it: BIGINT, HUGEINT and DECIMAL as strings, dates and times in ISO 8601. */
export type JsonValue = unknown;

const TIMESTAMPS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
  DuckDBTypeId.TIMESTAMP_TZ,
]);

/** The chunk's rows as objects by column name; of equal names the last one wins, so name them apart in the SQL. */
export function jsonRows(
  chunk: DuckDBDataChunk,
  names: readonly string[],
  types: readonly DuckDBType[],
): Record<string, JsonValue>[] {
  const rows: Record<string, JsonValue>[] = Array.from({ length: chunk.rowCount }, () => ({}));
  names.forEach((name, column) => {
    const values = chunk.convertColumnValues(column, JsonDuckDBValueConverter);
    const isTimestamp = TIMESTAMPS.has(types[column]?.typeId ?? DuckDBTypeId.INVALID);
    values.forEach((value, row) => {
      const target = rows[row];
      if (target) target[name] = isTimestamp && typeof value === 'string' ? isoTimestamp(value) : value;
    });
  });
  return rows;
}

/** `2025-01-01 12:00:00.5+02` as `2025-01-01T12:00:00.5+02:00`. */
function isoTimestamp(text: string): string {
  return text.replace(/^(\S+) (\d)/, '$1T$2').replace(/([+-]\d\d)$/, '$1:00');
}
