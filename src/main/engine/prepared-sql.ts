/** A statement made ready for DuckDB by another part, for example with its file names spelled out. */
export interface PreparedSql {
  sql: string;
  /** Turns an offset in `sql` into one in the statement as it was written; UTF-16 units. */
  toOriginal(offset: number): number;
  /** Rows beyond these were not asked for, as the connection gives no more at once. */
  limited?: { at: number; connection: string };
}

/** Makes a statement ready. With a `fetchLimit` a query straight from connections stops there: 'own' is their own number. */
export type PrepareSql = (sql: string, options?: { fetchLimit?: number | 'own' }) => Promise<PreparedSql>;
