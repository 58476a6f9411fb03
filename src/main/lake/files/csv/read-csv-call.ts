import { quoteLiteral } from '../../../../shared/sql/quote';
import type { Dialect } from './dialect';
import type { Reading } from './lossless';

/** All that a read_csv call says, aside from the path. */
export interface CsvCall {
  dialect: Pick<Dialect, 'delimiter' | 'quote' | 'escape' | 'skip' | 'header'>;
  columns: { name: string; type: string }[];
  reading: Reading;
  encoding?: string | undefined;
  nullText?: string | undefined;
  /** What a row with too few columns lacks is NULL. */
  shortRows?: 'null' | undefined;
  /** Quoted empty values are empty texts, and only unquoted ones are NULL. */
  quotedEmptyIsText?: boolean;
  /** Lines end in more than one way, which strict reading refuses. */
  mixedLineEnds?: boolean;
  /** Bytes; set where a line is longer than DuckDB's 2 MB. */
  maxLineSize?: number | undefined;
  /** Types of hive partition keys, for a folder of files. */
  partitions?: Record<string, string> | undefined;
}

/** What is analysed: absolute paths of files that have the same columns, with their total size in bytes. */
export interface CsvSource {
  files: string[];
  /** The same as a pattern or list for DuckDB. */
  pattern: string | string[];
  size: number;
  partitions?: Record<string, string> | undefined;
}

/** The read_csv call with everything said and nothing left to be detected. `path` is a pattern or a list of such. */
export function readCsvSql(path: string | string[], call: CsvCall): string {
  const { dialect, reading } = call;
  const options = [
    'auto_detect=false',
    `delim=${textLiteral(dialect.delimiter)}`,
    `quote=${quoteLiteral(dialect.quote)}`,
    `escape=${quoteLiteral(dialect.escape)}`,
    `header=${dialect.header}`,
  ];
  if (dialect.skip > 0) options.push(`skip=${dialect.skip}`);
  if (call.encoding && call.encoding !== 'utf-8') options.push(`encoding=${quoteLiteral(call.encoding)}`);
  if (reading.decimal === ',') options.push(`decimal_separator=','`);
  if (reading.dateFormat) options.push(`dateformat=${quoteLiteral(reading.dateFormat)}`);
  if (reading.timestampFormat) options.push(`timestampformat=${quoteLiteral(reading.timestampFormat)}`);
  if (call.nullText) options.push(`nullstr=[${quoteLiteral(call.nullText)}, '']`);
  if (call.quotedEmptyIsText) options.push('allow_quoted_nulls=false');
  // Side by side it could not tell a line break in a value from the end of a short row.
  if (call.shortRows === 'null') options.push('null_padding=true', 'parallel=false');
  if (call.mixedLineEnds) options.push('strict_mode=false');
  if (call.maxLineSize) options.push(`max_line_size=${call.maxLineSize}`);
  if (call.partitions) options.push('hive_partitioning=true', `hive_types=${structLiteral(call.partitions)}`);
  options.push(`columns=${structLiteral(Object.fromEntries(call.columns.map(({ name, type }) => [name, type])))}`);
  return `read_csv(${pathLiteral(path)}, ${options.join(', ')})`;
}

/** A path or a list of paths as SQL. */
export function pathLiteral(path: string | string[]): string {
  return typeof path === 'string' ? quoteLiteral(path) : `[${path.map(quoteLiteral).join(', ')}]`;
}

/** Names with texts as DuckDB's struct literal. */
export function structLiteral(entries: Record<string, string>): string {
  const fields = Object.entries(entries).map(([name, value]) => `${quoteLiteral(name)}: ${quoteLiteral(value)}`);
  return `{${fields.join(', ')}}`;
}

/** Control characters as chr() would not be taken here: DuckDB wants a plain literal, with tab as `\t`. */
function textLiteral(text: string): string {
  return quoteLiteral(text === '\t' ? '\\t' : text);
}
