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
};

/**
 * How a column stands to the engine:
 * - `direct`: the engine's own reading is exact for every value
 * - `checked`: exact unless the column holds one of a few values, which the server can be asked for
 * - `text`: only the server's text is exact
 */
export type Exactness = 'direct' | 'checked' | 'text';

/** A numeric whose digits a DECIMAL holds. */
function fitsDecimal(column: PostgresColumn): boolean {
  const { baseName, precision, scale } = column;
  if (baseName !== 'numeric' || precision === undefined) return false;
  return precision <= 38 && (scale ?? 0) >= 0 && (scale ?? 0) <= precision;
}

/** The engine's type of a column that it reads exactly, and VARCHAR for what is read as the server's text. */
export function engineColumn(column: PostgresColumn): ColumnInfo {
  const type = engineType(column);
  return { name: column.name, type, kind: columnKind(type) };
}

function engineType(column: PostgresColumn): string {
  if (exactness(column) === 'text') return isJson(column) ? 'JSON' : 'VARCHAR';
  if (fitsDecimal(column)) return `DECIMAL(${column.precision},${column.scale ?? 0})`;
  if (column.isEnum) return 'ENUM';
  const element = elementName(column);
  if (element) return `${ENGINE_TYPES[element] ?? 'VARCHAR'}[]`;
  return ENGINE_TYPES[column.baseName] ?? 'VARCHAR';
}

/** The element type of an array that the engine reads value by value; one of more dimensions it refuses itself. */
function elementName(column: PostgresColumn): string | undefined {
  const element = column.baseName.startsWith('_') ? column.baseName.slice(1) : '';
  const isExact = (element in ENGINE_TYPES || TEXT_TYPES.has(element)) && !element.startsWith('timestamp');
  return isExact ? element : undefined;
}

function isJson(column: PostgresColumn): boolean {
  return column.baseName === 'json' || column.baseName === 'jsonb';
}

/** Types that arrive as text, whose text is the value. */
const TEXT_TYPES: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'name', 'char', 'xml', 'citext']);

/** By the column's type; seen with DuckDB 1.5.5 on the extremes of each. */
export function exactness(column: PostgresColumn): Exactness {
  if (column.isDomain) return 'text';
  if (column.isEnum || TEXT_TYPES.has(column.baseName)) return 'direct';
  if (column.baseName === 'numeric') return fitsDecimal(column) ? 'checked' : 'text';
  if (column.baseName === 'timestamp' || column.baseName === 'timestamptz') return 'checked';
  return column.baseName in ENGINE_TYPES || elementName(column) ? 'direct' : 'text';
}

/** A condition, in the server's SQL, that holds for values the engine would read as others. */
export function inexactCondition(column: PostgresColumn, name: string): string {
  if (column.baseName === 'numeric') return `${name} = 'NaN'`;
  // DuckDB's timestamps end there; later ones wrap around to before the year 0.
  return `(${name} > '294247-01-10 04:00:54.775806' and ${name} <> 'infinity')`;
}

/** A sentence for a column that arrives in another form than its type says; undefined for all others. */
export function columnNote(column: PostgresColumn): string | undefined {
  const what = `Column ${column.name} (${column.nativeType})`;
  if (isJson(column)) return undefined;
  if (column.baseName === 'numeric' && !column.isDomain) {
    if (fitsDecimal(column)) return undefined;
    return `${what} arrives as text, digit by digit, as no DECIMAL holds all its values; write ${column.name}::DECIMAL(38, 10) to count with it.`;
  }
  if (column.isDomain) return `${what} is a domain and arrives as the server's text.`;
  if (exactness(column) === 'text') return `${what} arrives as the server's text.`;
  return undefined;
}
