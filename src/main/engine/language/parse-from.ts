import { JOIN_WORDS, NO_ALIAS, QUERY_STARTS } from './keywords';
import type { FromItem, Query, Select, Source } from './statement-model';
import { closingIndex, isName, isSymbol, isWord, type Token } from './tokens';

type ParseQuery = (tokens: Token[], from: number, to: number, end: number) => Query;

const FROM_ENDS = new Set(
  'select where group having qualify window order limit offset returning set values sample when union except intersect'.split(
    ' ',
  ),
);

/** Reads FROM items, joins and their conditions into `select`, up to the next clause; returns where that begins. */
export function parseFromClause(
  tokens: Token[],
  from: number,
  to: number,
  end: number,
  select: Select,
  parseQuery: ParseQuery,
): number {
  let at = from;
  while (at < to) {
    const token = tokens[at] as Token;
    if (token.kind === 'word' && FROM_ENDS.has(token.value) && !isSymbol(tokens[at + 1], '.')) return at;
    if (isWord(token, 'using') && isWord(tokens[at + 1], 'sample')) return passTo(tokens, at + 2, to);
    if (isSymbol(token, ',') || (token.kind === 'word' && JOIN_WORDS.has(token.value))) {
      select.clauses.push({ name: 'from', start: token.end });
      at += 1;
    } else if (isWord(token, 'on')) {
      select.clauses.push({ name: 'on', start: token.end });
      at = parseCondition(tokens, at + 1, to, end, select, parseQuery);
    } else if (isWord(token, 'using')) {
      at = parseUsing(tokens, at, to, end, select);
    } else if (isWord(token, 'pivot', 'unpivot')) {
      select.pivoted = true;
      at = isSymbol(tokens[at + 1], '(') ? closingIndex(tokens, at + 1, to) + 1 : at + 1;
    } else {
      at = parseItem(tokens, at, to, end, select, parseQuery);
    }
  }
  return at;
}

function passTo(tokens: Token[], from: number, to: number): number {
  let at = from;
  while (at < to && !(tokens[at]?.kind === 'word' && FROM_ENDS.has((tokens[at] as Token).value))) at += 1;
  return at;
}

function parseUsing(tokens: Token[], at: number, to: number, end: number, select: Select): number {
  const using = tokens[at] as Token;
  if (!isSymbol(tokens[at + 1], '(')) {
    // `delete from t using s`, `merge into t using s`: another relation
    const isJoin = at + 1 >= to;
    select.clauses.push({ name: isJoin ? 'using' : 'from', start: using.end });
    return at + 1;
  }
  const close = closingIndex(tokens, at + 1, to);
  select.clauses.push({ name: 'using', start: using.end });
  if (close < to) select.clauses.push({ name: 'from', start: tokens[close]?.end ?? end });
  return close + 1;
}

/** A join condition runs to the next join, to a comma or to the end of the FROM clause. */
function parseCondition(
  tokens: Token[],
  from: number,
  to: number,
  end: number,
  select: Select,
  parseQuery: ParseQuery,
): number {
  let at = from;
  while (at < to) {
    const token = tokens[at] as Token;
    if (isSymbol(token, ',')) return at;
    if (token.kind === 'word' && !isSymbol(tokens[at + 1], '.') && !isSymbol(tokens[at + 1], '(')) {
      if (FROM_ENDS.has(token.value) || JOIN_WORDS.has(token.value) || isWord(token, 'using', 'pivot', 'unpivot'))
        return at;
    }
    if (isSymbol(token, '(')) {
      const close = closingIndex(tokens, at, to);
      nestedIn(tokens, at, close, end, select, parseQuery);
      at = close;
    }
    at += 1;
  }
  return at;
}

function nestedIn(
  tokens: Token[],
  open: number,
  close: number,
  end: number,
  select: Select,
  parseQuery: ParseQuery,
): void {
  for (let at = open; at < close; at += 1) {
    if (!isSymbol(tokens[at], '(') || !beginsQuery(tokens[at + 1])) continue;
    const inner = closingIndex(tokens, at, close);
    const query = parseQuery(tokens, at + 1, inner, tokens[inner]?.start ?? end);
    query.start = (tokens[at] as Token).end;
    select.nested.push(query);
    at = inner;
  }
}

function beginsQuery(token: Token | undefined): boolean {
  return token?.kind === 'word' && QUERY_STARTS.has(token.value);
}

function parseItem(
  tokens: Token[],
  from: number,
  to: number,
  end: number,
  select: Select,
  parseQuery: ParseQuery,
): number {
  let at = from;
  let prefix: Token | undefined;
  if (isName(tokens[at]) && isSymbol(tokens[at + 1], ':') && at + 2 < to) {
    prefix = tokens[at];
    at += 2;
  }
  const first = tokens[at] as Token;
  if (isSymbol(first, '(') && !beginsQuery(tokens[at + 1])) {
    // A join tree in brackets: its relations are in scope as if the brackets were not there.
    const close = closingIndex(tokens, at, to);
    let inner = at + 1;
    while (inner < close) inner = Math.max(parseFromClause(tokens, inner, close, end, select, parseQuery), inner + 1);
    return close + 1;
  }
  const read = readSource(tokens, at, to, end, parseQuery);
  if (!read) return at + 1;
  const item: FromItem = {
    source: read.source,
    columnAliases: [],
    start: first.start,
    end: tokens[read.next - 1]?.end ?? end,
  };
  if (prefix) item.alias = prefix;
  select.from.push(item);
  return readAlias(tokens, read.next, to, item);
}

function readSource(
  tokens: Token[],
  at: number,
  to: number,
  end: number,
  parseQuery: ParseQuery,
): { source: Source; next: number } | undefined {
  const first = tokens[at] as Token;
  if (first.kind === 'string') return { source: { kind: 'file', path: first.value, token: first }, next: at + 1 };
  if (isSymbol(first, '(')) {
    const close = closingIndex(tokens, at, to);
    const query = parseQuery(tokens, at + 1, close, tokens[close]?.start ?? end);
    query.start = first.end;
    return { source: { kind: 'query', query }, next: close + 1 };
  }
  if (!isName(first)) return undefined;
  const parts = [first];
  let next = at + 1;
  while (next < to && isSymbol(tokens[next], '.')) {
    const part = tokens[next + 1];
    // After a dot any word goes on the name, but not one on a later line: that is the next clause.
    if (next + 1 >= to || !isName(part) || (tokens[next] as Token).end !== part.start)
      return { source: { kind: 'name', parts }, next: next + 1 };
    parts.push(part);
    next += 2;
  }
  if (!isSymbol(tokens[next], '(') || next >= to) return { source: { kind: 'name', parts }, next };
  const close = closingIndex(tokens, next, to);
  const callEnd = tokens[close]?.end ?? end;
  const source: Source = {
    kind: 'call',
    name: parts.at(-1)?.value ?? '',
    parts,
    argumentsStart: (tokens[next] as Token).end,
    end: callEnd,
  };
  return { source, next: close + 1 };
}

function readAlias(tokens: Token[], from: number, to: number, item: FromItem): number {
  let at = from;
  if (isWord(tokens[at], 'at') && isSymbol(tokens[at + 1], '(')) at = closingIndex(tokens, at + 1, to) + 1;
  if (isWord(tokens[at], 'tablesample'))
    at = isSymbol(tokens[at + 1], '(') ? closingIndex(tokens, at + 1, to) + 1 : at + 2;
  const explicit = isWord(tokens[at], 'as');
  const candidate = tokens[explicit ? at + 1 : at];
  const inRange = (explicit ? at + 1 : at) < to;
  if (
    inRange &&
    isName(candidate) &&
    (candidate.kind === 'name' || !NO_ALIAS.has(candidate.value)) &&
    !FROM_ENDS.has(candidate.kind === 'word' ? candidate.value : '')
  ) {
    item.alias = candidate;
    at += explicit ? 2 : 1;
  } else if (explicit) {
    return at + 1;
  }
  if (item.alias && at < to && isSymbol(tokens[at], '(')) {
    const close = closingIndex(tokens, at, to);
    item.columnAliases = tokens
      .slice(at + 1, close)
      .filter(isName)
      .map((token) => (token.kind === 'name' ? token.value : token.text));
    at = close + 1;
  }
  item.end = tokens[at - 1]?.end ?? item.end;
  return at;
}
