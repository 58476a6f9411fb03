import { isNumeric } from '../../../shared/columns';
import { joinTexts, type LineFormat } from './line-format';
import { plainText } from './plain-text';
import type { ExportColumn } from './relation';

/** Characters that Markdown would take for markup inside a cell, by GitHub's table extension and CommonMark. */
const MARKUP = /[\\|`*<~]/g;
const MARKUP_SQL = `'([\\\\|\`*<~])'`;

/** A Markdown table; numbers to the right, line breaks as `<br>`, NULL as NULL, markup characters escaped. */
export function markdownFormat(columns: ExportColumn[]): LineFormat {
  const names = columns.map((column) => column.name.replace(MARKUP, '\\$&').replace(/\r?\n|\r/g, '<br>'));
  const rules = columns.map((column) => (isNumeric(column.info.kind) ? '---:' : '---'));
  const cells = columns.flatMap((column) => [`' | '`, cell(plainText(column.type, column.ref))]).slice(1);
  return {
    head: `| ${names.join(' | ')} |\n| ${rules.join(' | ')} |\n`,
    line: joinTexts([`'| '`, ...cells, `' |' || chr(10)`]),
    tail: '',
    skipFirst: 0,
  };
}

function cell(text: string): string {
  const escaped = `regexp_replace(${text}, ${MARKUP_SQL}, '\\\\\\1', 'g')`;
  return `coalesce(regexp_replace(${escaped}, '\\r\\n|\\r|\\n', '<br>', 'g'), 'NULL')`;
}
