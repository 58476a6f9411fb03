import type { FileOptions } from '../../../../shared/files';
import { dataExtension } from '../file-format';
import { type RecordRules, splitRecords, type TextRecord } from './records';
import type { TextSample } from './text-sample';
import { looksTyped } from './value-families';

/** How a delimited text file is written. */
export interface Dialect extends RecordRules {
  /** Lines before the header or the first row. */
  skip: number;
  header: boolean;
  /** Unique column names. */
  names: string[];
  /** Lines end in more than one way. */
  mixedLineEnds: boolean;
  /** Rows of the sample, without the header. */
  rows: string[][];
}

const DELIMITERS = [',', ';', '\t', '|', '~', '^', '\x01', '\x1f'];
const SAMPLE_RECORDS = 4_000;
const MOST_PREAMBLE = 200;

/**
 * Finds delimiter, quote, header and preamble from the start of a file; what the options say stands. DuckDB's own
 * sniffer is not asked, as it drops rows to make a ragged file fit (`skip=3` for a short third row) or takes a ragged
 * file for one column: here a ragged file keeps its delimiter, and reading it strictly then names the row.
 */
export function detectDialect(sample: TextSample, options: FileOptions, file: string): Dialect {
  const quote = options.quote ?? '"';
  const quoting = { quote, escape: options.escape ?? detectEscape(sample.text, quote) };
  const best = bestSplit(sample, candidates(options, file), quoting, options.quote === undefined);
  const skip = options.skip ?? best.preamble;
  const records = best.records.filter((record) => record.line > skip && !isBlank(record));
  const first = records[0]?.fields ?? [];
  const header = options.header ?? looksLikeHeader(records);
  const width = Math.max(1, first.length);
  return {
    ...best.rules,
    skip,
    header,
    names: columnNames(header ? first : [], width),
    mixedLineEnds: hasMixedLineEnds(sample.text),
    rows: records.slice(header ? 1 : 0).map((record) => record.fields),
  };
}

function candidates(options: FileOptions, file: string): string[] {
  if (options.delimiter !== undefined) return [options.delimiter];
  const extension = dataExtension(file);
  if (extension === 'tsv' || extension === 'tab') return ['\t', ...DELIMITERS];
  return extension === 'psv' ? ['|', ...DELIMITERS] : DELIMITERS;
}

interface Split {
  rules: RecordRules;
  records: TextRecord[];
  preamble: number;
  score: number;
}

function bestSplit(
  sample: TextSample,
  delimiters: string[],
  quoting: { quote: string; escape: string },
  mayDropQuote: boolean,
): Split {
  let best: Split | undefined;
  for (const delimiter of delimiters) {
    const split = trySplit(sample, { delimiter, ...quoting }, mayDropQuote);
    if (!best || split.score > best.score + 1e-9) best = split;
  }
  if (best) return best;
  return { rules: { delimiter: ',', ...quoting }, records: [], preamble: 0, score: 0 };
}

function trySplit(sample: TextSample, rules: RecordRules, mayDropQuote: boolean): Split {
  const { records, malformed } = splitRecords(sample.text, rules, SAMPLE_RECORDS, sample.complete);
  if (malformed > 0 && mayDropQuote && rules.quote !== '') {
    const plain = trySplit(sample, { ...rules, quote: '', escape: '' }, false);
    const quoted = scoreOf(rules, records);
    // A stray quote (5" pipe) is text; a file whose fields do need quotes splits worse without them.
    if (plain.score >= quoted.score) return plain;
    return quoted;
  }
  return scoreOf(rules, records);
}

/** Rates a split by how alike its rows are in width; one column is the last resort. */
function scoreOf(rules: RecordRules, records: TextRecord[]): Split {
  const counts = new Map<number, number>();
  const filled = records.filter((record) => !isBlank(record));
  for (const record of filled) counts.set(record.fields.length, (counts.get(record.fields.length) ?? 0) + 1);
  const [width, share] = commonWidth(counts, filled.length);
  if (width < 2) return { rules, records, preamble: 0, score: 0 };
  const preamble = preambleLines(filled);
  const startsWell = preamble === 0 ? 0.1 : 0;
  return { rules, records, preamble, score: share + startsWell + Math.min(width, 50) / 500 };
}

function commonWidth(counts: Map<number, number>, total: number): [width: number, share: number] {
  let best: [number, number] = [1, 0];
  for (const [width, count] of counts) {
    if (width > 1 && count / total > best[1]) best = [width, count / total];
  }
  return best[1] >= 0.3 ? best : [1, 0];
}

/** Lines before the first record with more than one field: titles, that is, never rows with a delimiter. */
function preambleLines(filled: TextRecord[]): number {
  const first = filled.findIndex((record) => record.fields.length > 1);
  const line = filled[first]?.line ?? 1;
  return first <= 0 || first > MOST_PREAMBLE ? 0 : line - 1;
}

function isBlank(record: TextRecord): boolean {
  return record.fields.length === 1 && (record.fields[0] ?? '').trim() === '';
}

function detectEscape(text: string, quote: string): string {
  if (quote === '') return '';
  const backslashed = text.includes(`\\${quote}`) && !text.includes(`${quote}${quote}${quote}`);
  const doubled = new RegExp(`[^,;\\t|\\n\\r${quote}]${quote}${quote}[^,;\\t|\\n\\r${quote}]`).test(text);
  return backslashed && !doubled ? '\\' : quote;
}

/**
 * The first record is a header where none of its cells reads as a number, date or truth value, or where a text cell
 * stands above a column of such values.
 */
function looksLikeHeader(records: TextRecord[]): boolean {
  const first = records[0]?.fields;
  if (!first || first.every((cell) => cell.trim() === '')) return false;
  if (first.every((cell) => cell.trim() === '' || !looksTyped(cell))) return true;
  return first.some((cell, column) => {
    if (cell.trim() === '' || looksTyped(cell)) return false;
    const below = records.slice(1, 200).map((record) => record.fields[column]?.trim() ?? '');
    const filled = below.filter((value) => value !== '');
    return filled.length > 0 && filled.every(looksTyped);
  });
}

/** Unique names as DuckDB makes them: blank ones by position, repeated ones (without regard to case) with a number. */
export function columnNames(header: string[], width: number): string[] {
  const taken = new Set<string>();
  return Array.from({ length: width }, (_, index) => {
    const base = header[index]?.trim() || `column${index}`;
    let name = base;
    for (let count = 1; taken.has(name.toLowerCase()); count += 1) name = `${base}_${count}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

function hasMixedLineEnds(text: string): boolean {
  const outside = text.replace(/"[^"]*"/g, '');
  const windows = outside.includes('\r\n');
  const alone = /(?:^|[^\r])\n/.test(outside) || /\r(?!\n|$)/.test(outside);
  return windows && alone;
}
