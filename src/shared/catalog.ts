import type { ColumnInfo } from './columns';

export interface TableInfo {
  name: string;
  kind: 'table' | 'view';
  columns: ColumnInfo[];
  /** DuckDB's own estimate for tables; absent for views. */
  estimatedRows?: number;
}

export interface SchemaInfo {
  name: string;
  tables: TableInfo[];
}

/** One attached database as the explore tree shows it. */
export interface DatabaseInfo {
  name: string;
  schemas: SchemaInfo[];
}
