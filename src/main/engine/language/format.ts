import { format } from 'sql-formatter';
import { MillraceError } from '../../../shared/errors';
import { splitStatements } from '../../../shared/sql/split';
import { tokenize } from './tokens';

/**
 * Lays the SQL out anew: only blanks and line breaks change. Each statement is compared token by token with what was
 * written, comments included; one that the formatter does not understand stays as it is.
 * @throws MillraceError UNSUPPORTED where no statement of the text could be laid out.
 */
export function formatSql(text: string): string {
  const spans = splitStatements(text);
  let result = '';
  let at = 0;
  let failed = 0;
  for (const span of spans) {
    const written = text.slice(span.start, span.end);
    const laidOut = formatStatement(written);
    if (laidOut === undefined) failed += 1;
    result += gap(text.slice(at, span.start), at > 0) + (laidOut ?? written);
    at = span.end;
  }
  if (spans.length > 0 && failed === spans.length) {
    throw new MillraceError({
      code: 'UNSUPPORTED',
      message: 'This SQL was left as it is: the formatter could not lay it out without changing it.',
      hint: 'Mend what is underlined, or select a part that is complete and format that.',
    });
  }
  return result + text.slice(at);
}

function formatStatement(written: string): string | undefined {
  let laidOut: string;
  try {
    laidOut = format(written, {
      language: 'duckdb',
      tabWidth: 2,
      keywordCase: 'preserve',
      expressionWidth: 80,
      logicalOperatorNewline: 'before',
      paramTypes: { positional: true, numbered: ['$'], named: ['$'] },
    });
  } catch {
    return undefined; // syntax that it does not know; the caller keeps the statement
  }
  // The tidy form may reach into a string or a comment; then the plain one is taken.
  return [keepTogether(laidOut).trim(), laidOut.trim()].find((candidate) => sameTokens(written, candidate));
}

/** What stands between two statements: one that begins on the line of another gets a line of its own. */
function gap(between: string, follows: boolean): string {
  return follows && !between.includes('\n') ? `${between.trimEnd()}\n\n` : between;
}

/** Joins what the formatter puts on two lines though it is read as one. */
function keepTogether(sql: string): string {
  return sql
    .replace(/\b(union|except|intersect)( all)?\n\s*(all )?by name\b/gi, (match) => match.replace(/\s+/g, ' '))
    .replace(
      /(\b(?:select|from|where|limit|having|qualify|offset|group by|order by))\n\s+([^\n(]{1,60})(?=\n|$)/gi,
      joinShort,
    );
}

/** `from\n  orders` reads better as `from orders`, if the clause has no further line. */
function joinShort(match: string, clause: string, rest: string, offset: number, whole: string): string {
  if (rest.endsWith(',') || rest.includes('--')) return match;
  const next = whole.slice(offset + match.length + 1);
  const indent = /\n(\s+)\S[^\n]*$/.exec(match)?.[1]?.length ?? 0;
  const nextIndent = /^ */.exec(next)?.[0].length ?? 0;
  return next !== '' && nextIndent >= indent && indent > 0 && next.trim() !== '' ? match : `${clause} ${rest}`;
}

/** Whether both texts have the same tokens in the same order; case and comments count, blanks do not. */
function sameTokens(one: string, other: string): boolean {
  const left = tokenize(one, { comments: true });
  const right = tokenize(other, { comments: true });
  return (
    left.length === right.length &&
    left.every((token, index) => normal(token.text) === normal(right[index]?.text ?? ''))
  );
}

/** A block comment may be indented anew. */
function normal(text: string): string {
  return text.startsWith('/*') || text.startsWith('--') ? text.replace(/\s+/g, ' ').trim() : text;
}
