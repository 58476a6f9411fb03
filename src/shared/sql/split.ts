/** A statement's place in a text: `[start, end)` in UTF-16 units, without the semicolon and the blank around it. */
export interface StatementSpan {
  start: number;
  end: number;
}

/**
 * Splits a SQL text into statements at semicolons outside of strings, quoted names, dollar quotes and comments, by
 * DuckDB's lexical rules (which are PostgreSQL's: nested block comments, `$tag$…$tag$`, `E'…'` with backslashes).
 * Leading comments belong to the statement they stand before. Empty statements are left out.
 */
export function splitStatements(sql: string): StatementSpan[] {
  const spans: StatementSpan[] = [];
  let start = 0;
  let hasToken = false;
  let at = 0;
  const close = (end: number) => {
    if (hasToken) spans.push(trim(sql, start, end));
    hasToken = false;
  };
  while (at < sql.length) {
    const next = skipToken(sql, at);
    if (sql[at] === ';') {
      close(at);
      start = next;
    } else if (!isBlank(sql, at)) {
      hasToken = true;
    }
    at = next;
  }
  close(sql.length);
  return spans;
}

/** The statement that holds the offset, or the nearest one before it; undefined in a text without statements. */
export function statementAt(sql: string, offset: number): StatementSpan | undefined {
  const spans = splitStatements(sql);
  const holding = spans.find((span) => offset >= span.start && offset <= span.end + 1);
  if (holding) return holding;
  const before = spans.filter((span) => span.end < offset);
  return before.at(-1) ?? spans[0];
}

/**
 * The end of the lexical token that starts at `at`: a whole string, quoted name, comment or dollar quote, else one
 * character or one word. An unclosed one reaches to the end of the text.
 */
export function skipToken(sql: string, at: number): number {
  const two = sql.slice(at, at + 2);
  if (two === '--') return endOf(sql, '\n', at + 2);
  if (two === '/*') return skipBlockComment(sql, at);
  const character = sql[at] ?? '';
  if ((character === 'E' || character === 'e') && sql[at + 1] === "'") return skipQuoted(sql, at + 1, "'", true);
  if (character === "'" || character === '"') return skipQuoted(sql, at, character, false);
  if (character === '$') return skipDollar(sql, at);
  if (/[\p{L}_]/u.test(character)) {
    const word = /^[\p{L}\p{N}_$]+/u.exec(sql.slice(at, at + 256));
    return at + (word?.[0].length ?? 1);
  }
  return at + 1;
}

function isBlank(sql: string, at: number): boolean {
  const two = sql.slice(at, at + 2);
  return two === '--' || two === '/*' || /\s/.test(sql[at] ?? '');
}

function skipQuoted(sql: string, at: number, quote: string, backslash: boolean): number {
  let position = at + 1;
  while (position < sql.length) {
    if (backslash && sql[position] === '\\') position += 2;
    else if (sql[position] !== quote) position += 1;
    else if (sql[position + 1] === quote) position += 2;
    else return position + 1;
  }
  return sql.length;
}

function skipDollar(sql: string, at: number): number {
  const tag = /^\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/u.exec(sql.slice(at, at + 128))?.[0];
  if (tag) return endOf(sql, tag, at + tag.length);
  const parameter = /^\$[\p{L}\p{N}_]+/u.exec(sql.slice(at, at + 128))?.[0];
  return at + (parameter?.length ?? 1);
}

function skipBlockComment(sql: string, at: number): number {
  let depth = 1;
  let position = at + 2;
  while (position < sql.length && depth > 0) {
    const two = sql.slice(position, position + 2);
    if (two === '/*') depth += 1;
    if (two === '*/') depth -= 1;
    position += two === '/*' || two === '*/' ? 2 : 1;
  }
  return Math.min(position, sql.length);
}

function endOf(sql: string, mark: string, from: number): number {
  const found = sql.indexOf(mark, from);
  return found < 0 ? sql.length : found + mark.length;
}

function trim(sql: string, start: number, end: number): StatementSpan {
  let first = start;
  let last = end;
  while (first < last && /\s/.test(sql[first] ?? '')) first += 1;
  while (last > first && /\s/.test(sql[last - 1] ?? '')) last -= 1;
  return { start: first, end: last };
}
