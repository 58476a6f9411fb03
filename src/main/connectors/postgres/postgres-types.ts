import { type ColumnInfo, columnKind } from '../../../shared/columns';

/** A column of a table as the catalog of the server tells it. */
export interface PostgresColumn {
  name: string;
  /** As the server writes it: `numeric(10,2)`, `character varying(20)[]`. */
  nativeType: string;
  /** Of the type below domains: pg_type.typname, such as `numeric`, `_int4`. */
  baseName: string;
  /** Precision and scale of a numeric; undefined where it has none. */
  precision: number | undefined;
  scale: number | undefined;
  isDomain: boolean;
  isEnum: boolean;
  isComposite: boolean;
  nullable: boolean;
  comment: string | undefined;
}

const ENGINE_TYPES: Record<string, string> = {
  bool: 'BOOLEAN',
  int2: 'SMALLINT',
  int4: 'INTEGER',
  int8: 'BIGINT',
  oid: 'BIGINT',
  float4: 'FLOAT',
  float8: 'DOUBLE',
  date: 'DATE',
  time: 'TIME',
  timetz: 'TIME WITH TIME ZONE',
  timestamp: 'TIMESTAMP',
  timestamptz: 'TIMESTAMP WITH TIME ZONE',
  interval: 'INTERVAL',
  bytea: 'BLOB',
  uuid: 'UUID',
  point: 'STRUCT(x DOUBLE, y DOUBLE)',
};

/**
 * How a column stands to the engine:
 * - `direct`: the engine's own reading is exact for every value
 * - `checked`: exact unless the column holds one of a few values, which the server can be asked for
 * - `text`: only the server's text is exact
 */
type Exactness = 'direct' | 'checked' | 'text';

/** Arrays and values whose parts the engine would alter: NaN becomes 0, late timestamps early ones, open paths closed. */
const ALTERED: ReadonlySet<string> = new Set(['_numeric', '_timestamp', '_timestamptz', 'path', '_path']);

/** By the column's type; seen with DuckDB 1.5.5 on the extremes of each. Domains it reads as the server's text. */
export function exactness(column: PostgresColumn): Exactness {
  if (column.isComposite || ALTERED.has(column.baseName)) return 'text';
  if (column.isDomain) return 'direct';
  if (column.baseName === 'numeric') return fitsDecimal(column) ? 'checked' : 'text';
  return column.baseName === 'timestamp' || column.baseName === 'timestamptz' ? 'checked' : 'direct';
}

/** A numeric whose digits a DECIMAL holds. */
function fitsDecimal({ precision, scale }: PostgresColumn): boolean {
  return precision !== undefined && precision <= 38 && (scale ?? 0) >= 0 && (scale ?? 0) <= precision;
}

/** The column as a worksheet sees it; one that is read as the server's text is VARCHAR. */
export function engineColumn(column: PostgresColumn): ColumnInfo {
  const type = engineType(column);
  return { name: column.name, type, kind: columnKind(type) };
}

function engineType(column: PostgresColumn): string {
  if (column.isDomain || exactness(column) === 'text') return 'VARCHAR';
  if (column.baseName === 'numeric') return `DECIMAL(${column.precision},${column.scale ?? 0})`;
  if (column.isEnum) return 'ENUM';
  if (column.baseName.startsWith('_')) return `${ENGINE_TYPES[column.baseName.slice(1)] ?? 'VARCHAR'}[]`;
  return ENGINE_TYPES[column.baseName] ?? 'VARCHAR';
}

/** A condition, in the server's SQL, that holds for values of a `checked` column that the engine would alter. */
export function alteredCondition(column: PostgresColumn, name: string): string {
  if (column.baseName === 'numeric') return `${name} = 'NaN'`;
  // DuckDB's timestamps end there; later ones wrap around to before the year 0.
  return `(${name} > '294247-01-10 04:00:54.775806' and ${name} <> 'infinity')`;
}

/** A sentence for a column that arrives in another form than its type says; undefined for all others. */
export function columnNote(column: PostgresColumn): string | undefined {
  if (exactness(column) !== 'text') return undefined;
  const what = `Column ${column.name} (${column.nativeType}) arrives as the server's text`;
  if (column.baseName !== 'numeric') return `${what}, as the engine would alter some of its values.`;
  return `${what}, digit by digit, as no DECIMAL holds all its values; write ${column.name}::DECIMAL(38, 10) to count with it.`;
}
