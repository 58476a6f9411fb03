import { type StatementSpan, splitStatements } from '../../../shared/sql/split';

/**
 * The span of the statement that a cursor at `offset` writes on. Right after a semicolon there is none; in the blank
 * behind an unfinished statement it is still that one.
 */
export function statementSpanAt(text: string, offset: number): StatementSpan | undefined {
  const spans = splitStatements(text);
  const holding = spans.find((span) => span.start <= offset && offset <= span.end);
  if (holding) return holding;
  const before = spans.filter((span) => span.end < offset).at(-1);
  return before && !/;/.test(text.slice(before.end, offset)) ? before : undefined;
}
