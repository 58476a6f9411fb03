import type { ColumnInfo } from './columns';
import type { ErrorShape } from './errors';

export const CONNECTION_TYPES = [
  'folder',
  's3',
  'gcs',
  'azure',
  'postgres',
  'mysql',
  'sqlite',
  'duckdb',
  'http',
  'mongodb',
] as const;

export type ConnectionType = (typeof CONNECTION_TYPES)[number];

/** Whether a worksheet or run may change anything behind a connection. */
export type ConnectionAccess = 'read' | 'write';

/** What stands behind a connection; colours its tree, tabs and Run, and decides how writes are guarded. */
export type ConnectionEnvironment = 'dev' | 'test' | 'prod';

/** A value as millrace.yaml can hold it. */
export type OptionValue = string | number | boolean | OptionValue[] | { [key: string]: OptionValue };

/** One entry of `connections:` in millrace.yaml. Secrets stand there as `${ENV_NAME}` or `keychain:NAME` alone. */
export interface ConnectionConfig {
  type: ConnectionType;
  /** Default `read`. */
  access: ConnectionAccess;
  /** Default `dev`. */
  environment: ConnectionEnvironment;
  /** All other keys of the entry, as written. */
  options: Record<string, OptionValue>;
}

/** A connection as a window shows it: no secret, only where each is kept. */
export interface ConnectionInfo extends ConnectionConfig {
  name: string;
  /** The name that SQL uses; another than `name` where that is taken in the lake. */
  alias: string;
  /** `idle` until something uses it. */
  state: 'idle' | 'connected' | 'failed';
  error?: ErrorShape;
  /** Why the entry of millrace.yaml cannot be used. */
  problem?: ErrorShape;
}

/** What a test tries, in this order. The first that fails ends it. */
export const TEST_STEPS = ['name', 'route', 'tls', 'login', 'right'] as const;

export type TestStepName = (typeof TEST_STEPS)[number];

export interface TestStep {
  step: TestStepName;
  state: 'ok' | 'failed' | 'skipped';
  /** What was seen: an address, a certificate's subject, a user, the server's version. */
  message: string;
  milliseconds: number;
  /** What failed and what to run or change; with `state: 'failed'`. */
  error?: ErrorShape;
}

export interface TestReport {
  ok: boolean;
  steps: TestStep[];
}

/** Anything that a connection can be unfolded into. */
export type RemoteKind =
  | 'schema'
  | 'table'
  | 'view'
  | 'collection'
  | 'bucket'
  | 'prefix'
  | 'object'
  | 'endpoint'
  | 'file'
  | 'folder';

export interface RemoteNode {
  /** Where it stands below the connection: `['public', 'orders']`, `['bucket', 'raw/2024/', 'a.parquet']`. */
  path: string[];
  name: string;
  kind: RemoteKind;
  expandable: boolean;
  /** Bytes, where known without counting. */
  size?: number;
  /** Rows, exact or the server's estimate (`estimated`). */
  rows?: number;
  estimated?: boolean;
  /** ISO 8601. */
  modified?: string;
  comment?: string;
  /** What a worksheet writes after FROM; absent where it reads as no table. */
  relation?: string;
}

/** One page of what is below a place. `next` asks for the page behind it. */
export interface RemotePage {
  nodes: RemoteNode[];
  next?: string;
}

export interface RemoteKey {
  name: string;
  kind: 'primary' | 'unique' | 'foreign' | 'check' | 'index';
  columns: string[];
  /** For a foreign key: the other table and its columns, as text; else the definition. */
  definition: string;
}

/** What is known of a table, view, collection or object. */
export interface RemoteDescription {
  node: RemoteNode;
  columns: (ColumnInfo & { nullable?: boolean; nativeType?: string; comment?: string })[];
  keys: RemoteKey[];
  /** CREATE statements as the server would write them, where it has such. */
  ddl?: string;
  /** Sentences on columns that the engine reads in another form. */
  notes: string[];
}
