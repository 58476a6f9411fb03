import type { Token } from './tokens';

/** Where the rows of a FROM item come from. */
export type Source =
  | { kind: 'name'; parts: Token[] }
  | { kind: 'file'; path: string; token: Token }
  | { kind: 'call'; name: string; parts: Token[]; argumentsStart: number; end: number }
  | { kind: 'query'; query: Query }
  | { kind: 'unknown' };

/** One relation of a FROM clause, or the target of INSERT, UPDATE, DELETE. Offsets are UTF-16 units in the text. */
export interface FromItem {
  source: Source;
  alias?: Token;
  columnAliases: string[];
  start: number;
  end: number;
}

/** One entry of a select list. `star` is `*` or `t.*`, with whatever EXCLUDE or REPLACE follows. */
export interface SelectItem {
  start: number;
  end: number;
  tokens: Token[];
  alias?: Token;
  star: boolean;
}

/** What the words at a place are for; `from` is where a relation is named, `on` a join's condition. */
export type ClauseName =
  | 'select'
  | 'from'
  | 'on'
  | 'using'
  | 'where'
  | 'group'
  | 'having'
  | 'qualify'
  | 'window'
  | 'order'
  | 'limit'
  | 'values'
  | 'set'
  | 'returning'
  | 'insert-columns'
  | 'table'
  | 'other';

export interface Clause {
  name: ClauseName;
  start: number;
}

/** One SELECT (or FROM-first query, INSERT, UPDATE, DELETE…) between set operators. */
export interface Select {
  start: number;
  end: number;
  items: SelectItem[];
  from: FromItem[];
  clauses: Clause[];
  /** The relation that INSERT writes; not in scope for its query. */
  target?: FromItem;
  /** Queries in brackets inside its expressions. */
  nested: Query[];
  /** Holds PIVOT or UNPIVOT, whose columns cannot be told from the text. */
  pivoted: boolean;
}

export interface CommonTable {
  name: Token;
  columns: string[];
  query?: Query;
}

export interface Query {
  start: number;
  end: number;
  commonTables: CommonTable[];
  selects: Select[];
}

/** What a CREATE statement makes. */
export interface Creation {
  kind: 'table' | 'view' | 'macro' | 'other';
  name: Token[];
  /** Column definitions `(a INTEGER, …)` with their types as written. */
  columns: { name: string; type: string }[];
  query?: Query;
}

export interface StatementModel {
  start: number;
  end: number;
  tokens: Token[];
  query: Query;
  /** The statement's first word in lower case. */
  verb: string;
  creates?: Creation;
}
