import type { ErrorShape } from './errors';

/** A table of the lake: `lake.schema.name`. */
export interface LakeTableName {
  schema: string;
  name: string;
}

/** Where the lake lies and whether it can be used. */
export interface LakeStatus {
  /** `none` until the first table is made, `waiting` for a team lake that nothing has asked for yet. */
  state: 'none' | 'attached' | 'waiting' | 'failed';
  kind: 'folder' | 'team';
  /** The folder below the project, or the connection that holds the catalog. */
  catalog: string;
  /** Where data files lie: an absolute folder or `s3://…`. */
  data: string;
  error?: ErrorShape;
}

export interface LakeTableInfo extends LakeTableName {
  /** Rows as the catalog counts them. */
  rows: number;
  files: number;
  /** Bytes of data and delete files of the current version. */
  bytes: number;
  /** Small writes that lie in the catalog and not in files yet. */
  inlinedRows: number;
  comment?: string;
}

export interface LakeColumn {
  name: string;
  type: string;
  nullable: boolean;
  default?: string;
  comment?: string;
}

export const PARTITION_TRANSFORMS = ['identity', 'year', 'month', 'day', 'hour', 'bucket'] as const;

export interface PartitionField {
  column: string;
  transform: (typeof PARTITION_TRANSFORMS)[number];
  /** Of `bucket` alone. */
  buckets?: number;
}

/** What the page of a table shows at once; snapshots and files come by calls of their own. */
export interface LakeTablePage extends LakeTableInfo {
  columns: LakeColumn[];
  partition: PartitionField[];
  deleteFiles: number;
  /** Rows that delete files take out of data files. */
  deletedRows: number;
  lastSnapshot?: LakeSnapshot;
  ddl: string;
}

export interface LakeSnapshot {
  id: number;
  /** ISO 8601. */
  time: string;
  author?: string;
  message?: string;
  /** The run that wrote it. */
  run?: string;
  /** In words: `created`, `inserted`, `deleted`, `altered`, `compacted`, `flushed`, `dropped`. */
  changes: string[];
  /** It moved rows between files and changed none. */
  upkeep: boolean;
  rowsAdded?: number;
  rowsRemoved?: number;
}

export interface LakeFile {
  /** Below the table's folder, or absolute where it was added from elsewhere. */
  path: string;
  bytes: number;
  rows: number;
  /** Rows that a delete file takes out. */
  deleted: number;
  /** The snapshot that brought it. */
  snapshot: number;
  partition?: string;
}

export type WriteMode = 'append' | 'replace' | 'merge';

/** What is written: one SELECT, a relation as after FROM, or a kept result by its id. */
export type WriteSource = { sql: string } | { relation: string };

export interface CreateTableRequest {
  into: LakeTableName;
  from: WriteSource;
  mode: WriteMode;
  /** Columns that tell rows apart; for merge. */
  key?: string[];
  /** For merge: of rows with one key the one with the largest value here wins. */
  latestBy?: string;
  /** Used when the table is made. */
  partition?: PartitionField[];
  /** Columns that the table lacks are added, narrower types are widened; else they are an error. */
  evolve?: boolean;
  message?: string;
  /** Stands on the snapshot. */
  run?: string;
}

/** A column of a source, and how the table holds it. */
export interface PlannedColumn {
  name: string;
  /** As the source gives it. */
  sourceType: string;
  /** As the table holds it. */
  type: string;
  /** Why the two differ. */
  note?: string;
  added?: boolean;
}

/** What a write would do; nothing was changed. */
export interface CreateTablePlan {
  exists: boolean;
  columns: PlannedColumn[];
  /** Statements in the order in which they run; the table may be read with them by hand. */
  statements: string[];
  notes: string[];
  preview: { columns: string[]; rows: (string | null)[][] };
}

export interface WriteOutcome {
  table: LakeTableName;
  created: boolean;
  /** Rows that were inserted or changed. */
  rows: number;
  /** Undefined where nothing had to change. */
  snapshot?: number;
  notes: string[];
}

/** A version by its number or by a time (ISO 8601). */
export type LakeVersion = { version: number } | { time: string };

export interface LakeDiffRequest {
  table: LakeTableName;
  from: number;
  to: number;
  /** Tells changed rows from removed and added ones; without it whole rows are compared. */
  key?: string[];
  /** Rows shown of each kind; 100 unless said. */
  limit?: number;
}

export interface LakeDiff {
  added: number;
  removed: number;
  /** With a key alone. */
  changed?: number;
  columnsAdded: string[];
  columnsRemoved: string[];
  columns: string[];
  rows: { kind: 'added' | 'removed' | 'changed'; cells: (string | null)[]; before?: (string | null)[] }[];
  /** A SELECT that gives every difference, to be opened in a worksheet. */
  sql: string;
}

/** One change of a table's shape or name. */
export type TableChange =
  | { change: 'addColumn'; column: string; type: string; default?: string }
  | { change: 'dropColumn'; column: string }
  | { change: 'renameColumn'; column: string; to: string }
  | { change: 'widenColumn'; column: string; type: string }
  | { change: 'comment'; comment: string | null; column?: string }
  | { change: 'rename'; to: string }
  | { change: 'partition'; partition: PartitionField[] }
  | { change: 'drop' };

export const MAINTENANCE_STEPS = ['flush', 'rewrite', 'merge', 'expire', 'clean', 'orphans'] as const;

export type MaintenanceStep = (typeof MAINTENANCE_STEPS)[number];

/** What a step of maintenance would do, or did. */
export interface MaintenanceReport {
  step: MaintenanceStep;
  /** What the numbers are about: rows flushed, files merged, snapshots expired, files deleted. */
  count: number;
  files: number;
  /** Bytes that come free on disk or in the bucket. */
  bytes: number;
  text: string;
}

/** A folder that is one table of another engine; it is read only. */
export interface TableFolder {
  format: 'delta' | 'iceberg' | 'spark';
  /** Absolute, or an address such as `s3://bucket/events`; no slash at its end. */
  path: string;
  /** What a statement writes after FROM to read its newest version. */
  relation: string;
}

export interface TableFolderVersion {
  /** A number of Delta, a snapshot id of Iceberg (which no JavaScript number holds). */
  id: string;
  /** ISO 8601. */
  time?: string;
  operation?: string;
  relation: string;
}
