import { type DuckDBType, DuckDBTypeId, DuckDBVector } from '@duckdb/node-api';
import { type Data, type DataType, makeData } from 'apache-arrow';
import { Bitmap, ByteBuffer } from './arrow-buffers';
import { ArrayBuilder, ListBuilder, StructBuilder } from './arrow-nested-builders';
import { arrowType } from './arrow-types';
import type { ColumnBuilder } from './column-builder';
import { StringReader } from './string-heap';
import { isValid, type VectorData, valueWidth } from './vector-data';

/** The builder for a DuckDB type, fitting {@link arrowType}. */
export function columnBuilder(type: DuckDBType): ColumnBuilder {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return new BooleanBuilder();
    case DuckDBTypeId.DECIMAL:
      return new DecimalBuilder(type);
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.BLOB:
    case DuckDBTypeId.GEOMETRY:
      return new BytesBuilder(arrowType(type));
    case DuckDBTypeId.ENUM:
      return new EnumBuilder(type.values);
    case DuckDBTypeId.LIST:
      return new ListBuilder(type, [columnBuilder(type.valueType)]);
    case DuckDBTypeId.MAP:
      return new ListBuilder(type, [columnBuilder(type.keyType), columnBuilder(type.valueType)]);
    case DuckDBTypeId.ARRAY:
      return new ArrayBuilder(type, type.length, columnBuilder(type.valueType));
    case DuckDBTypeId.STRUCT:
      return new StructBuilder(type, type.entryTypes.map(columnBuilder));
    default:
      return isText(type) ? new TextBuilder(type) : new FixedBuilder(type);
  }
}

function isText(type: DuckDBType): boolean {
  return arrowType(type).toString() === 'Utf8';
}

/** Values that Arrow stores as DuckDB does: copied as they lie. */
class FixedBuilder implements ColumnBuilder {
  private values = new ByteBuffer();
  private validity = new Bitmap();
  private readonly width: number;
  private readonly type: DataType;

  constructor(type: DuckDBType) {
    this.width = valueWidth(type);
    this.type = arrowType(type);
  }

  append(data: VectorData, start: number, count: number): void {
    this.values.append(data.bytes, start * this.width, count * this.width);
    this.validity.append(data.validity, start, count);
  }

  bytes(): number {
    return this.values.length;
  }

  finish(): Data {
    const data = flatData(this.type, this.validity, this.values.finish());
    this.values = new ByteBuffer(this.values.bytes.length);
    this.validity = new Bitmap();
    return data;
  }
}

class BooleanBuilder implements ColumnBuilder {
  private values = new ByteBuffer(8192);
  private validity = new Bitmap();

  append(data: VectorData, start: number, count: number): void {
    const from = this.validity.length;
    const needed = (from + count + 7) >> 3;
    if (needed > this.values.length) this.values.reserve(needed - this.values.length);
    for (let index = 0; index < count; index += 1) {
      const at = from + index;
      const bit = 1 << (at & 7);
      const before = this.values.bytes[at >> 3] as number;
      this.values.bytes[at >> 3] = data.bytes[start + index] === 1 ? before | bit : before & ~bit;
    }
    this.validity.append(data.validity, start, count);
  }

  bytes(): number {
    return this.values.length;
  }

  finish(): Data {
    const data = flatData(BOOLEAN, this.validity, this.values.finish());
    this.values = new ByteBuffer(8192);
    this.validity = new Bitmap();
    return data;
  }
}

const BOOLEAN = arrowType({ typeId: DuckDBTypeId.BOOLEAN } as DuckDBType);

/** DuckDB stores small decimals in 2, 4 or 8 bytes; Arrow's are 16, with the sign carried on. */
class DecimalBuilder implements ColumnBuilder {
  private values = new ByteBuffer(16 * 2048);
  private validity = new Bitmap();
  private readonly width: number;
  private readonly type: DataType;

  constructor(type: DuckDBType) {
    this.width = valueWidth(type);
    this.type = arrowType(type);
  }

  append(data: VectorData, start: number, count: number): void {
    if (this.width === 16) this.values.append(data.bytes, start * 16, count * 16);
    else this.widen(data.bytes, start, count);
    this.validity.append(data.validity, start, count);
  }

  bytes(): number {
    return this.values.length;
  }

  finish(): Data {
    const data = flatData(this.type, this.validity, this.values.finish());
    this.values = new ByteBuffer(this.values.bytes.length);
    this.validity = new Bitmap();
    return data;
  }

  private widen(source: Uint8Array, start: number, count: number): void {
    const at = this.values.reserve(count * 16);
    const words = new Int32Array(this.values.bytes.buffer, at, count * 4);
    const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
    for (let index = 0; index < count; index += 1) {
      const from = (start + index) * this.width;
      const low = this.width === 2 ? view.getInt16(from, true) : view.getInt32(from, true);
      const next = this.width === 8 ? view.getInt32(from + 4, true) : low >> 31;
      const sign = next >> 31;
      const to = index * 4;
      words[to] = low;
      words[to + 1] = next;
      words[to + 2] = sign;
      words[to + 3] = sign;
    }
  }
}

/** Gathers values of changing length: their bytes, and where each one ends. */
class VariableValues {
  private offsets = new ByteBuffer(4 * 2049);
  private heap = new ByteBuffer(64 * 1024);
  readonly validity = new Bitmap();
  /** The sink for StringReader, made once. */
  readonly take = (bytes: Uint8Array, from: number, length: number): void => {
    this.heap.append(bytes, from, length);
  };

  /** Tells that one value ends here. */
  endValue(): void {
    const at = this.offsets.reserve(4);
    new DataView(this.offsets.bytes.buffer).setInt32(at, this.heap.length, true);
  }

  /** Tells the ends of many values at once. */
  ends(count: number, fill: (ends: Int32Array, heap: ByteBuffer) => void): void {
    const at = this.offsets.reserve(4 * count);
    fill(new Int32Array(this.offsets.bytes.buffer, at, count), this.heap);
  }

  bytes(): number {
    return this.heap.length + this.offsets.length;
  }

  finish(type: DataType): Data {
    const length = this.validity.length;
    const valueOffsets = new Int32Array(length + 1);
    valueOffsets.set(new Int32Array(this.offsets.bytes.buffer, 0, length), 1);
    return makeData({
      type,
      length,
      nullCount: this.validity.nulls,
      nullBitmap: this.validity.finish(),
      valueOffsets,
      data: this.heap.finish(),
    } as never) as Data;
  }
}

class BytesBuilder implements ColumnBuilder {
  private values = new VariableValues();

  constructor(private readonly type: DataType) {}

  append(data: VectorData, start: number, count: number): void {
    const { validity } = data;
    const reader = new StringReader(data.bytes, (index) => isValid(validity, index), data.size);
    const { take } = this.values;
    this.values.ends(count, (ends, heap) => {
      for (let index = 0; index < count; index += 1) {
        if (isValid(validity, start + index)) reader.read(start + index, take);
        ends[index] = heap.length;
      }
    });
    this.values.validity.append(validity, start, count);
  }

  bytes(): number {
    return this.values.bytes();
  }

  finish(): Data {
    const data = this.values.finish(this.type);
    this.values = new VariableValues();
    return data;
  }
}

const UTF8 = arrowType({ typeId: DuckDBTypeId.VARCHAR } as DuckDBType);
const encoder = new TextEncoder();

class EnumBuilder implements ColumnBuilder {
  private values = new VariableValues();
  private readonly names: Uint8Array[];

  constructor(names: readonly string[]) {
    this.names = names.map((name) => encoder.encode(name));
  }

  append(data: VectorData, start: number, count: number): void {
    const width = data.bytes.length / data.size;
    const view = new DataView(data.bytes.buffer, data.bytes.byteOffset, data.bytes.byteLength);
    for (let index = start; index < start + count; index += 1) {
      if (isValid(data.validity, index)) {
        const code =
          width === 1
            ? view.getUint8(index)
            : width === 2
              ? view.getUint16(index * 2, true)
              : view.getUint32(index * 4, true);
        const name = this.names[code] as Uint8Array;
        this.values.take(name, 0, name.length);
      }
      this.values.endValue();
    }
    this.values.validity.append(data.validity, start, count);
  }

  bytes(): number {
    return this.values.bytes();
  }

  finish(): Data {
    const data = this.values.finish(UTF8);
    this.values = new VariableValues();
    return data;
  }
}

/** Types that Arrow lacks, as the text that the binding gives for a value. */
class TextBuilder implements ColumnBuilder {
  private values = new VariableValues();

  constructor(private readonly type: DuckDBType) {}

  append(data: VectorData, start: number, count: number): void {
    const vector = DuckDBVector.create(data.vector, data.size, this.type);
    for (let index = start; index < start + count; index += 1) {
      const value = vector.getItem(index);
      if (value !== null) {
        const bytes = encoder.encode(String(value));
        this.values.take(bytes, 0, bytes.length);
      }
      this.values.validity.appendBit(value !== null);
      this.values.endValue();
    }
  }

  bytes(): number {
    return this.values.bytes();
  }

  finish(): Data {
    const data = this.values.finish(UTF8);
    this.values = new VariableValues();
    return data;
  }
}

function flatData(type: DataType, validity: Bitmap, bytes: Uint8Array): Data {
  const ArrayType = type.ArrayType as unknown as {
    new (buffer: ArrayBufferLike, offset: number, length: number): ArrayBufferView;
    BYTES_PER_ELEMENT: number;
  };
  return makeData({
    type,
    length: validity.length,
    nullCount: validity.nulls,
    nullBitmap: validity.finish(),
    data: new ArrayType(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / ArrayType.BYTES_PER_ELEMENT)),
  } as never) as Data;
}
