/** A statement made ready for DuckDB by another part, for example with its file names spelled out. */
export interface PreparedSql {
  sql: string;
  /** Turns an offset in `sql` into one in the statement as it was written; UTF-16 units. */
  toOriginal(offset: number): number;
}
