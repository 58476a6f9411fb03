import { type DuckDBDataChunk, type DuckDBType, DuckDBTypeId } from '@duckdb/node-api';
import duckdb, { type Vector } from '@duckdb/node-bindings';

/** A vector's raw memory. It is valid as long as the chunk it came from is held. */
export interface VectorData {
  vector: Vector;
  type: DuckDBType;
  size: number;
  bytes: Uint8Array;
  /** One bit a value, 1 for valid, least significant first; null where all are valid. */
  validity: Uint8Array | null;
  /** Entries of structs, the element vector of lists, arrays and maps. */
  children: VectorData[];
}

const EIGHT: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.TIME,
  DuckDBTypeId.TIME_NS,
  DuckDBTypeId.TIME_TZ,
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
  DuckDBTypeId.TIMESTAMP_TZ,
]);

/** Bytes a value takes in a vector's own memory; 0 for types that keep all in their children. */
export function valueWidth(type: DuckDBType): number {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.UTINYINT:
      return 1;
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.USMALLINT:
      return 2;
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UINTEGER:
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DATE:
      return 4;
    case DuckDBTypeId.DECIMAL:
      return decimalWidth(type.width);
    case DuckDBTypeId.ENUM:
      return enumWidth(type.values.length);
    case DuckDBTypeId.STRUCT:
    case DuckDBTypeId.ARRAY:
    case DuckDBTypeId.UNION:
    case DuckDBTypeId.VARIANT:
      return 0;
    default:
      return EIGHT.has(type.typeId) ? 8 : 16;
  }
}

function decimalWidth(digits: number): number {
  if (digits <= 4) return 2;
  if (digits <= 9) return 4;
  return digits <= 18 ? 8 : 16;
}

function enumWidth(values: number): number {
  if (values <= 0xff) return 1;
  return values <= 0xffff ? 2 : 4;
}

/** The chunk's column as raw memory. */
export function columnData(chunk: DuckDBDataChunk, column: number, type: DuckDBType): VectorData {
  return vectorData(duckdb.data_chunk_get_vector(chunk.chunk, column), chunk.rowCount, type);
}

function vectorData(vector: Vector, size: number, type: DuckDBType): VectorData {
  const width = valueWidth(type);
  return {
    vector,
    type,
    size,
    bytes: width === 0 || size === 0 ? new Uint8Array(0) : duckdb.vector_get_data(vector, size * width),
    validity: size === 0 ? null : (duckdb.vector_get_validity(vector, Math.ceil(size / 64) * 8) ?? null),
    children: childData(vector, size, type),
  };
}

function childData(vector: Vector, size: number, type: DuckDBType): VectorData[] {
  switch (type.typeId) {
    case DuckDBTypeId.LIST:
      return [vectorData(duckdb.list_vector_get_child(vector), duckdb.list_vector_get_size(vector), type.valueType)];
    case DuckDBTypeId.ARRAY:
      return [vectorData(duckdb.array_vector_get_child(vector), size * type.length, type.valueType)];
    case DuckDBTypeId.STRUCT:
      return type.entryTypes.map((entry, index) =>
        vectorData(duckdb.struct_vector_get_child(vector, index), size, entry),
      );
    case DuckDBTypeId.MAP: {
      const entries = duckdb.list_vector_get_child(vector);
      const count = duckdb.list_vector_get_size(vector);
      return [
        vectorData(duckdb.struct_vector_get_child(entries, 0), count, type.keyType),
        vectorData(duckdb.struct_vector_get_child(entries, 1), count, type.valueType),
      ];
    }
    default:
      return [];
  }
}

/** Whether the value at the index is not NULL. */
export function isValid(validity: Uint8Array | null, index: number): boolean {
  return validity === null || (((validity[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}
