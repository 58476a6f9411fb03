import { errorShape, MillraceError } from '../../../../shared/errors';
import { encodingNamed } from './encodings';
import type { CsvCall, CsvSource } from './read-csv-call';
import { firstBytes } from './text-sample';

/** How far into a file its line is looked for, in bytes. */
const MOST_TO_LOOK_AT = 64 << 20;
const SHOWN_LINE = 200;

/** The error of a row with too few or too many columns: the file, the line, the character, and what to set. */
export async function raggedRow(
  error: unknown,
  message: string,
  columns: { expected: number; found: number },
  source: CsvSource,
  call: CsvCall,
): Promise<MillraceError> {
  const shape = errorShape(error);
  const line = Number(/CSV Error on Line: (\d+)/.exec(message)?.[1] ?? shape.at?.line ?? 0);
  const file = source.files.length === 1 ? source.files[0] : shape.at?.file;
  const text = file && line > 0 ? await lineOf(file, line, call.encoding) : undefined;
  const { expected, found } = columns;
  const shown = text === undefined ? '.' : `: ${text.slice(0, SHOWN_LINE)}${text.length > SHOWN_LINE ? '…' : ''}`;
  const delimiter = call.dialect.delimiter === '\t' ? 'tab' : JSON.stringify(call.dialect.delimiter);
  const settings = `delimiter (now ${delimiter}), quote, or how many lines to skip (now ${call.dialect.skip})`;
  return new MillraceError({
    code: 'FILE_FORMAT',
    message: `Line ${line} has ${found} columns where ${expected} are expected${shown}`,
    hint:
      found < expected
        ? `Read what short rows lack as NULL, mend the line, or set ${settings} in the file options.`
        : `Mend the line, or set ${settings} in the file options.`,
    at: {
      ...(file ? { file } : {}),
      ...(line > 0 ? { line } : {}),
      ...(text === undefined ? {} : { column: characterOf(text, columns, call.dialect) }),
    },
    cause: error,
  });
}

async function lineOf(file: string, line: number, encoding: string | undefined): Promise<string | undefined> {
  const { bytes, complete } = await firstBytes(file, MOST_TO_LOOK_AT);
  const text = new TextDecoder(encoding ? encodingNamed(encoding).label : 'utf-8').decode(bytes);
  let start = 0;
  for (let passed = 1; passed < line; passed += 1) {
    const end = text.indexOf('\n', start);
    if (end < 0) return undefined;
    start = end + 1;
  }
  const end = text.indexOf('\n', start);
  if (end < 0 && !complete) return undefined;
  return text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '');
}

/** The character, from 1, at which the first column too many starts, or behind the end of a line with too few. */
function characterOf(
  line: string,
  { expected, found }: { expected: number; found: number },
  { delimiter, quote }: CsvCall['dialect'],
): number {
  if (found < expected) return line.length + 1;
  let fields = 1;
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    if (quote !== '' && line[at] === quote) quoted = !quoted;
    if (quoted || !line.startsWith(delimiter, at)) continue;
    fields += 1;
    if (fields > expected) return at + delimiter.length + 1;
    at += delimiter.length - 1;
  }
  return line.length + 1;
}
