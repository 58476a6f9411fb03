import {
  type Data,
  DataType,
  type Date_,
  type Decimal,
  type Dictionary,
  type Duration,
  type FixedSizeBinary,
  type FixedSizeList,
  type Float,
  type Int,
  type Interval,
  type List,
  type Map_,
  makeVector,
  type Struct,
  type Time,
  type Timestamp,
  TimeUnit,
  Type,
  type Vector,
} from 'apache-arrow';
import { MillraceError } from '../../../../shared/errors';
import { quoteIdentifier } from '../../../../shared/sql/quote';

/** The DuckDB type that holds every value of an Arrow type. Throws UNSUPPORTED, naming the column. */
export function duckdbType(type: DataType, column: string): string {
  switch (type.typeId) {
    case Type.Null:
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return 'VARCHAR';
    case Type.Bool:
      return 'BOOLEAN';
    case Type.Int:
      return integerType(type as Int);
    case Type.Float:
      return (type as Float).precision === 2 ? 'DOUBLE' : 'FLOAT';
    case Type.Binary:
    case Type.LargeBinary:
    case Type.BinaryView:
    case Type.FixedSizeBinary:
      return 'BLOB';
    case Type.Decimal:
      return decimalType(type as Decimal);
    case Type.Date:
      return 'DATE';
    case Type.Time:
      return (type as Time).unit === TimeUnit.NANOSECOND ? 'TIME_NS' : 'TIME';
    case Type.Timestamp:
      return timestampType(type as Timestamp);
    // Parquet's intervals keep milliseconds only: the text keeps all and can be cast to INTERVAL.
    case Type.Duration:
    case Type.Interval:
      return 'VARCHAR';
    case Type.Dictionary:
      return duckdbType((type as Dictionary).dictionary, column);
    default:
      return nestedType(type, column);
  }
}

function nestedType(type: DataType, column: string): string {
  if (DataType.isList(type) || DataType.isFixedSizeList(type) || type.typeId === Type.LargeList) {
    return `${duckdbType((type as List | FixedSizeList).children[0]?.type as DataType, column)}[]`;
  }
  if (DataType.isStruct(type)) {
    const fields = (type as Struct).children.map((f) => `${quoteIdentifier(f.name)} ${duckdbType(f.type, column)}`);
    return `STRUCT(${fields.join(', ')})`;
  }
  if (DataType.isMap(type)) {
    const entries = (type as Map_).children[0]?.type as Struct | undefined;
    const [key, value] = entries?.children ?? [];
    return `MAP(${duckdbType(key?.type as DataType, column)}, ${duckdbType(value?.type as DataType, column)})`;
  }
  throw new MillraceError({
    code: 'UNSUPPORTED',
    message: `Column ${JSON.stringify(column)} has the Arrow type ${String(type)}, which cannot be read.`,
    hint: 'Leave the column out when you write the file, or write it as text.',
  });
}

function integerType(type: Int): string {
  const names: Record<number, string> = { 8: 'TINYINT', 16: 'SMALLINT', 32: 'INTEGER', 64: 'BIGINT' };
  return `${type.isSigned ? '' : 'U'}${names[type.bitWidth] ?? 'BIGINT'}`;
}

function decimalType(type: Decimal): string {
  const fits = type.precision <= 38 && type.scale >= 0 && type.scale <= type.precision;
  return fits ? `DECIMAL(${type.precision},${type.scale})` : 'VARCHAR';
}

function timestampType(type: Timestamp): string {
  if (type.timezone) return 'TIMESTAMPTZ';
  return type.unit === TimeUnit.NANOSECOND ? 'TIMESTAMP_NS' : 'TIMESTAMP';
}

/**
 * A value as JSON text that DuckDB casts to `duckdbType` without loss. Numbers of 64 bits and more, decimals and times
 * are taken from the raw buffers, as apache-arrow gives timestamps in milliseconds and decimals as words.
 */
export function jsonText(vector: Vector, index: number): string {
  if (vector.type.typeId === Type.Null || !vector.isValid(index)) return 'null';
  const type = vector.type as DataType;
  switch (type.typeId) {
    case Type.Bool:
      return vector.get(index) ? 'true' : 'false';
    case Type.Int:
      return (type as Int).bitWidth === 64 ? `"${raw(vector, index)}"` : String(raw(vector, index));
    case Type.Float:
      return floatText(Number(vector.get(index)));
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return JSON.stringify(vector.get(index));
    case Type.Binary:
    case Type.LargeBinary:
    case Type.BinaryView:
    case Type.FixedSizeBinary:
      return blobText(vector.get(index) as FixedSizeBinary['TValue']);
    case Type.Decimal:
      return `"${decimalText(words(vector, index, (type as Decimal).bitWidth), (type as Decimal).scale)}"`;
    case Type.Date:
      return `"${dayText(days(type as Date_, raw(vector, index)))}"`;
    case Type.Time:
      return `"${clockText(nanoseconds((type as Time).unit, raw(vector, index)))}"`;
    case Type.Timestamp:
      return `"${timestampText(type as Timestamp, raw(vector, index))}"`;
    case Type.Duration:
      return `"${BigInt(raw(vector, index))} ${UNIT_WORDS[(type as Duration).unit] ?? ''}"`;
    case Type.Interval:
      return JSON.stringify(intervalText(type as Interval, vector.get(index) as Int32Array));
    case Type.Dictionary:
      return dictionaryText(vector, index);
    default:
      return nestedText(type, vector, index);
  }
}

function nestedText(type: DataType, vector: Vector, index: number): string {
  if (DataType.isStruct(type)) {
    const members = (type as Struct).children.map((field, child) => {
      const column = vector.getChildAt(child);
      return `${JSON.stringify(field.name)}:${column ? jsonText(column, index) : 'null'}`;
    });
    return `{${members.join(',')}}`;
  }
  if (DataType.isMap(type)) return mapText(vector, index);
  const items = vector.get(index) as Vector;
  return `[${Array.from({ length: items.length }, (_, item) => jsonText(items, item)).join(',')}]`;
}

function mapText(vector: Vector, index: number): string {
  const { data, row } = locate(vector, index);
  const offsets = data.valueOffsets as Int32Array;
  const entries = data.children[0] as Data;
  const [keys, values] = entries.children as [Data, Data];
  const members: string[] = [];
  for (let item = offsets[row] ?? 0; item < (offsets[row + 1] ?? 0); item += 1) {
    const key = jsonText(vectorOf(keys), item);
    members.push(`${key.startsWith('"') ? key : JSON.stringify(key)}:${jsonText(vectorOf(values), item)}`);
  }
  return `{${members.join(',')}}`;
}

function dictionaryText(vector: Vector, index: number): string {
  const { data, row } = locate(vector, index);
  const key = Number((data.values as ArrayLike<number | bigint>)[row] ?? 0);
  return data.dictionary ? jsonText(data.dictionary as Vector, key) : 'null';
}

const vectors = new WeakMap<Data, Vector>();

function vectorOf(data: Data): Vector {
  const known = vectors.get(data);
  if (known) return known;
  const made = makeVector(data) as Vector;
  vectors.set(data, made);
  return made;
}

/** The chunk of a vector that holds a row, and the row's place in it. */
function locate(vector: Vector, index: number): { data: Data; row: number } {
  let row = index;
  for (const data of vector.data as readonly Data[]) {
    if (row < data.length) return { data, row };
    row -= data.length;
  }
  throw new RangeError(`row ${index} of ${vector.length}`);
}

function raw(vector: Vector, index: number): number | bigint {
  const { data, row } = locate(vector, index);
  return (data.values as ArrayLike<number | bigint>)[row] ?? 0;
}

/** The little-endian 32-bit words of a decimal. */
function words(vector: Vector, index: number, bits: number): Uint32Array {
  const { data, row } = locate(vector, index);
  const count = bits / 32;
  return (data.values as Uint32Array).subarray(row * count, (row + 1) * count);
}

function decimalText(value: Uint32Array, scale: number): string {
  let number = 0n;
  for (let index = value.length - 1; index >= 0; index -= 1) number = (number << 32n) | BigInt(value[index] ?? 0);
  number = BigInt.asIntN(value.length * 32, number);
  const digits = (number < 0n ? -number : number).toString().padStart(Math.max(scale, 0) + 1, '0');
  const sign = number < 0n ? '-' : '';
  if (scale <= 0) return sign + digits + '0'.repeat(-scale);
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function floatText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '"-0.0"' : String(value);
  return Number.isNaN(value) ? '"NaN"' : value > 0 ? '"Infinity"' : '"-Infinity"';
}

/** DuckDB reads `\x41` in a text that is cast to BLOB as that byte. */
function blobText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  return `"${hex.replace(/../g, '\\\\x$&')}"`;
}

const NANOSECONDS = [1_000_000_000n, 1_000_000n, 1_000n, 1n];
const UNIT_WORDS = ['seconds', 'milliseconds', 'microseconds', 'nanoseconds'];
const DAY = 86_400_000_000_000n;

function nanoseconds(unit: TimeUnit, value: number | bigint): bigint {
  return BigInt(value) * (NANOSECONDS[unit] ?? 1n);
}

function days(type: Date_, value: number | bigint): number {
  return type.unit === 0 ? Number(value) : Math.floor(Number(value) / 86_400_000);
}

function timestampText(type: Timestamp, value: number | bigint): string {
  const total = nanoseconds(type.unit, value);
  const rest = ((total % DAY) + DAY) % DAY;
  if (type.timezone && total % 1_000n !== 0n) {
    throw new MillraceError({
      code: 'UNSUPPORTED',
      message: 'A column of timestamps with a zone has nanoseconds, which would be lost.',
      hint: 'Write the column without a zone, or in microseconds.',
    });
  }
  const day = dayText(Number((total - rest) / DAY));
  const clock = clockText(rest);
  const zone = type.timezone ? '+00' : '';
  return day.endsWith(' (BC)') ? `${day.slice(0, -5)} ${clock}${zone} (BC)` : `${day} ${clock}${zone}`;
}

function clockText(nanos: bigint): string {
  const seconds = Number(nanos / 1_000_000_000n);
  const fraction = (nanos % 1_000_000_000n).toString().padStart(9, '0');
  const two = (value: number) => String(value).padStart(2, '0');
  const shown = fraction.endsWith('000') ? fraction.slice(0, 6) : fraction;
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${shown}`;
}

/** The day of the proleptic Gregorian calendar, by days since 1970-01-01. */
function dayText(day: number): string {
  // Howard Hinnant, "chrono-compatible low-level date algorithms": civil_from_days; Date ends at the year 275760.
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * ofYear + 2) / 153);
  const dayOfMonth = ofYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const shown = year > 0 ? year : 1 - year;
  const text = `${String(shown).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}`;
  return year > 0 ? text : `${text} (BC)`;
}

function intervalText(type: Interval, value: Int32Array): string {
  if (type.unit === 0) return `${value[0] ?? 0} years ${value[1] ?? 0} months`;
  if (type.unit === 1) return `${value[0] ?? 0} days ${value[1] ?? 0} milliseconds`;
  const nanos = new DataView(value.buffer, value.byteOffset + 8, 8).getBigInt64(0, true);
  return `${value[0] ?? 0} months ${value[1] ?? 0} days ${nanos / 1_000n} microseconds`;
}
