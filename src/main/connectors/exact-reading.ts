import type { Connector, OpenConnection } from './connector';

/** What a statement wants of a table. */
export interface ExactRequest {
  /** Below the connection: `['public', 'orders']`; one name alone is looked up by the server. */
  path: string[];
  /** Whether the statement may read the column of that name. */
  reads(column: string): boolean;
  /** The statement reads this one table and no more rows of it than these. */
  limit: number | undefined;
}

/**
 * A system some of whose values the engine's own reading would alter. Where a statement may read such, the relation is
 * replaced by a query that gives them exactly, or stops at the first that cannot be given.
 */
export interface ExactReading {
  /** SQL of a query of the engine, or undefined where its own reading is exact. */
  exactRelation(connection: OpenConnection, request: ExactRequest): Promise<string | undefined>;
  /** Why a statement must not write to the columns through the engine; undefined where it may. */
  inexactTarget(connection: OpenConnection, request: ExactRequest): Promise<string | undefined>;
}

export function isExactReading(connector: Connector): connector is Connector & ExactReading {
  return 'exactRelation' in connector;
}
