/** The families of column types that views treat alike: how a value is aligned, marked, sorted and charted. */
export type ColumnKind =
  | 'integer'
  | 'decimal'
  | 'float'
  | 'boolean'
  | 'text'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'interval'
  | 'json'
  | 'list'
  | 'struct'
  | 'map'
  | 'union'
  | 'blob'
  | 'bit'
  | 'uuid'
  | 'enum'
  | 'other';

/** A column as DuckDB names and types it; `type` is DuckDB's own spelling, with aliases such as JSON kept. */
export interface ColumnInfo {
  name: string;
  type: string;
  kind: ColumnKind;
}

const KIND_OF_BASE: Record<string, ColumnKind> = {
  TINYINT: 'integer',
  SMALLINT: 'integer',
  INTEGER: 'integer',
  BIGINT: 'integer',
  HUGEINT: 'integer',
  UTINYINT: 'integer',
  USMALLINT: 'integer',
  UINTEGER: 'integer',
  UBIGINT: 'integer',
  UHUGEINT: 'integer',
  BIGNUM: 'integer',
  DECIMAL: 'decimal',
  FLOAT: 'float',
  DOUBLE: 'float',
  BOOLEAN: 'boolean',
  VARCHAR: 'text',
  DATE: 'date',
  TIME: 'time',
  TIME_NS: 'time',
  'TIME WITH TIME ZONE': 'time',
  TIMESTAMP: 'timestamp',
  TIMESTAMP_S: 'timestamp',
  TIMESTAMP_MS: 'timestamp',
  TIMESTAMP_NS: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
  INTERVAL: 'interval',
  JSON: 'json',
  BLOB: 'blob',
  BIT: 'bit',
  UUID: 'uuid',
  ENUM: 'enum',
  STRUCT: 'struct',
  MAP: 'map',
  UNION: 'union',
};

/** The kind of a DuckDB type, told from its spelling: `DECIMAL(12,2)`, `INTEGER[]`, `STRUCT(a INTEGER)`. */
export function columnKind(type: string): ColumnKind {
  if (/\[\d*\]$/.test(type)) return 'list';
  const base = type.replace(/\(.*$/s, '').trim().toUpperCase();
  return KIND_OF_BASE[base] ?? 'other';
}

const MARKS: Record<ColumnKind, string> = {
  integer: '123',
  decimal: '1.0',
  float: '1.0',
  boolean: '01',
  text: 'Aa',
  date: '◷',
  time: '◷',
  timestamp: '◷',
  interval: '◷',
  json: '{}',
  list: '[]',
  struct: '{}',
  map: '{}',
  union: '{}',
  blob: '0x',
  bit: '01',
  uuid: 'id',
  enum: 'Aa',
  other: '··',
};

/** The small mark that stands before a column's name in trees and grids. */
export function kindMark(kind: ColumnKind): string {
  return MARKS[kind];
}

/** Whether values of the kind are numbers, aligned right with tabular figures. */
export function isNumeric(kind: ColumnKind): boolean {
  return kind === 'integer' || kind === 'decimal' || kind === 'float';
}
