import type { Data } from 'apache-arrow';
import type { VectorData } from './vector-data';

/** Gathers one column's values of several chunks into Arrow buffers. */
export interface ColumnBuilder {
  /** Appends the values `[start, start + count)` of the vector. */
  append(data: VectorData, start: number, count: number): void;
  /** Bytes gathered so far, about. */
  bytes(): number;
  /** The column as Arrow data; the builder is empty and ready for the next batch afterwards. */
  finish(): Data;
}
