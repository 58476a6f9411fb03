import { skipToken } from '../../../shared/sql/split';

/** A string in a SQL text that stands where a table would: `from 'data/orders.csv'`. */
export interface PathReference {
  /** Offsets of the token with its quotes, in UTF-16 units. */
  start: number;
  end: number;
  path: string;
  /** Whether an alias is written, so that none has to be added. */
  aliased: boolean;
  /** Stands after DESCRIBE or SUMMARIZE, where a function needs FROM before it. */
  bare: boolean;
}

/** A name in front of a dot where a table would stand: the database in `from stock.main.items`. */
export interface DatabaseReference {
  start: number;
  end: number;
  name: string;
}

interface Token {
  start: number;
  end: number;
  text: string;
  /** Upper case for words. */
  word: string;
  kind: 'word' | 'string' | 'name' | 'sign';
}

/** Words that may follow a table and are no alias. */
const AFTER_TABLE = new Set(
  `WHERE GROUP ORDER LIMIT OFFSET HAVING WINDOW QUALIFY UNION INTERSECT EXCEPT JOIN INNER LEFT RIGHT FULL CROSS NATURAL
  ASOF SEMI ANTI POSITIONAL ON USING TABLESAMPLE SAMPLE SELECT FROM FETCH PIVOT UNPIVOT AT SET RETURNING WHEN TO
  WITH VALUES FOR INTO INCLUDE LATERAL OUTER IN DESCRIBE SUMMARIZE`.split(/\s+/),
);

/** Words after which a table stands at once. */
const BEFORE_TABLE = new Set(
  'FROM JOIN TABLE PIVOT UNPIVOT PIVOT_WIDER PIVOT_LONGER SUMMARIZE DESCRIBE USING'.split(' '),
);

/** Words that end the list of tables of a FROM. */
const ENDS_TABLES = new Set(
  'WHERE GROUP ORDER LIMIT OFFSET HAVING WINDOW QUALIFY UNION INTERSECT EXCEPT SELECT SET RETURNING VALUES ON'.split(
    ' ',
  ),
);

/**
 * Finds the strings and databases that stand in the place of tables: after FROM, JOIN, a comma between tables, PIVOT,
 * UNPIVOT, DESCRIBE and SUMMARIZE, with comments, other strings and dollar quotes passed over. `x in ('a')`, function
 * arguments and `extract(year from '2024-01-01')` are left alone.
 */
export function findReferences(sql: string): { paths: PathReference[]; databases: DatabaseReference[] } {
  const tokens = tokenize(sql);
  const paths: PathReference[] = [];
  const databases: DatabaseReference[] = [];
  const scopes: { inTables: boolean; call: string }[] = [{ inTables: false, call: '' }];
  tokens.forEach((token, index) => {
    const scope = scopes.at(-1) as { inTables: boolean; call: string };
    if (token.text === '(') scopes.push({ inTables: tableBefore(tokens, index, scope), call: callName(tokens, index) });
    else if (token.text === ')') popScope(scopes);
    else if (token.text === ';') scopes.splice(0, scopes.length, { inTables: false, call: '' });
    else if (token.kind === 'word' && startsTables(token, scope)) scope.inTables = true;
    else if (token.kind === 'word' && ENDS_TABLES.has(token.word)) scope.inTables = false;
    if (token.kind === 'sign' || !tableBefore(tokens, index, scope)) return;
    if (token.kind === 'string') paths.push(pathReference(sql, tokens, index));
    else if (tokens[index + 1]?.text === '.' && !BEFORE_TABLE.has(token.word)) {
      databases.push({ start: token.start, end: token.end, name: nameOf(token) });
    }
  });
  return { paths: paths.filter((found) => found.path !== ''), databases };
}

function popScope(scopes: { inTables: boolean; call: string }[]): void {
  if (scopes.length > 1) scopes.pop();
}

function startsTables(token: Token, scope: { call: string }): boolean {
  return (token.word === 'FROM' && !isFromArgument(scope.call)) || token.word === 'JOIN';
}

/** Functions whose arguments hold a FROM that reads no table. */
function isFromArgument(call: string): boolean {
  return ['EXTRACT', 'SUBSTRING', 'TRIM', 'OVERLAY', 'POSITION'].includes(call);
}

function callName(tokens: Token[], open: number): string {
  const before = tokens[open - 1];
  return before?.kind === 'word' && !AFTER_TABLE.has(before.word) && !BEFORE_TABLE.has(before.word) ? before.word : '';
}

/** Whether a table may start at the token. */
function tableBefore(tokens: Token[], index: number, scope: { inTables: boolean; call: string }): boolean {
  const before = tokens[index - 1];
  if (!before) return false;
  if (before.text === ':' && tokens[index - 2] && scope.inTables) return tableBefore(tokens, index - 2, scope);
  if (before.text === '(') return scope.inTables && scope.call === '' && tokens[index - 2]?.kind !== 'name';
  if (before.text === ',') return scope.inTables && scope.call === '';
  if (before.kind !== 'word' || !BEFORE_TABLE.has(before.word)) return false;
  switch (before.word) {
    case 'FROM':
      return !isFromArgument(scope.call) && !isDistinctFrom(tokens, index - 1);
    case 'USING':
      return mergeUsing(tokens, index - 1);
    case 'TABLE':
      return startsStatement(tokens, index - 1);
    default:
      return true;
  }
}

/** `a is distinct from 'x'` compares. */
function isDistinctFrom(tokens: Token[], from: number): boolean {
  return tokens[from - 1]?.word === 'DISTINCT' && ['IS', 'NOT'].includes(tokens[from - 2]?.word ?? '');
}

function mergeUsing(tokens: Token[], using: number): boolean {
  for (let index = using - 1; index >= 0 && tokens[index]?.text !== ';'; index -= 1) {
    const word = tokens[index]?.word;
    if (word === 'MERGE' || word === 'DELETE') return true;
    if (word === 'JOIN' || word === 'SELECT' || word === 'PIVOT') return false;
  }
  return false;
}

function startsStatement(tokens: Token[], index: number): boolean {
  const before = tokens[index - 1];
  return (
    !before ||
    before.text === ';' ||
    before.text === '(' ||
    before.word === 'EXPLAIN' ||
    before.word === 'ANALYZE' ||
    before.word === 'AS'
  );
}

function pathReference(sql: string, tokens: Token[], index: number): PathReference {
  const token = tokens[index] as Token;
  const after = tokens[index + 1];
  const before = tokens[index - 1];
  const isAlias =
    after?.kind === 'name' || after?.kind === 'string' || (after?.kind === 'word' && !AFTER_TABLE.has(after.word));
  return {
    // TABLE takes names alone: FROM takes its place.
    start: before?.word === 'TABLE' ? before.start : token.start,
    end: token.end,
    path: textOf(sql.slice(token.start, token.end)),
    aliased: isAlias || before?.text === ':',
    bare: ['DESCRIBE', 'SUMMARIZE', 'TABLE'].includes(before?.word ?? ''),
  };
}

/** The text of a plain string, E-string or dollar-quoted string; empty for one that is not closed. */
function textOf(token: string): string {
  const dollar = /^(\$[^$]*\$)([\s\S]*)\1$/.exec(token);
  if (dollar) return dollar[2] ?? '';
  const plain = /^'([\s\S]*)'$/.exec(token);
  if (plain) return (plain[1] ?? '').replaceAll("''", "'");
  // Paths with escapes (E'…') are left to DuckDB.
  return '';
}

function nameOf(token: Token): string {
  return token.kind === 'name' ? token.text.slice(1, -1).replaceAll('""', '"') : token.text;
}

function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < sql.length; ) {
    const end = skipToken(sql, at);
    const text = sql.slice(at, end);
    if (!/^\s/.test(text) && !text.startsWith('--') && !text.startsWith('/*')) {
      const kind = kindOf(text);
      tokens.push({ start: at, end, text, word: kind === 'word' ? text.toUpperCase() : '', kind });
    }
    at = end;
  }
  return tokens;
}

function kindOf(text: string): Token['kind'] {
  if (/^[eE]?'/.test(text) || /^\$[^$]*\$/.test(text)) return 'string';
  if (text.startsWith('"')) return 'name';
  return /^[\p{L}_]/u.test(text) ? 'word' : 'sign';
}
