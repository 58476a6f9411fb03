import { parseStatement } from './parse-statement';
import { statementSpanAt } from './statement-at';
import type { ClauseName, CommonTable, FromItem, Query, Select, StatementModel } from './statement-model';

/** What can be seen from a place in a statement. */
export interface Scope {
  select: Select | undefined;
  clause: ClauseName | 'start';
  /** The relations of the innermost query first; those of outer queries follow where a subquery may refer to them. */
  levels: FromItem[][];
  /** The queries of WITH that may be named here, the nearest first. */
  commonTables: CommonTable[];
}

/** The statement that a cursor at `offset` is in, or undefined where a new one begins. */
export function modelAt(text: string, offset: number): StatementModel | undefined {
  const span = statementSpanAt(text, offset);
  return span && parseStatement(text, span);
}

/** Finds the innermost query at `offset` and what can be named there. */
export function scopeAt(model: StatementModel, offset: number): Scope {
  const scope: Scope = { select: undefined, clause: 'start', levels: [], commonTables: [] };
  descend(model.query, offset, scope);
  return scope;
}

function descend(query: Query, offset: number, scope: Scope): void {
  for (const [index, table] of query.commonTables.entries()) {
    if (!table.query || !holds(table.query, offset)) continue;
    // Inside the body of one: it sees itself (recursion) and those before it, and no relation of the outer query.
    scope.commonTables.unshift(...query.commonTables.slice(0, index + 1).reverse());
    scope.levels = [];
    descend(table.query, offset, scope);
    return;
  }
  scope.commonTables.unshift(...[...query.commonTables].reverse());
  const select = selectAt(query, offset);
  if (!select) return;
  scope.select = select;
  scope.clause = select.clauses.filter((clause) => clause.start <= offset).at(-1)?.name ?? 'start';
  for (const item of select.from) {
    if (item.source.kind !== 'query' || !holds(item.source.query, offset)) continue;
    scope.levels = [];
    descend(item.source.query, offset, scope);
    return;
  }
  scope.levels.unshift(select.from);
  const nested = select.nested.find((inner) => holds(inner, offset));
  if (nested) descend(nested, offset, scope);
}

function holds(query: Query, offset: number): boolean {
  return query.start <= offset && offset <= query.end;
}

function selectAt(query: Query, offset: number): Select | undefined {
  const before = query.selects.filter((select) => select.start <= offset);
  return before.at(-1) ?? (query.commonTables.length > 0 ? undefined : query.selects[0]);
}
