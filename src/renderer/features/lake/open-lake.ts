import { openTab } from '../../app/workbench/workbench-store';

/** What a new table can be made from: a kept result, a relation as after FROM, or a SELECT. */
export type TableSource =
  | { result: string; label: string }
  | { relation: string; label: string }
  | { sql: string; label: string };

/** Opens the page of a lake table. */
export function openLakeTable(schema: string, name: string): void {
  openTab({
    kind: 'lake-table',
    key: `lake-table:${schema}.${name}`,
    title: `${schema}.${name}`,
    data: { schema, name },
  });
}

/** Opens the form that makes a lake table from rows; `into` is what the name begins as, `raw.orders`. */
export function openCreateTable(source: TableSource, into?: string): void {
  openTab({
    kind: 'lake-create',
    key: `lake-create:${source.label}`,
    title: `Table from ${source.label}`,
    data: { source, ...(into === undefined ? {} : { into }) },
  });
}
