import { MillraceError } from '../../shared/errors';
import { quoteIdentifier } from '../../shared/sql/quote';
import type { PreparedSql } from '../engine/prepared-sql';
import { significantTokens } from '../engine/statement';
import type { Connector, OpenConnection } from './connector';
import { isExactReading } from './exact-reading';
import { fetchLimitOf } from './fetch-limit';
import { columnReader, findRemoteRelations, type RemoteRelation, type StatementRelations } from './remote-relations';

/** What is needed of a project's connections. */
export interface KnownConnections {
  nameOf(alias: string): string | undefined;
  connectorOf(name: string): Connector;
  open(name: string): Promise<OpenConnection>;
}

const READING_VERBS: ReadonlySet<string> = new Set(['select', 'from', 'with', 'table', '(']);

/**
 * Makes a statement that names tables of connections ready for the engine: relations whose values the engine would
 * alter are read exactly, and a query straight from connections stops at their fetch limit.
 */
export class RemoteStatements {
  constructor(private readonly connections: KnownConnections) {}

  /**
   * `fetchLimit` is where a query straight from connections stops: 'own' is their own number. Throws UNSUPPORTED where the statement would
   * write a value that the engine alters, and what opening the connection throws.
   */
  async prepare(sql: string, fetchLimit?: number | 'own'): Promise<PreparedSql> {
    const relations = findRemoteRelations(sql, (name) => this.connections.nameOf(name) !== undefined);
    if (relations.remote.length === 0) return { sql, toOriginal: (at) => at };
    const limited = await this.limitOf(relations, fetchLimit);
    const ending = limited ? limitEnding(sql, limited.at) : undefined;
    const single = ending === undefined || !readsOneTable(sql, relations) ? undefined : limited?.at;
    const edits: Edit[] = [];
    for (const relation of relations.remote) {
      const edit = await this.exactEdit(sql, relation, relations.model.verb, single);
      if (edit) edits.push(edit);
    }
    const edited = applyEdits(sql, edits);
    if (!limited || ending === undefined) return edited;
    return { sql: `${edited.sql}${ending}`, toOriginal: edited.toOriginal, limited };
  }

  private async exactEdit(
    sql: string,
    relation: RemoteRelation,
    verb: string,
    limit: number | undefined,
  ): Promise<Edit | undefined> {
    const name = this.connections.nameOf(relation.alias);
    const connector = name === undefined ? undefined : this.connections.connectorOf(name);
    if (name === undefined || !connector || !isExactReading(connector)) return undefined;
    const connection = await this.connections.open(name);
    const request = { path: relation.path, reads: columnReader(sql, relation), limit };
    const isCopied = verb === 'copy' && /\bto\b/i.test(sql.slice(relation.end));
    if (relation.isTarget && !isCopied) {
      const reason = await connector.inexactTarget(connection, request);
      if (reason === undefined) return undefined;
      throw new MillraceError({
        code: 'UNSUPPORTED',
        message: reason,
        hint: `Let the server run it: call postgres_execute('${connection.alias}', '…').`,
      });
    }
    const query = await connector.exactRelation(connection, isCopied ? { ...request, reads: () => true } : request);
    if (query === undefined) return undefined;
    const { start, end } = relation;
    if (isCopied) return { start, end, text: `(${query})` };
    if (verb === 'summarize' || verb === 'describe') return { start, end, text: query };
    const alias = relation.calledAs === undefined ? ` AS ${quoteIdentifier(relation.path.at(-1) ?? '')}` : '';
    const isTable = verb === 'table';
    return { start: isTable ? 0 : start, end, text: `${isTable ? 'FROM ' : ''}(${query})${alias}` };
  }

  private async limitOf(
    relations: StatementRelations,
    asked: number | 'own' | undefined,
  ): Promise<PreparedSql['limited']> {
    const { model, remote, readsOthers } = relations;
    if (asked === undefined || readsOthers || !READING_VERBS.has(model.verb)) return undefined;
    const limits: { at: number; connection: string }[] = [];
    for (const { alias } of remote) {
      const name = this.connections.nameOf(alias);
      if (name === undefined) continue;
      const own = fetchLimitOf(await this.connections.open(name));
      if (own === undefined) return undefined;
      limits.push({ at: asked === 'own' ? own : asked, connection: name });
    }
    return limits.sort((a, b) => a.at - b.at)[0];
  }
}

/** What to write behind a query so that it ends there; undefined where it ends before by itself. */
function limitEnding(sql: string, at: number): string | undefined {
  const tokens = topLevel(sql);
  const limit = tokens.findIndex((token) => token === 'limit' || token === 'fetch');
  if (limit < 0) return tokens.includes('sample') || tokens.includes('tablesample') ? undefined : `\nLIMIT ${at}`;
  return undefined;
}

/** Words and signs outside of brackets, in lower case. */
function topLevel(sql: string): string[] {
  let depth = 0;
  return significantTokens(sql).flatMap(({ text }) => {
    if (text === ')') depth -= 1;
    const isTop = depth === 0;
    if (text === '(') depth += 1;
    return isTop ? [text.toLowerCase()] : [];
  });
}

const MORE_THAN_ROWS =
  /^(where|group|order|having|qualify|distinct|union|except|intersect|join|window|offset|limit|over|unnest|\()$/;

/** Whether the rows are those of one table as they come, so that the limit holds for the table as well. */
function readsOneTable(sql: string, { remote, model }: StatementRelations): boolean {
  const isSimple = remote.length === 1 && model.query.commonTables.length === 0 && model.query.selects.length === 1;
  return (
    isSimple && model.query.selects[0]?.from.length === 1 && !topLevel(sql).some((word) => MORE_THAN_ROWS.test(word))
  );
}

interface Edit {
  start: number;
  end: number;
  text: string;
}

function applyEdits(sql: string, edits: Edit[]): PreparedSql {
  const sorted = edits.toSorted((a, b) => a.start - b.start);
  let edited = '';
  let at = 0;
  const spans: (Edit & { from: number; to: number })[] = [];
  for (const edit of sorted) {
    edited += sql.slice(at, edit.start);
    spans.push({ ...edit, from: edited.length, to: edited.length + edit.text.length });
    edited += edit.text;
    at = edit.end;
  }
  edited += sql.slice(at);
  return {
    sql: edited,
    toOriginal(offset) {
      const inside = spans.find((span) => offset >= span.from && offset < span.to);
      if (inside) return inside.start;
      const before = spans.findLast((span) => offset >= span.to);
      return Math.min(sql.length, before ? offset - before.to + before.end : offset);
    },
  };
}
