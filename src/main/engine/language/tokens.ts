import { skipToken } from '../../../shared/sql/split';

/**
 * - `word` an unquoted name or keyword, `name` a quoted one, `string` any string literal
 * - `symbol` an operator or a bracket, cut by DuckDB's rules, so that `->>`, `::` and `|>` are one token each
 */
export type TokenKind = 'word' | 'name' | 'string' | 'number' | 'parameter' | 'comment' | 'symbol';

/** A lexical token at `[start, end)` of the text, in UTF-16 units. */
export interface Token {
  kind: TokenKind;
  start: number;
  end: number;
  text: string;
  /** A word in lower case, a quoted name or string without its quotes, anything else as it stands. */
  value: string;
  /** A string or quoted name without its closing quote: the text ended inside it. */
  open: boolean;
}

const OPERATOR = /^[+\-*/<>=~!@#%^&|`?]+/;
/** PostgreSQL's rule: only an operator that holds one of these may end in `+` or `-`. */
const KEEPS_SIGN = /[~!@#%^&|`?]/;
const NUMBER = /^(?:0[xX][\da-fA-F_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/;
const WORD_START = /[\p{L}_]/u;

/** The tokens of a SQL text without blanks; comments too where `comments` is set. Never throws: any text has tokens. */
export function tokenize(sql: string, options: { comments?: boolean } = {}): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    if (/\s/.test(sql[at] ?? '')) {
      at += 1;
      continue;
    }
    const token = readToken(sql, at, tokens.at(-1));
    if (token.kind !== 'comment' || options.comments) tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function readToken(sql: string, at: number, before: Token | undefined): Token {
  const two = sql.slice(at, at + 2);
  const first = sql[at] ?? '';
  if (two === '--' || two === '/*') return make(sql, 'comment', at, skipToken(sql, at));
  if (two === '::' || two === ':=') return make(sql, 'symbol', at, at + 2);
  if (first === "'" || first === '"' || first === '$' || /^[eE]'/.test(two)) return readQuoted(sql, at);
  if (/\d/.test(first) || (first === '.' && /\d/.test(two[1] ?? '') && !endsName(before, at))) {
    const number = NUMBER.exec(sql.slice(at, at + 128))?.[0] ?? first;
    return make(sql, 'number', at, at + number.length);
  }
  if (WORD_START.test(String.fromCodePoint(sql.codePointAt(at) ?? 0))) return make(sql, 'word', at, skipToken(sql, at));
  const operator = OPERATOR.exec(sql.slice(at, at + 32))?.[0];
  return make(sql, 'symbol', at, at + (operator ? operatorLength(operator) : 1));
}

/** Whether a dot at `at` goes on a name (`t.1`), so that it does not begin a number. */
function endsName(before: Token | undefined, at: number): boolean {
  return before?.end === at && (before.kind === 'word' || before.kind === 'name');
}

function operatorLength(run: string): number {
  const comment = /--|\/\*/.exec(run);
  let operator = comment ? run.slice(0, comment.index) : run;
  if (!KEEPS_SIGN.test(operator)) {
    while (operator.length > 1 && /[+-]$/.test(operator)) operator = operator.slice(0, -1);
  }
  return operator.length;
}

function readQuoted(sql: string, at: number): Token {
  const end = skipToken(sql, at);
  const text = sql.slice(at, end);
  if (text.startsWith('$')) return readDollar(sql, at, end, text);
  const quote = text.startsWith('"') ? '"' : "'";
  const opening = text.startsWith(quote) ? 1 : 2;
  const open = !closes(text.slice(opening), quote, opening === 2);
  const inner = text.slice(opening, open ? undefined : -1).replaceAll(quote + quote, quote);
  return { kind: quote === '"' ? 'name' : 'string', start: at, end, text, value: inner, open };
}

function readDollar(sql: string, at: number, end: number, text: string): Token {
  const tag = /^\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/u.exec(text)?.[0];
  if (tag) {
    const open = text.length < tag.length * 2 || !text.endsWith(tag);
    return {
      kind: 'string',
      start: at,
      end,
      text,
      value: text.slice(tag.length, open ? undefined : -tag.length),
      open,
    };
  }
  return make(sql, text.length > 1 ? 'parameter' : 'symbol', at, end);
}

function closes(body: string, quote: string, backslash: boolean): boolean {
  let at = 0;
  while (at < body.length) {
    if (backslash && body[at] === '\\') at += 2;
    else if (body[at] !== quote) at += 1;
    else if (body[at + 1] === quote) at += 2;
    else return true;
  }
  return false;
}

function make(sql: string, kind: TokenKind, start: number, end: number): Token {
  const text = sql.slice(start, end);
  return { kind, start, end, text, value: kind === 'word' ? text.toLowerCase() : text, open: false };
}

/** Whether the token is the given symbol. */
export function isSymbol(token: Token | undefined, symbol: string): boolean {
  return token?.kind === 'symbol' && token.text === symbol;
}

/** Whether the token is one of the given lower-case words. */
export function isWord(token: Token | undefined, ...words: string[]): boolean {
  return token?.kind === 'word' && words.includes(token.value);
}

/** Whether the token can be (part of) a name: a word or a quoted name. */
export function isName(token: Token | undefined): token is Token {
  return token?.kind === 'word' || token?.kind === 'name';
}

/** The index of the bracket that closes the one at `index`, or `limit` where the text ends before it. */
export function closingIndex(tokens: readonly Token[], index: number, limit = tokens.length): number {
  let depth = 0;
  for (let at = index; at < limit; at += 1) {
    const token = tokens[at];
    if (token?.kind !== 'symbol') continue;
    if (token.text === '(' || token.text === '[' || token.text === '{') depth += 1;
    if (token.text === ')' || token.text === ']' || token.text === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return limit;
}

/** Whether the token goes on a dotted name (`t.order`). With a blank between, as in `o. from t`, it does not. */
export function followsDot(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  return isSymbol(before, '.') && before?.end === tokens[index]?.start;
}
