import { type DuckDBType, DuckDBTypeId } from '@duckdb/node-api';
import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  Map_,
  Struct,
  TimeMicrosecond,
  TimeNanosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from 'apache-arrow';
import { typeName } from './type-name';

const SIMPLE = new Map<DuckDBTypeId, () => DataType>([
  [DuckDBTypeId.BOOLEAN, () => new Bool()],
  [DuckDBTypeId.TINYINT, () => new Int8()],
  [DuckDBTypeId.SMALLINT, () => new Int16()],
  [DuckDBTypeId.INTEGER, () => new Int32()],
  [DuckDBTypeId.BIGINT, () => new Int64()],
  [DuckDBTypeId.UTINYINT, () => new Uint8()],
  [DuckDBTypeId.USMALLINT, () => new Uint16()],
  [DuckDBTypeId.UINTEGER, () => new Uint32()],
  [DuckDBTypeId.UBIGINT, () => new Uint64()],
  [DuckDBTypeId.FLOAT, () => new Float32()],
  [DuckDBTypeId.DOUBLE, () => new Float64()],
  [DuckDBTypeId.DATE, () => new DateDay()],
  [DuckDBTypeId.TIME, () => new TimeMicrosecond()],
  [DuckDBTypeId.TIME_NS, () => new TimeNanosecond()],
  [DuckDBTypeId.TIMESTAMP, () => new TimestampMicrosecond()],
  [DuckDBTypeId.TIMESTAMP_S, () => new TimestampSecond()],
  [DuckDBTypeId.TIMESTAMP_MS, () => new TimestampMillisecond()],
  [DuckDBTypeId.TIMESTAMP_NS, () => new TimestampNanosecond()],
  [DuckDBTypeId.TIMESTAMP_TZ, () => new TimestampMicrosecond('UTC')],
  [DuckDBTypeId.BLOB, () => new Binary()],
  // Well-known binary, as it lies in the vector.
  [DuckDBTypeId.GEOMETRY, () => new Binary()],
]);

/**
 * The Arrow type that holds every value of the DuckDB type. Where Arrow has none (HUGEINT, whose range is beyond 38
 * digits, UUID, ENUM, INTERVAL, TIMETZ, BIT, UNION, VARIANT, BIGNUM) the value goes as text.
 */
export function arrowType(type: DuckDBType): DataType {
  const simple = SIMPLE.get(type.typeId);
  if (simple) return simple();
  switch (type.typeId) {
    case DuckDBTypeId.DECIMAL:
      return new Decimal(type.scale, type.width, 128);
    case DuckDBTypeId.LIST:
      return new List(arrowField('item', type.valueType));
    case DuckDBTypeId.ARRAY:
      return new FixedSizeList(type.length, arrowField('item', type.valueType));
    case DuckDBTypeId.STRUCT:
      return new Struct(type.entryNames.map((name, index) => arrowField(name, type.entryTypes[index] as DuckDBType)));
    case DuckDBTypeId.MAP:
      return new Map_(
        new Field(
          'entries',
          new Struct([new Field('key', arrowType(type.keyType), false), arrowField('value', type.valueType)]),
          false,
        ) as never,
      );
    default:
      return new Utf8();
  }
}

/** A nullable field; its metadata `duckdb_type` spells the DuckDB type, so that a reader can cast text back. */
export function arrowField(name: string, type: DuckDBType): Field {
  return new Field(name, arrowType(type), true, new Map([['duckdb_type', typeName(type)]]));
}
