import type { DuckDBType } from '@duckdb/node-api';
import { type Data, type DataType, makeData } from 'apache-arrow';
import { Bitmap } from './arrow-buffers';
import { arrowType } from './arrow-types';
import type { ColumnBuilder } from './column-builder';
import { isValid, type VectorData } from './vector-data';

/** Lists and maps. Their entries may point anywhere into the element vector; Arrow wants them one after another. */
export class ListBuilder implements ColumnBuilder {
  private ends: number[] = [];
  private total = 0;
  private validity = new Bitmap();
  private readonly type: DataType;

  constructor(
    type: DuckDBType,
    private readonly elements: ColumnBuilder[],
  ) {
    this.type = arrowType(type);
  }

  append(data: VectorData, start: number, count: number): void {
    const view = new DataView(data.bytes.buffer, data.bytes.byteOffset, data.bytes.byteLength);
    let runStart = 0;
    let runEnd = 0;
    for (let index = start; index < start + count; index += 1) {
      if (isValid(data.validity, index)) {
        const offset = Number(view.getBigUint64(index * 16, true));
        const length = Number(view.getBigUint64(index * 16 + 8, true));
        if (offset !== runEnd) {
          this.appendElements(data, runStart, runEnd - runStart);
          runStart = offset;
        }
        runEnd = offset + length;
        this.total += length;
      }
      this.ends.push(this.total);
    }
    this.appendElements(data, runStart, runEnd - runStart);
    this.validity.append(data.validity, start, count);
  }

  bytes(): number {
    return this.ends.length * 4 + this.elements.reduce((sum, element) => sum + element.bytes(), 0);
  }

  finish(): Data {
    const length = this.ends.length;
    const valueOffsets = new Int32Array(length + 1);
    valueOffsets.set(this.ends, 1);
    const children = this.elements.map((element) => element.finish());
    const child = this.elements.length === 1 ? children[0] : structData(entriesType(this.type), this.total, children);
    const data = makeData({
      type: this.type,
      length,
      nullCount: this.validity.nulls,
      nullBitmap: this.validity.finish(),
      valueOffsets,
      child,
    } as never) as Data;
    this.ends = [];
    this.total = 0;
    this.validity = new Bitmap();
    return data;
  }

  private appendElements(data: VectorData, start: number, count: number): void {
    if (count === 0) return;
    this.elements.forEach((element, index) => {
      element.append(data.children[index] as VectorData, start, count);
    });
  }
}

export class ArrayBuilder implements ColumnBuilder {
  private length = 0;
  private validity = new Bitmap();
  private readonly type: DataType;

  constructor(
    type: DuckDBType,
    private readonly size: number,
    private readonly element: ColumnBuilder,
  ) {
    this.type = arrowType(type);
  }

  append(data: VectorData, start: number, count: number): void {
    this.element.append(data.children[0] as VectorData, start * this.size, count * this.size);
    this.validity.append(data.validity, start, count);
    this.length += count;
  }

  bytes(): number {
    return this.element.bytes();
  }

  finish(): Data {
    const data = makeData({
      type: this.type,
      length: this.length,
      nullCount: this.validity.nulls,
      nullBitmap: this.validity.finish(),
      child: this.element.finish(),
    } as never) as Data;
    this.length = 0;
    this.validity = new Bitmap();
    return data;
  }
}

export class StructBuilder implements ColumnBuilder {
  private validity = new Bitmap();
  private readonly type: DataType;

  constructor(
    type: DuckDBType,
    private readonly entries: ColumnBuilder[],
  ) {
    this.type = arrowType(type);
  }

  append(data: VectorData, start: number, count: number): void {
    this.entries.forEach((entry, index) => {
      entry.append(data.children[index] as VectorData, start, count);
    });
    this.validity.append(data.validity, start, count);
  }

  bytes(): number {
    return this.entries.reduce((sum, entry) => sum + entry.bytes(), 0);
  }

  finish(): Data {
    const children = this.entries.map((entry) => entry.finish());
    const data = structData(this.type, this.validity.length, children, this.validity);
    this.validity = new Bitmap();
    return data;
  }
}

function entriesType(type: DataType): DataType {
  return type.children[0]?.type as DataType;
}

function structData(type: DataType, length: number, children: Data[], validity?: Bitmap): Data {
  return makeData({
    type,
    length,
    nullCount: validity?.nulls ?? 0,
    nullBitmap: validity?.finish(),
    children,
  } as never) as Data;
}
