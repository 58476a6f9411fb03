import type { ColumnKind } from '../../shared/columns';
import type { ViewRequest } from '../../shared/results';
import { quoteIdentifier, quoteLiteral } from '../../shared/sql/quote';
import { splitStatements } from '../../shared/sql/split';
import { fullText } from './display-text';
import { columnAt, type KeptResult, keptColumn, keptTable, refuse } from './kept-result';
import { uniqueNames } from './unique-names';

/** The names under which a result's columns are read by SQL, as in `from _1`. */
export function readableNames(result: KeptResult): string[] {
  return uniqueNames(result.info.columns.map((column) => column.name));
}

/** `SELECT c0 AS "name", …` over the kept table, for `_1` and for filters. */
export function namedSelect(result: KeptResult): string {
  const cells = readableNames(result).map((name, index) => `${keptColumn(index)} AS ${quoteIdentifier(name)}`);
  return `SELECT ${cells.join(', ')} FROM ${keptTable(result.info.id)}`;
}

/**
 * DuckDB reads a column that it sorts by back from the sort key, in which equal values are one: -0.0 came back as 0.0, also
 * inside of lists. Values of these kinds are equal only where they are the same; others are sorted by a copy of theirs.
 */
const EXACT_KEYS: ReadonlySet<ColumnKind> = new Set([
  'integer',
  'decimal',
  'boolean',
  'text',
  'date',
  'timestamp',
  'json',
  'blob',
  'uuid',
  'enum',
]);

/** Rows that a sorted copy begins with: they are found without sorting the rest. */
const FIRST_ROWS = 1_000;
/** Up to so many rows a copy is sorted whole in no more time. */
const SORTED_AT_ONCE = 50_000;

/** The SQL that makes a copy of a result: at once, or its first rows and then those behind them. */
export interface ViewSql {
  first: string;
  rest: string | undefined;
}

/** SQL that makes a sorted and filtered copy `id` of the result, its columns named c0…cn again. */
export function viewSql(id: string, result: KeptResult, request: ViewRequest): ViewSql {
  const names = readableNames(result);
  const order = uniqueNames([...names, 'millrace_row']).at(-1) as string;
  const columns = names.map((name, index) => `${quoteIdentifier(name)} AS ${keptColumn(index)}`);
  const inner = names.map((name, index) => `${keptColumn(index)} AS ${quoteIdentifier(name)}`);
  const conditions = [...whereCondition(request.where), ...valueConditions(result, names, request)];
  const where = conditions.length === 0 ? '' : `\nWHERE ${conditions.join('\n  AND ')}`;
  const keys = (request.sort ?? []).map((key) => {
    const kind = columnAt(result, key.column).kind;
    const name = quoteIdentifier(names[key.column] as string);
    return `${EXACT_KEYS.has(kind) ? name : `coalesce(${name}, ${name})`} ${key.descending ? 'DESC' : 'ASC'} NULLS LAST`;
  });
  const isSplit = keys.length > 0 && result.info.rowCount > SORTED_AT_ONCE;
  keys.push(quoteIdentifier(order));
  const select = [
    `SELECT ${columns.join(', ')}`,
    `FROM (SELECT ${inner.join(', ')}, rowid AS ${quoteIdentifier(order)} FROM ${keptTable(result.info.id)}) AS result${where}`,
    `ORDER BY ${keys.join(', ')}`,
  ].join('\n');
  const first = `CREATE TABLE ${keptTable(id)} AS\n${select}`;
  if (!isSplit) return { first, rest: undefined };
  return {
    first: `${first}\nLIMIT ${FIRST_ROWS}`,
    rest: `INSERT INTO ${keptTable(id)}\n${select}\nOFFSET ${FIRST_ROWS}`,
  };
}

/** Where the filter's own text starts in {@link viewSql}, for the place of an error. */
export function whereOffset(sql: string, where: string): number {
  return sql.indexOf(`(\n${where}\n)`) + 2;
}

function whereCondition(where: string | undefined): string[] {
  const text = where?.trim();
  if (text === undefined || text === '') return [];
  const statements = splitStatements(text);
  const only = statements[0];
  if (statements.length !== 1 || only?.end !== text.length || !isBalanced(text)) {
    throw refuse('The filter must be one condition.', 'Write it as after WHERE, for example amount > 100.');
  }
  return [`(\n${text}\n)`];
}

/** Parentheses that close more than they open would end the clause around the filter. */
function isBalanced(text: string): boolean {
  let depth = 0;
  const bare = text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, '');
  for (const sign of bare) {
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

function valueConditions(result: KeptResult, names: string[], request: ViewRequest): string[] {
  return (request.values ?? []).map((filter) => {
    const column = columnAt(result, filter.column);
    const reference = quoteIdentifier(names[filter.column] as string);
    const texts = filter.values.filter((value) => value !== null);
    const parts: string[] = [];
    if (texts.length > 0) parts.push(`${fullText(column, reference)} IN (${texts.map(quoteLiteral).join(', ')})`);
    if (filter.values.includes(null)) parts.push(`${reference} IS NULL`);
    const any = parts.length === 0 ? 'false' : parts.join(' OR ');
    return filter.exclude ? `NOT coalesce(${any}, false)` : `(${any})`;
  });
}
