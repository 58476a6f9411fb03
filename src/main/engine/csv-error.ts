import type { ErrorPlace } from '../../shared/errors';

/** What DuckDB's CSV reader tells about a value or row it cannot take. */
export interface CsvProblem {
  message: string;
  hint: string;
  at: ErrorPlace;
}

const HINTS: [RegExp, string][] = [
  [
    /Invalid unicode|not utf-8|encod/i,
    'The file is not in UTF-8: set its encoding in the file options, for example CP1252.',
  ],
  [/Expected Number of Columns|Too (?:few|many) columns|Missing columns/i, ragged()],
  [
    /unterminated quote|Value with unterminated quote/i,
    'Set another quote sign in the file options, or mend the line.',
  ],
  [
    /Maximum line size/i,
    'The line is longer than allowed: check the line ends and the quote sign, or raise max_line_size.',
  ],
  [
    /Could not convert|Error when converting|Conversion/i,
    'Read the column as text: set its type to VARCHAR in the file options.',
  ],
];

function ragged(): string {
  return 'The row has another number of columns than the header: check the delimiter in the file options, or let short rows end in NULL there (null_padding).';
}

/** The place and the next step out of a CSV reader's message; undefined where the message is none of those. */
export function csvProblem(message: string): CsvProblem | undefined {
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  const sniffing = /Error when sniffing file "([^"]+)"/.exec(message)?.[1];
  if (line === undefined && sniffing === undefined) return undefined;
  const file = sniffing ?? /^\s*file\s*=\s*(.+)$/m.exec(message)?.[1]?.trim();
  const original = /Original Line:\s*(.*)/.exec(message)?.[1];
  const columnName = /column "([^"]+)"/i.exec(message)?.[1];
  const reason = reasonOf(message);
  const at: ErrorPlace = {};
  if (file !== undefined) at.file = file;
  if (line !== undefined) at.line = Number(line);
  const column = columnOf(message, original);
  if (column !== undefined) at.column = column;
  const where = [file === undefined ? undefined : file, line === undefined ? undefined : `line ${line}`]
    .filter((part) => part !== undefined)
    .join(', ');
  const named = columnName === undefined ? '' : `, column "${columnName}"`;
  return { message: `${where}${named}: ${reason}`, hint: hintFor(message), at };
}

function reasonOf(message: string): string {
  const lines = message.split('\n').map((line) => line.trim());
  const from = lines.findIndex((line) => line.startsWith('CSV Error on Line') || line.startsWith('Original Line'));
  const after = lines
    .slice(Math.max(from, 0))
    .find((line) => line !== '' && !/^(?:CSV Error on Line|Original Line|Possible|Error when sniffing)/.test(line));
  return after ?? lines[0] ?? message;
}

/** The column by its position in the line, where the message tells the value that was not taken. */
function columnOf(message: string, original: string | undefined): number | undefined {
  const value = /Could not convert string "([^"]*)"/.exec(message)?.[1];
  if (value === undefined || original === undefined) return undefined;
  const at = original.indexOf(value);
  return at < 0 ? undefined : at + 1;
}

function hintFor(message: string): string {
  for (const [pattern, hint] of HINTS) {
    if (pattern.test(message)) return hint;
  }
  return 'Set the delimiter, quote or types in the file options, or read all columns as text.';
}
