import type { Table, Vector } from 'apache-arrow';

/** Cells of an Arrow table by row and column name, as the generated SQL gives them: text, counts and DOUBLEs. */
export interface TableCells {
  readonly rows: number;
  text(row: number, name: string): string | null;
  /** A count or DOUBLE; NaN stands for NULL. Counts stay below 2^53. */
  number(row: number, name: string): number;
}

/** Reads a table by names; a name that is not there reads as NULL. */
export function tableCells(table: Table): TableCells {
  const vectors = new Map<string, Vector | null>();
  const vector = (name: string) => {
    if (!vectors.has(name)) vectors.set(name, table.getChild(name));
    return vectors.get(name) ?? null;
  };
  return {
    rows: table.numRows,
    text: (row, name) => {
      const value: unknown = vector(name)?.get(row);
      return value === null || value === undefined ? null : String(value);
    },
    number: (row, name) => {
      const value: unknown = vector(name)?.get(row);
      return value === null || value === undefined ? Number.NaN : Number(value);
    },
  };
}
