import { NO_ALIAS } from './keywords';
import type { Query, Select, SelectItem } from './statement-model';
import { closingIndex, followsDot, isName, isSymbol, isWord, type Token } from './tokens';

type ParseQuery = (tokens: Token[], from: number, to: number, end: number) => Query;

const LIST_ENDS = new Set(
  'from where group having qualify window order limit offset union except intersect into'.split(' '),
);

/** Reads the select list after SELECT into `select`; returns the index of the clause that ends it. */
export function parseSelectList(
  tokens: Token[],
  from: number,
  to: number,
  end: number,
  select: Select,
  parseQuery: ParseQuery,
): number {
  let at = from;
  if (isWord(tokens[at], 'distinct', 'all')) at += 1;
  if (isWord(tokens[at], 'on') && isSymbol(tokens[at + 1], '(')) at = closingIndex(tokens, at + 1, to) + 1;
  let begin = at;
  while (at < to) {
    const token = tokens[at] as Token;
    if (endsList(tokens, at)) break;
    if (isSymbol(token, ',')) {
      addItem(tokens.slice(begin, at), select);
      begin = at + 1;
    } else if (isSymbol(token, '(') || isSymbol(token, '[') || isSymbol(token, '{')) {
      const close = closingIndex(tokens, at, to);
      collect(tokens, at, close, end, select, parseQuery);
      at = close;
    }
    at += 1;
  }
  const stop = Math.min(at, to);
  addItem(tokens.slice(begin, stop), select);
  return stop;
}

function endsList(tokens: Token[], at: number): boolean {
  const token = tokens[at];
  if (token?.kind !== 'word' || !LIST_ENDS.has(token.value)) return false;
  // `is distinct from x` is an operator; `x.order` and `"from"` are names
  if (token.value === 'from' && isWord(tokens[at - 1], 'distinct') && isWord(tokens[at - 2], 'is', 'not')) return false;
  return !followsDot(tokens, at);
}

function collect(
  tokens: Token[],
  open: number,
  close: number,
  end: number,
  select: Select,
  parseQuery: ParseQuery,
): void {
  const inside = tokens[open + 1];
  if (isSymbol(tokens[open], '(') && isWord(inside, 'select', 'from', 'with', 'values', 'pivot', 'unpivot')) {
    const query = parseQuery(tokens, open + 1, close, tokens[close]?.start ?? end);
    query.start = (tokens[open] as Token).end;
    select.nested.push(query);
    return;
  }
  for (let at = open + 1; at < close; at += 1) {
    if (!(isSymbol(tokens[at], '(') || isSymbol(tokens[at], '[') || isSymbol(tokens[at], '{'))) continue;
    const inner = closingIndex(tokens, at, close);
    collect(tokens, at, inner, end, select, parseQuery);
    at = inner;
  }
}

function addItem(tokens: Token[], select: Select): void {
  const first = tokens[0];
  const last = tokens.at(-1);
  if (!first || !last) return;
  const item: SelectItem = { start: first.start, end: last.end, tokens, star: isStar(tokens) };
  const alias = item.star ? undefined : itemAlias(tokens);
  if (alias) item.alias = alias;
  select.items.push(item);
}

function isStar(tokens: Token[]): boolean {
  if (isSymbol(tokens[0], '*')) return true;
  const dot = tokens.findIndex((token) => isSymbol(token, '*'));
  return (
    dot >= 2 &&
    isSymbol(tokens[dot - 1], '.') &&
    tokens.slice(0, dot - 1).every((token) => isName(token) || isSymbol(token, '.'))
  );
}

/** The name a select item goes by: `name: x`, `x as name`, `x name`, or the last part of a plain column. */
function itemAlias(tokens: Token[]): Token | undefined {
  const [first, second] = tokens;
  if (isName(first) && isSymbol(second, ':')) return first;
  const last = tokens.at(-1);
  const before = tokens.at(-2);
  if (!isName(last)) return undefined;
  if (isWord(before, 'as')) return last;
  if (!before || isSymbol(before, '.'))
    return tokens.every((token) => isName(token) || isSymbol(token, '.')) ? last : undefined;
  const endsValue = before.kind !== 'symbol' || isSymbol(before, ')') || isSymbol(before, ']') || isSymbol(before, '}');
  if (!endsValue || (last.kind === 'word' && NO_ALIAS.has(last.value))) return undefined;
  if (before.kind === 'word' && NO_ALIAS.has(before.value) && !isWord(before, 'end', 'null', 'true', 'false'))
    return undefined;
  return last;
}
