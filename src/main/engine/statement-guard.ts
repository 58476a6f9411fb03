/** A statement that is about to run in a worksheet. */
export interface GuardedStatement {
  sql: string;
  /** The database that names without one mean. */
  currentDatabase(): Promise<string>;
  /** Rows of a relation, as it is written in SQL; exact text. */
  countRows(relation: string): Promise<string>;
}

/**
 * Asked before each statement. Gives the connection whose writes are to wait in a transaction until the user commits
 * them; throws for a statement that must not run.
 */
export type StatementGuard = (statement: GuardedStatement) => Promise<string | undefined>;
