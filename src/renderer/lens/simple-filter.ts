import type { ColumnInfo } from '../../shared/columns';
import { skipToken } from '../../shared/sql/split';

const WORDS = new Set('and or not in is null between like true false'.split(' '));
const OPERATORS = new Set(['=', '<', '>', '<=', '>=', '<>', '!=', '(', ')', ',', '-']);

/**
 * The columns that a condition reads, when it is made of nothing but comparisons of columns with literals (and AND, OR,
 * NOT, IN, BETWEEN, LIKE, IS NULL), whose meaning no version of DuckDB changes. Undefined for everything else: functions,
 * casts, arithmetic, subqueries and names that are not of this result are the engine's business.
 */
export function simpleFilterColumns(where: string, columns: readonly ColumnInfo[]): number[] | undefined {
  const used = new Set<number>();
  let at = 0;
  let afterWord = false;
  while (at < where.length) {
    const end = skipToken(where, at);
    const token = readToken(where, at, end);
    if (token.kind === 'other' || (token.text === '(' && afterWord)) return undefined;
    if (token.kind === 'name') {
      const index = columns.findIndex((column) => column.name.toLowerCase() === token.text.toLowerCase());
      if (index < 0) return undefined;
      used.add(index);
    }
    if (token.kind !== 'blank') afterWord = token.kind === 'name' || token.kind === 'literal';
    at = token.end;
  }
  return [...used];
}

type Token = { kind: 'blank' | 'name' | 'word' | 'literal' | 'operator' | 'other'; text: string; end: number };

function readToken(sql: string, at: number, end: number): Token {
  const text = sql.slice(at, end);
  if (/^(?:\s|--|\/\*)/.test(text)) return { kind: 'blank', text, end };
  if (/^'(?:[^']|'')*'$/s.test(text)) return { kind: 'literal', text, end };
  if (/^"(?:[^"]|"")+"$/s.test(text)) return { kind: 'name', text: text.slice(1, -1).replaceAll('""', '"'), end };
  if (/^[\p{L}_]/u.test(text)) {
    if (sql[end] === "'") return { kind: 'other', text, end };
    return { kind: WORDS.has(text.toLowerCase()) ? 'word' : 'name', text, end };
  }
  const number = /^\d+(?:\.\d+)?(?![\p{L}\p{N}_.])/u.exec(sql.slice(at));
  if (number) return { kind: 'literal', text: number[0], end: at + number[0].length };
  const operator = /^(?:<=|>=|<>|!=|[=<>(),-])/.exec(sql.slice(at))?.[0];
  const known = operator !== undefined && OPERATORS.has(operator) && !/^(?:--|->|==)/.test(sql.slice(at));
  return known ? { kind: 'operator', text: operator, end: at + operator.length } : { kind: 'other', text, end };
}
