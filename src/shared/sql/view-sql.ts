import type { ColumnInfo } from '../columns';
import type { SortKey, ViewRequest } from '../results';
import { quoteIdentifier, quoteLiteral } from './quote';
import { columnRef } from './result-columns';

/**
 * The order of a sorted view: NULL always last, whichever way, and rows that tie stay in the order of the result.
 * Text is compared byte by byte, NaN is above every number.
 */
export function orderSql(sort: readonly SortKey[], rowNumber: string): string {
  const keys = sort.map((key) => `${columnRef(key.column)} ${key.descending ? 'DESC' : 'ASC'} NULLS LAST`);
  return [...keys, rowNumber].join(', ');
}

/** The condition for values kept or left out per column, compared as display text; undefined where there is none. */
export function valuesSql(values: ViewRequest['values']): string | undefined {
  const conditions = (values ?? []).map((filter) => {
    const texts = filter.values.filter((value) => value !== null).map(quoteLiteral);
    const ref = columnRef(filter.column);
    const kept = [
      texts.length > 0 ? `coalesce(CAST(${ref} AS VARCHAR) IN (${texts.join(', ')}), false)` : undefined,
      filter.values.includes(null) ? `${ref} IS NULL` : undefined,
    ].filter((part) => part !== undefined);
    const any = kept.length > 0 ? `(${kept.join(' OR ')})` : 'false';
    return filter.exclude ? `NOT ${any}` : any;
  });
  return conditions.length > 0 ? conditions.join(' AND ') : undefined;
}

/**
 * A relation under its shown names, for a condition typed over them: the columns of `indexes` renamed, and `extra` as it
 * stands. Names that repeat must be left out, as only the first of them can be meant.
 */
export function namedRelationSql(
  relation: string,
  columns: readonly ColumnInfo[],
  indexes: readonly number[],
  extra: readonly string[],
): string {
  const named = indexes.map((index) => `${columnRef(index)} AS ${quoteIdentifier(columns[index]?.name ?? '')}`);
  return `(SELECT ${[...extra, ...named].join(', ')} FROM ${relation})`;
}
