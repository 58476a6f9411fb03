import { type ColumnInfo, columnKind } from '../../../shared/columns';

/** A column of a table as the server's information schema tells it. */
export interface MysqlColumn {
  name: string;
  /** As the server writes it: `decimal(10,2) unsigned`, `tinyint(1)`. */
  nativeType: string;
  /** Without lengths: `decimal`, `tinyint`. */
  baseName: string;
  precision: number | undefined;
  scale: number | undefined;
  nullable: boolean;
  comment: string | undefined;
}

const SIGNED: Record<string, string> = {
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  mediumint: 'INTEGER',
  int: 'INTEGER',
  bigint: 'BIGINT',
};

const OTHERS: Record<string, string> = {
  year: 'INTEGER',
  float: 'FLOAT',
  double: 'DOUBLE',
  date: 'DATE',
  datetime: 'TIMESTAMP',
  timestamp: 'TIMESTAMP',
  binary: 'BLOB',
  varbinary: 'BLOB',
  tinyblob: 'BLOB',
  blob: 'BLOB',
  mediumblob: 'BLOB',
  longblob: 'BLOB',
};

/**
 * How a column stands to the engine: `direct` is exact for every value, `checked` unless it holds one of a few values
 * that the server can be asked for, and of `text` only the server's text is exact.
 */
export function exactness(column: MysqlColumn): 'direct' | 'checked' | 'text' {
  if (column.baseName === 'decimal') return (column.precision ?? 0) > 38 ? 'text' : 'direct';
  if (column.nativeType.startsWith('tinyint(1)')) return 'checked';
  return ['date', 'datetime', 'timestamp'].includes(column.baseName) ? 'checked' : 'direct';
}

/** A condition, in the server's SQL, for values of a `checked` column that the engine would alter: 2 as true, no day. */
export function alteredCondition(column: MysqlColumn, name: string): string {
  if (column.baseName === 'tinyint') return `${name} not in (0, 1)`;
  return `(month(${name}) = 0 or day(${name}) = 0)`;
}

/** The column as a worksheet sees it; one that is read as the server's text is VARCHAR. */
export function engineColumn(column: MysqlColumn): ColumnInfo {
  const type = engineType(column);
  return { name: column.name, type, kind: columnKind(type) };
}

function engineType(column: MysqlColumn): string {
  const { baseName, nativeType } = column;
  if (exactness(column) === 'text') return 'VARCHAR';
  if (baseName === 'decimal') return `DECIMAL(${column.precision},${column.scale ?? 0})`;
  if (nativeType.startsWith('tinyint(1)') || nativeType === 'bit(1)') return 'BOOLEAN';
  if (baseName === 'bit') return 'BLOB';
  const signed = SIGNED[baseName];
  if (signed) return nativeType.includes('unsigned') ? `U${signed}` : signed;
  return OTHERS[baseName] ?? 'VARCHAR';
}

/** A sentence for a column that arrives in another form than its type says; undefined for all others. */
export function columnNote(column: MysqlColumn): string | undefined {
  if (exactness(column) !== 'text') return undefined;
  return `Column ${column.name} (${column.nativeType}) arrives as the server's text, digit by digit, as no DECIMAL holds all its values.`;
}
