import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBGeometryValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimeNSValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
} from '@duckdb/node-api';
import { type Data, type DataType, type Table, Type } from 'apache-arrow';

/** The plain form both sides are brought into: numbers as text, bytes as hexadecimal, nested values as arrays. */
export type Plain = string | null | Plain[];

/** A cell of an Arrow table, read from its buffers, as the library's own getters fail on extreme values. */
export function arrowCell(table: Table, column: number, row: number): Plain {
  let at = row;
  for (const data of table.getChildAt(column)?.data ?? []) {
    if (at < data.length) return fromData(data as Data, at);
    at -= data.length;
  }
  throw new Error(`no row ${row}`);
}

function fromData(data: Data, index: number): Plain {
  if (!data.getValid(index)) return null;
  const type = data.type as DataType;
  const range = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => fromData(data.children[0] as Data, from + at));
  switch (type.typeId) {
    case Type.Utf8:
      return new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(data, index));
    case Type.Binary:
      return Buffer.from(bytesOf(data, index)).toString('hex');
    case Type.List:
      return range(data.valueOffsets[index], data.valueOffsets[index + 1]);
    case Type.FixedSizeList: {
      const size = (type as unknown as { listSize: number }).listSize;
      return range(index * size, index * size + size);
    }
    case Type.Struct:
      return data.children.map((child) => fromData(child as Data, index));
    case Type.Map: {
      const entries = data.children[0] as Data;
      return Array.from({ length: data.valueOffsets[index + 1] - data.valueOffsets[index] }, (_, at) =>
        entries.children.map((child) => fromData(child as Data, data.valueOffsets[index] + at)),
      );
    }
    case Type.Bool:
      return String(((data.values[index >> 3] as number) >> (index & 7)) & 1);
    case Type.Decimal:
      return decimalDigits(data.values.subarray(index * 4, index * 4 + 4));
    default:
      return integerOrFloat(data, index);
  }
}

function integerOrFloat(data: Data, index: number): string {
  const values = data.values as { BYTES_PER_ELEMENT: number; [index: number]: number | bigint };
  return Object.is(values[index], -0) ? '-0' : String(values[index]);
}

function bytesOf(data: Data, index: number): Uint8Array {
  return (data.values as Uint8Array).subarray(data.valueOffsets[index], data.valueOffsets[index + 1]);
}

function decimalDigits(words: Int32Array | Uint32Array): string {
  let value = 0n;
  for (let index = 3; index >= 0; index -= 1) value = (value << 32n) | BigInt((words[index] ?? 0) >>> 0);
  return String(BigInt.asIntN(128, value));
}

/** A value of the binding in the same plain form. */
export function duckCell(value: unknown): Plain {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number' || typeof value === 'bigint') return Object.is(value, -0) ? '-0' : String(value);
  if (value instanceof DuckDBDateValue) return String(value.days);
  if (value instanceof DuckDBGeometryValue) return Buffer.from(value.bytes).toString('hex');
  if (value instanceof DuckDBTimeNSValue) return String(value.nanos);
  if (value instanceof DuckDBTimeValue) return String(value.micros);
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return String(value.micros);
  if (value instanceof DuckDBTimestampSecondsValue) return String(value.seconds);
  if (value instanceof DuckDBTimestampMillisecondsValue) return String(value.millis);
  if (value instanceof DuckDBTimestampNanosecondsValue) return String(value.nanos);
  if (value instanceof DuckDBDecimalValue) return String(value.value);
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('hex');
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(duckCell);
  if (value instanceof DuckDBStructValue) return Object.values(value.entries).map(duckCell);
  if (value instanceof DuckDBMapValue)
    return value.entries.map(({ key, value: item }) => [duckCell(key), duckCell(item)]);
  return String(value);
}
