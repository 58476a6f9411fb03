import { MillraceError } from '../../../../shared/errors';
import type { FileOptions } from '../../../../shared/files';
import type { FileReader } from '../file-reader';
import type { Dialect } from './dialect';
import { encodingNamed } from './encodings';
import { raggedRow } from './ragged-row';
import { type CsvCall, type CsvSource, readCsvSql } from './read-csv-call';
import { splitRecords } from './records';
import { findWrongEncoding, firstBytes } from './text-sample';

const MOST_TO_PROVE = 64 << 20;
/** DuckDB's own limit of a line, in bytes. */
const USUAL_LINE = 2_000_000;
const LONGEST_LINE = 512 * 1024 * 1024;

/**
 * The relation that gives every value of a text file as text, columns c0, c1…, after it was read through once (large
 * files: their first rows), so that rows that do not fit show here. Very long lines, stray quotes and mixed line ends
 * are met by other settings where that is proved to lose nothing. Throws FILE_FORMAT with the place otherwise.
 */
export async function openRaw(
  reader: FileReader,
  source: CsvSource,
  written: { dialect: Dialect; encoding?: string | undefined; nullText?: string | undefined },
  sampled: boolean,
  options: FileOptions,
): Promise<{ sql: string; call: CsvCall }> {
  let call: CsvCall = {
    dialect: written.dialect,
    encoding: written.encoding,
    nullText: written.nullText,
    shortRows: options.shortRows,
    columns: written.dialect.names.map((_, index) => ({ name: `c${index}`, type: 'VARCHAR' })),
    reading: { decimal: '.' },
    quotedEmptyIsText: true,
  };
  if (written.dialect.mixedLineEnds) call = await withMixedLineEnds(call, source);
  for (let attempt = 0; ; attempt += 1) {
    const sql = readCsvSql(source.pattern, call);
    try {
      await reader.rows(sampled ? sampleSql(sql) : `SELECT count(*) FROM ${sql} AS t WHERE c0 IS NULL OR true`);
      return { sql, call };
    } catch (error) {
      const next = attempt < 4 ? await otherSettings(error, call, source, options) : undefined;
      if (!next) throw await explainRead(error, source, call);
      call = next;
    }
  }
}

/** The first rows of a large file, copied once for the many questions about them; on the reader's connection alone. */
export const SAMPLE_TABLE = 'temp.main."file sample"';
const SAMPLE_ROWS = 100_000;

function sampleSql(sql: string): string {
  return `CREATE OR REPLACE TEMP TABLE "file sample" AS FROM ${sql} LIMIT ${SAMPLE_ROWS}`;
}

async function otherSettings(
  error: unknown,
  call: CsvCall,
  source: CsvSource,
  options: FileOptions,
): Promise<CsvCall | undefined> {
  const message = fullMessage(error);
  if (/maximum line size|does not support a full read|line size/i.test(message) && !call.maxLineSize) {
    return longerLines(call, source);
  }
  if (/unterminated quote/i.test(message) && options.quote === undefined && call.dialect.quote !== '') {
    // A quoted value that is longer than a line may be is reported so too: the quotes go only when room does not help.
    if (!call.maxLineSize && source.size > USUAL_LINE) return longerLines(call, source);
    const { maxLineSize: _, ...rest } = call;
    return { ...rest, dialect: { ...call.dialect, quote: '', escape: '' } };
  }
  if (/invalid state/i.test(message) && !call.mixedLineEnds) return withMixedLineEnds(call, source);
  return undefined;
}

function longerLines(call: CsvCall, source: CsvSource): CsvCall {
  return { ...call, maxLineSize: Math.min(LONGEST_LINE, Math.max(2 * USUAL_LINE, source.size + 1_024)) };
}

/**
 * Mixed line ends need `strict_mode=false`, which also drops text behind a closing quote without a word. So it is
 * allowed only where a look at the whole text shows that no quoted value goes on behind its quote.
 */
async function withMixedLineEnds(call: CsvCall, source: CsvSource): Promise<CsvCall> {
  for (const file of source.files) {
    const { bytes, complete } = await firstBytes(file, MOST_TO_PROVE);
    const label = call.encoding ? encodingNamed(call.encoding).label : 'utf-8';
    const text = new TextDecoder(label).decode(bytes);
    if (complete && !text.includes(call.dialect.quote || '"')) continue;
    const { malformed } = splitRecords(text, call.dialect, Number.POSITIVE_INFINITY, complete);
    if (!complete || malformed > 0) throw mixedLines(file);
  }
  return { ...call, mixedLineEnds: true };
}

function mixedLines(file: string): MillraceError {
  return new MillraceError({
    code: 'FILE_FORMAT',
    message: 'The lines of the file end in different ways (CR LF and LF), and quotes in it do not close cleanly.',
    hint: 'Give all lines the same end, for example with dos2unix, or set the quote to none in the file options.',
    at: { file },
  });
}

/** The error of a read, with the place in the file and what to set. */
export async function explainRead(error: unknown, source: CsvSource, call: CsvCall): Promise<unknown> {
  const message = fullMessage(error);
  if (/invalid unicode|not utf-8|byte sequence mismatch/i.test(message)) {
    for (const file of source.files) {
      const wrong = await findWrongEncoding(file);
      if (wrong) return wrong;
    }
  }
  const columns = /Expected Number of Columns: (\d+) Found: (\d+)/i.exec(message);
  if (columns)
    return raggedRow(error, message, { expected: Number(columns[1]), found: Number(columns[2]) }, source, call);
  return error;
}

/** The message with what the engine may have kept aside when it shortened it. */
export function fullMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\n${fullMessage(error.cause)}`;
  return `${error.message}${cause}`.replaceAll('\\n', '\n').replaceAll('\\"', '"');
}
