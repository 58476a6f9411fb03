import type { ColumnInfo } from './columns';
import type { FileCheckSummary } from './events';

export type FileFormat =
  | 'parquet'
  | 'csv'
  | 'json'
  | 'ndjson'
  | 'excel'
  | 'avro'
  | 'arrow'
  | 'duckdb'
  | 'sqlite'
  | 'sql'
  | 'other';

/**
 * One entry of the explore tree. A path is relative to the project with forward slashes, or absolute for a folder that
 * the user added from elsewhere. A `dataset` is a folder of like files that reads as one table.
 */
export interface FileEntry {
  path: string;
  name: string;
  kind: 'file' | 'folder' | 'dataset';
  format: FileFormat;
  /** Bytes; of a dataset the sum of its files. */
  size: number;
  modified: number;
  /** Of a dataset. */
  fileCount?: number;
  /** Hive partition keys of a dataset, outermost first. */
  partitions?: string[];
  /** Whether the tree can open it: folders, workbooks, database files, and data files for their columns. */
  expandable: boolean;
  /** Set where the entry cannot be read: why. */
  problem?: string;
}

/**
 * Names one relation inside the project's files: a file or dataset by path, with `part` for a sheet of a workbook
 * (`Sheet1`) or a table of a database file (`main.orders`).
 */
export interface FileReference {
  path: string;
  part?: string;
}

/** How a relation of the project's files looks and is read. */
export interface FileDescription {
  reference: FileReference;
  format: FileFormat;
  columns: ColumnInfo[];
  /** Rows where metadata tells them at once (Parquet, database catalogs); otherwise counted on demand. */
  rowCount?: number;
  /** The FROM item that reads it as shown: `'data/orders.csv'` or `read_csv('…', …)` spelled out. */
  relation: string;
  /** The same with every option written out, as it would stand in any DuckDB. */
  spelledOut: string;
  options: FileOptions;
  /** What the sniffer found where the options do not say. */
  detected: FileOptions;
  /** What a person must decide, for example a date order that both readings fit. */
  questions: FileQuestion[];
  /** What a person may want to know of how columns are read, for example why one stayed text. */
  notes?: FileNote[];
  check?: FileCheckSummary;
  /** So large that opening it shows its first rows alone, until all are asked for. */
  large?: boolean;
}

/** Options stored under `files:` in millrace.yaml, by path. Everything is optional; absent means: as detected. */
export interface FileOptions {
  delimiter?: string;
  quote?: string;
  escape?: string;
  header?: boolean;
  skip?: number;
  encoding?: string;
  decimal?: ',' | '.';
  dateOrder?: 'dmy' | 'mdy' | 'ymd';
  dateFormat?: string;
  timestampFormat?: string;
  nullText?: string;
  /** Text files: what rows with too few columns lack is NULL; absent, such a row is an error. */
  shortRows?: 'null';
  /** All columns as text. */
  allText?: boolean;
  /** A type for a column, by its name. */
  types?: Record<string, string>;
  /** Excel: `A3:F200`. */
  range?: string;
}

/** Why a column of a text file, or of a sheet, is read as it is. */
export interface FileNote {
  column: string;
  text: string;
}

export interface FileQuestion {
  kind: 'date-order';
  columns: string[];
  example: string;
  choices: { label: string; options: FileOptions }[];
}

/** A table, sheet or partitioned part inside a workbook or database file. */
export interface FilePart {
  part: string;
  kind: 'sheet' | 'table' | 'view';
  columns?: ColumnInfo[];
  rowCount?: number;
}
