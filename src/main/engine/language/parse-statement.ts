import { type StatementSpan, splitStatements } from '../../../shared/sql/split';
import { QUERY_STARTS, SET_OPERATORS } from './keywords';
import { nameText } from './names';
import { parseFromClause } from './parse-from';
import { parseSelectList } from './parse-select-list';
import type { ClauseName, CommonTable, Creation, FromItem, Query, Select, StatementModel } from './statement-model';
import { closingIndex, followsDot, isName, isSymbol, isWord, type Token, tokenize } from './tokens';

/** Reads every statement of a text, however unfinished: what cannot be understood is passed over. */
export function parseText(text: string): StatementModel[] {
  return splitStatements(text).map((span) => parseStatement(text, span));
}

/** Reads the statement at `span`. Offsets in the model count from the start of the whole text. */
export function parseStatement(text: string, span: StatementSpan): StatementModel {
  const tokens = tokenize(text.slice(span.start, span.end)).map((token) => ({
    ...token,
    start: token.start + span.start,
    end: token.end + span.start,
  }));
  const begin = skipExplain(tokens);
  const verb = tokens[begin]?.value ?? '';
  const model: StatementModel = { ...span, tokens, verb, query: emptyQuery(span.start, span.end) };
  const creates = verb === 'create' ? parseCreation(tokens, begin) : undefined;
  if (creates) {
    model.creates = creates.creation;
    if (creates.creation.query) model.query = creates.creation.query;
    model.query.start = span.start;
    model.query.end = span.end;
    return model;
  }
  model.query = parseQuery(tokens, begin, tokens.length, span.end);
  model.query.start = span.start;
  const first = model.query.selects[0];
  if (first && model.query.commonTables.length === 0) first.start = span.start;
  return model;
}

function skipExplain(tokens: Token[]): number {
  let at = 0;
  if (isWord(tokens[at], 'explain')) at += 1;
  if (at > 0 && isWord(tokens[at], 'analyze')) at += 1;
  return at;
}

function emptyQuery(start: number, end: number): Query {
  return { start, end, commonTables: [], selects: [] };
}

/** Reads a query from `tokens[from, to)`; `end` is the offset up to which a cursor still stands in it. */
export function parseQuery(tokens: Token[], from: number, to: number, end: number): Query {
  const query = emptyQuery(tokens[from]?.start ?? end, end);
  let at = from;
  if (isWord(tokens[at], 'with')) at = parseCommonTables(tokens, at + 1, to, end, query.commonTables);
  while (at < to) {
    const next = findSetOperator(tokens, at, to);
    const selectEnd = next < to ? (tokens[next]?.start ?? end) : end;
    query.selects.push(parseSelect(tokens, at, next, selectEnd));
    at = next;
    while (at < to && isWord(tokens[at], 'union', 'except', 'intersect', 'all', 'distinct', 'by', 'name')) at += 1;
    if (at >= to && next < to) query.selects.push(parseSelect(tokens, at, to, end));
  }
  return query;
}

function findSetOperator(tokens: Token[], from: number, to: number): number {
  for (let at = from; at < to; at += 1) {
    const token = tokens[at];
    if (isOpening(token)) at = closingIndex(tokens, at, to);
    else if (token?.kind === 'word' && SET_OPERATORS.has(token.value)) return at;
  }
  return to;
}

function parseCommonTables(tokens: Token[], from: number, to: number, end: number, into: CommonTable[]): number {
  let at = from;
  if (isWord(tokens[at], 'recursive')) at += 1;
  while (at < to && isName(tokens[at])) {
    const table: CommonTable = { name: tokens[at] as Token, columns: [] };
    into.push(table);
    at += 1;
    if (isSymbol(tokens[at], '(')) {
      const close = closingIndex(tokens, at, to);
      table.columns = tokens
        .slice(at + 1, close)
        .filter(isName)
        .map((token) => token.value);
      at = close + 1;
    }
    while (at < to && isWord(tokens[at], 'as', 'not', 'materialized')) at += 1;
    if (!isSymbol(tokens[at], '(')) return at;
    const close = closingIndex(tokens, at, to);
    table.query = parseQuery(tokens, at + 1, close, tokens[close]?.start ?? end);
    table.query.start = (tokens[at] as Token).end;
    at = close + 1;
    if (!isSymbol(tokens[at], ',')) return at;
    at += 1;
  }
  return at;
}

const CLAUSES: Record<string, ClauseName> = {
  where: 'where',
  having: 'having',
  qualify: 'qualify',
  group: 'group',
  order: 'order',
  window: 'window',
  limit: 'limit',
  offset: 'limit',
  values: 'values',
  returning: 'returning',
  set: 'set',
  on: 'on',
  when: 'where',
};

/** Reads one SELECT, INSERT, UPDATE, DELETE, MERGE, COPY, PIVOT… from `tokens[from, to)`. */
function parseSelect(tokens: Token[], from: number, to: number, end: number): Select {
  const start = tokens[from]?.start ?? end;
  const select: Select = { start, end, items: [], from: [], clauses: [], nested: [], pivoted: false };
  let at = from;
  while (at < to) {
    const token = tokens[at] as Token;
    const next =
      token.kind === 'word' && !followsDot(tokens, at) ? parseClause(tokens, at, to, end, select) : undefined;
    at = next ?? scanExpression(tokens, at, at + 1, to, end, select);
  }
  return select;
}

function parseClause(tokens: Token[], at: number, to: number, end: number, select: Select): number | undefined {
  const token = tokens[at] as Token;
  const open = (name: ClauseName) => select.clauses.push({ name, start: token.end });
  const followed = tokens[at + 1];
  if (token.value === 'select') {
    open('select');
    return parseSelectList(tokens, at + 1, to, end, select, parseQuery);
  }
  if (
    isWord(token, 'from', 'pivot', 'unpivot', 'summarize', 'describe', 'call') ||
    (isWord(token, 'using') && at > 0)
  ) {
    if (isWord(token, 'pivot', 'unpivot')) select.pivoted = true;
    open('from');
    return parseFromClause(tokens, at + 1, to, end, select, parseQuery);
  }
  if (isWord(token, 'insert', 'merge', 'update', 'delete', 'alter', 'drop', 'truncate', 'copy')) {
    return parseTarget(tokens, at, to, end, select);
  }
  const clause = CLAUSES[token.value];
  if (!clause || isSymbol(followed, '.')) return undefined;
  open(clause);
  return isWord(followed, 'by') ? at + 2 : at + 1;
}

/** Reads the relation that a writing statement names: `insert into t (a, b)`, `update t`, `delete from t`. */
function parseTarget(tokens: Token[], from: number, to: number, end: number, select: Select): number {
  const verb = tokens[from]?.value ?? '';
  let at = from + 1;
  while (isWord(tokens[at], 'or', 'replace', 'ignore', 'into', 'from', 'table', 'view', 'if', 'exists')) at += 1;
  if (verb === 'copy' && isSymbol(tokens[at], '(')) return at;
  select.clauses.push({
    name: verb === 'update' || verb === 'delete' ? 'from' : 'table',
    start: tokens[at - 1]?.end ?? end,
  });
  if (!isName(tokens[at])) return at;
  const holder: Select = { ...select, from: [], clauses: [], nested: select.nested };
  const stop = verb === 'insert' ? nameEnd(tokens, at, to) : to;
  const next = parseFromClause(tokens, at, stop, end, holder, parseQuery);
  const target = holder.from[0];
  if (!target) return next;
  if (verb === 'update' || verb === 'delete' || verb === 'merge') select.from.push(...holder.from);
  else select.target = target;
  if (verb === 'insert') return parseInsertColumns(tokens, next, to, end, select);
  return next;
}

function nameEnd(tokens: Token[], from: number, to: number): number {
  let at = from + 1;
  while (at < to && isSymbol(tokens[at], '.')) at += isName(tokens[at + 1]) ? 2 : 1;
  return at;
}

function parseInsertColumns(tokens: Token[], from: number, to: number, end: number, select: Select): number {
  let at = from;
  if (
    isSymbol(tokens[at], '(') &&
    !(tokens[at + 1]?.kind === 'word' && QUERY_STARTS.has(tokens[at + 1]?.value ?? ''))
  ) {
    select.clauses.push({ name: 'insert-columns', start: (tokens[at] as Token).end });
    at = closingIndex(tokens, at, to) + 1;
    const close = tokens[at - 1];
    select.clauses.push({ name: 'other', start: close && at <= to ? close.end : end + 1 });
  } else {
    select.clauses.push({ name: 'other', start: tokens[at - 1]?.end ?? end });
  }
  return at;
}

/** Passes over one token, or over a whole bracket, and keeps the queries that stand in it. */
function scanExpression(tokens: Token[], at: number, next: number, to: number, end: number, select: Select): number {
  if (!isOpening(tokens[at])) return next;
  const close = closingIndex(tokens, at, to);
  collectNested(tokens, at, close, tokens[close]?.start ?? end, select.nested);
  return close + 1;
}

/** Collects the queries in brackets of `tokens[open, close]`, the bracket at `open` included. */
export function collectNested(tokens: Token[], open: number, close: number, end: number, into: Query[]): void {
  const inside = tokens[open + 1];
  if (
    isSymbol(tokens[open], '(') &&
    inside?.kind === 'word' &&
    QUERY_STARTS.has(inside.value) &&
    !isCallName(tokens, open + 1)
  ) {
    const query = parseQuery(tokens, open + 1, close, end);
    query.start = (tokens[open] as Token).end;
    into.push(query);
    return;
  }
  for (let at = open + 1; at < close; at += 1) {
    if (!isOpening(tokens[at])) continue;
    const inner = closingIndex(tokens, at, close);
    collectNested(tokens, at, inner, tokens[inner]?.start ?? end, into);
    at = inner;
  }
}

function isCallName(tokens: Token[], at: number): boolean {
  return isWord(tokens[at], 'values', 'table', 'show', 'describe', 'insert', 'update') && isSymbol(tokens[at + 1], ',');
}

export function isOpening(token: Token | undefined): boolean {
  return isSymbol(token, '(') || isSymbol(token, '[') || isSymbol(token, '{');
}

function parseCreation(tokens: Token[], from: number): { creation: Creation } | undefined {
  let at = from + 1;
  while (isWord(tokens[at], 'or', 'replace', 'temp', 'temporary', 'persistent', 'unique', 'recursive')) at += 1;
  const word = tokens[at]?.value ?? '';
  const kind = word === 'table' || word === 'view' ? word : word === 'macro' || word === 'function' ? 'macro' : 'other';
  at += 1;
  while (isWord(tokens[at], 'if', 'not', 'exists')) at += 1;
  const name: Token[] = [];
  const stop = isName(tokens[at]) ? nameEnd(tokens, at, tokens.length) : at;
  for (; at < stop; at += 1) if (isName(tokens[at])) name.push(tokens[at] as Token);
  const creation: Creation = { kind, name, columns: [] };
  if (isSymbol(tokens[at], '(')) {
    const close = closingIndex(tokens, at);
    if (kind === 'table' || kind === 'view') creation.columns = readDefinitions(tokens, at + 1, close);
    at = close + 1;
  }
  const asAt = tokens.findIndex((token, index) => index >= at && isWord(token, 'as'));
  const end = (tokens.at(-1)?.end ?? 0) + 1;
  if (asAt >= 0) {
    const body = isWord(tokens[asAt + 1], 'table') && kind === 'macro' ? asAt + 2 : asAt + 1;
    creation.query = parseQuery(tokens, body, tokens.length, end);
  }
  return { creation };
}

const CONSTRAINT_WORDS = new Set(['primary', 'foreign', 'unique', 'check', 'constraint']);
const TYPE_ENDS = new Set([
  'not',
  'null',
  'primary',
  'unique',
  'check',
  'default',
  'references',
  'collate',
  'generated',
  'as',
]);

function readDefinitions(tokens: Token[], from: number, to: number): { name: string; type: string }[] {
  const columns: { name: string; type: string }[] = [];
  let at = from;
  while (at < to) {
    let stop = at;
    while (stop < to && !isSymbol(tokens[stop], ','))
      stop = isOpening(tokens[stop]) ? closingIndex(tokens, stop, to) + 1 : stop + 1;
    const name = tokens[at];
    if (isName(name) && !(name.kind === 'word' && CONSTRAINT_WORDS.has(name.value))) {
      const typeEnd = tokens.findIndex(
        (token, index) => index > at && (index >= stop || (token.kind === 'word' && TYPE_ENDS.has(token.value))),
      );
      const type = tokens
        .slice(at + 1, typeEnd < 0 ? stop : typeEnd)
        .map((token) => token.text)
        .join(' ');
      columns.push({ name: nameText(name), type: type.replace(/ ?([(),[\]]) ?/g, '$1').toUpperCase() });
    }
    at = stop + 1;
  }
  return columns;
}

/** The relation items of a statement at any depth, with the query each stands in. */
export function allFromItems(query: Query): FromItem[] {
  const items: FromItem[] = [];
  const visit = (inner: Query) => {
    for (const table of inner.commonTables) if (table.query) visit(table.query);
    for (const select of inner.selects) {
      if (select.target) items.push(select.target);
      for (const item of select.from) {
        items.push(item);
        if (item.source.kind === 'query') visit(item.source.query);
      }
      select.nested.forEach(visit);
    }
  };
  visit(query);
  return items;
}
