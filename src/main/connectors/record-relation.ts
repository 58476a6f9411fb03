import { quoteIdentifier, quoteLiteral } from '../../shared/sql/quote';

/** What the engine takes for one object unless told otherwise, in bytes. */
const USUAL_OBJECT = 16 * 1024 * 1024;

/** A SELECT that reads a file of JSON lines with types that are known. */
export function recordRelation(
  file: string,
  columns: { name: string; type: string }[],
  largest: number | undefined,
): string {
  const types = columns.map(({ name, type }) => `${quoteIdentifier(name)}: ${quoteLiteral(type)}`).join(', ');
  const size = largest !== undefined && largest > USUAL_OBJECT ? `, maximum_object_size=${largest + 1_024}` : '';
  return `SELECT * FROM read_json(${quoteLiteral(file)}, format='newline_delimited'${size}, columns={${types}})`;
}
