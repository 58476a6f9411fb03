import { quoteLiteral } from '../../../shared/sql/quote';
import { jsonValue } from './json-value';
import { joinTexts, type LineFormat } from './line-format';
import type { ExportColumn } from './relation';

/** An array of objects, one a line; the values as `jsonValue` tells, names made unique by `keys`. */
export function jsonFormat(columns: ExportColumn[]): LineFormat {
  return {
    head: '[',
    line: joinTexts([`',' || chr(10)`, ...objectParts(columns)]),
    tail: '\n]\n',
    emptyTail: ']\n',
    skipFirst: 1,
  };
}

/** One object a line. */
export function ndjsonFormat(columns: ExportColumn[]): LineFormat {
  return { head: '', line: joinTexts([...objectParts(columns), 'chr(10)']), tail: '', skipFirst: 0 };
}

function objectParts(columns: ExportColumn[]): string[] {
  const keys = jsonKeys(columns);
  const members = columns.flatMap((column, index) => {
    const key = `${index === 0 ? '{' : ','}${JSON.stringify(keys[index])}:`;
    return [quoteLiteral(key), jsonValue(column.type, column.ref)];
  });
  return [...members, `'}'`];
}

/** Object keys are told apart by case, so only equal names get the number that keeps both values. */
function jsonKeys(columns: ExportColumn[]): string[] {
  const counts = new Map<string, number>();
  for (const column of columns) counts.set(column.name, (counts.get(column.name) ?? 0) + 1);
  return columns.map((column) => ((counts.get(column.name) ?? 0) > 1 ? column.uniqueName : column.name));
}
