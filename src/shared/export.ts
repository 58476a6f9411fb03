import type { ParameterValue } from './results';

export const EXPORT_FORMATS = ['parquet', 'csv', 'json', 'ndjson', 'excel', 'arrow', 'markdown', 'insert'] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const PARQUET_COMPRESSIONS = ['zstd', 'snappy', 'gzip', 'lz4', 'uncompressed'] as const;

export interface ParquetOptions {
  compression: (typeof PARQUET_COMPRESSIONS)[number];
}

export interface CsvOptions {
  /** One character that is no letter, digit, quote, line end or sign. */
  delimiter: string;
  header: boolean;
  /** A byte order mark in front, by which Excel knows the file as UTF-8. */
  bom: boolean;
  /** Decimal sign of DECIMAL, FLOAT and DOUBLE columns; inside lists and structs it is always a point. */
  decimal: '.' | ',';
  lineEnd: 'lf' | 'crlf';
  /** How NULL is written, without quotes; a text that looks like it is put in quotes, so that both stay apart. */
  nullText: string;
}

export interface ExcelOptions {
  /** Name of the first sheet; further ones get a number. */
  sheetName: string;
  /** A last sheet with the SQL, the time zone and what was written differently. */
  querySheet: boolean;
}

export interface InsertOptions {
  /** The table to insert into, as the user writes it; each part between points is quoted where it must be. */
  table: string;
  /** Rows of one INSERT statement. */
  batchSize: number;
  /** A CREATE TABLE with the columns' types in front. */
  createTable: boolean;
}

export type NoOptions = Record<string, never>;

/** The options of each format; the form of the export dialog is drawn from these and `EXPORT_DEFAULTS`. */
export interface ExportOptionsByFormat {
  parquet: ParquetOptions;
  csv: CsvOptions;
  json: NoOptions;
  ndjson: NoOptions;
  excel: ExcelOptions;
  arrow: NoOptions;
  markdown: NoOptions;
  insert: InsertOptions;
}

/** Where an export goes and how. Options that are absent have the values of `EXPORT_DEFAULTS`. */
export type ExportTarget = {
  [F in ExportFormat]: {
    format: F;
    /** Absolute path. It appears when the export is complete, never before. */
    file: string;
    /** Whether a file that is already there may be replaced. */
    overwrite: boolean;
    options?: Partial<ExportOptionsByFormat[F]>;
  };
}[ExportFormat];

export const EXPORT_DEFAULTS: ExportOptionsByFormat = {
  parquet: { compression: 'zstd' },
  csv: { delimiter: ',', header: true, bom: false, decimal: '.', lineEnd: 'lf', nullText: '' },
  json: {},
  ndjson: {},
  excel: { sheetName: 'Result', querySheet: true },
  arrow: {},
  markdown: {},
  insert: { table: 'result', batchSize: 1_000, createTable: false },
};

export interface ExportFormatDetails {
  label: string;
  /** Without the point. */
  extension: string;
  mediaType: string;
  /** One sentence on what happens to values that the format has no type for. */
  note: string;
}

export const EXPORT_FORMAT_DETAILS: Record<ExportFormat, ExportFormatDetails> = {
  parquet: {
    label: 'Parquet',
    extension: 'parquet',
    mediaType: 'application/vnd.apache.parquet',
    note: 'Types that Parquet does not have are written as text; the closing note names the columns.',
  },
  csv: {
    label: 'CSV',
    extension: 'csv',
    mediaType: 'text/csv; charset=utf-8',
    note: 'Values as the engine writes them as text, in UTF-8.',
  },
  json: {
    label: 'JSON',
    extension: 'json',
    mediaType: 'application/json',
    note: 'An array of objects. DECIMAL, HUGEINT and BIGINT beyond 2^53 are strings, as are NaN and Infinity; times are ISO 8601.',
  },
  ndjson: {
    label: 'NDJSON',
    extension: 'ndjson',
    mediaType: 'application/x-ndjson',
    note: 'One object a line. DECIMAL, HUGEINT and BIGINT beyond 2^53 are strings, as are NaN and Infinity; times are ISO 8601.',
  },
  excel: {
    label: 'Excel',
    extension: 'xlsx',
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    note: 'Columns that Excel would round (more than 15 digits, below a millisecond) are text; text above 32,767 characters is refused.',
  },
  arrow: {
    label: 'Arrow IPC',
    extension: 'arrow',
    mediaType: 'application/vnd.apache.arrow.file',
    note: 'Types that Arrow does not have are written as text.',
  },
  markdown: {
    label: 'Markdown',
    extension: 'md',
    mediaType: 'text/markdown; charset=utf-8',
    note: 'A table to paste into a text; line breaks inside a cell become <br>.',
  },
  insert: {
    label: 'SQL INSERT',
    extension: 'sql',
    mediaType: 'application/sql',
    note: 'Standard literals; lists, structs, maps and blobs are written as DuckDB reads them.',
  },
};

/** How far an export is. */
export interface ExportProgress {
  rows: number;
  bytes: number;
}

/** What an export left. `notes` are sentences for the user on columns that were written in another form. */
export interface ExportOutcome {
  file: string;
  rows: number;
  bytes: number;
  notes: string[];
}

export const SQL_FORMATS = ['table', 'csv', 'json', 'ndjson', 'parquet', 'markdown'] as const;

export type SqlFormat = (typeof SQL_FORMATS)[number];

/** SQL that is run for its bytes: what `millrace sql` asks for, in its own process or of a running owner. */
export interface SqlRequest {
  sql: string;
  format: SqlFormat;
  parameters?: Record<string, ParameterValue>;
  /** `table` only: every row and every character, instead of the first 1,000 rows and 120 characters a cell. */
  all?: boolean;
  timeZone?: string;
}
