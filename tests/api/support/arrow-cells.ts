import { tableFromIPC } from 'apache-arrow';

/** The cells of Arrow bytes, row by row. */
export function cellsOf(bytes: Uint8Array): unknown[][] {
  const table = tableFromIPC(bytes);
  return Array.from({ length: table.numRows }, (_, row) =>
    Array.from({ length: table.numCols }, (_column, column) => table.getChildAt(column)?.get(row)),
  );
}

/** The column names of Arrow bytes. */
export function namesOf(bytes: Uint8Array): string[] {
  return tableFromIPC(bytes).schema.fields.map((field) => field.name);
}
