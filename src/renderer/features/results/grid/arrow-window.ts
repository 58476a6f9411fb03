import { tableFromIPC } from 'apache-arrow';
import type { GridWindow } from '../../../ui/grid/grid-source';

/** A vector as far as the grid reads it. */
interface TextVector {
  get(index: number): string | null;
}

/**
 * A window from an Arrow IPC stream whose Utf8 columns are named by column index. Text is decoded cell by cell when it is
 * painted, as most of a window is never seen.
 */
export function decodeWindow(bytes: Uint8Array, first: number): GridWindow {
  const table = tableFromIPC(bytes);
  const vectors = new Map<number, TextVector>();
  table.schema.fields.forEach((field, index) => {
    const vector = table.getChildAt(index);
    if (vector) vectors.set(Number(field.name), vector as TextVector);
  });
  return {
    first,
    count: table.numRows,
    bytes: bytes.byteLength,
    text: (row, column) => vectors.get(column)?.get(row - first) ?? null,
  };
}
