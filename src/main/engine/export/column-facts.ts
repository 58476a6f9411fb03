import type { EngineConnection } from '../connection';
import type { ExportColumn, OpenRelation } from './relation';

/** A question to all values of a column: an aggregate over its reference, such as `bool_or(c3 > 5)`. */
export interface ColumnQuestion {
  column: ExportColumn;
  key: string;
  aggregate: string;
}

/** Answers by column reference and key; a boolean, or a number as text. */
export type ColumnFacts = (column: ExportColumn, key: string) => string | undefined;

/**
 * Asks all questions in one pass over the relation. Whether a column fits a format is so decided for the column as a
 * whole before its first value is written, never value by value.
 */
export async function columnFacts(
  connection: EngineConnection,
  relation: OpenRelation,
  questions: ColumnQuestion[],
): Promise<ColumnFacts> {
  if (questions.length === 0) return () => undefined;
  const list = questions.map((question, index) => `CAST(${question.aggregate} AS VARCHAR) AS a${index}`).join(', ');
  const [row] = await connection.rows<Record<string, string | null>>(`SELECT ${list} FROM ${relation.source}`);
  const answers = new Map<string, string>();
  questions.forEach((question, index) => {
    const answer = row?.[`a${index}`];
    if (answer !== null && answer !== undefined) answers.set(`${question.column.ref} ${question.key}`, answer);
  });
  return (column, key) => answers.get(`${column.ref} ${key}`);
}
