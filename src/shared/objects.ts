import type { ColumnInfo } from './columns';
import type { ErrorShape } from './errors';

/** One line of the object browser: a bucket, a prefix (what lies below one slash) or an object. */
export interface ObjectEntry {
  kind: 'bucket' | 'prefix' | 'object';
  /** The last part of its name; a prefix ends with a slash. */
  name: string;
  /** `bucket/key`, as the path box takes it. A bucket and a prefix end with a slash. */
  path: string;
  size?: number;
  /** ISO 8601. */
  modified?: string;
  storageClass?: string;
}

/** What stands below a path, in the order of names, a page at a time. */
export interface ObjectPage {
  path: string;
  entries: ObjectEntry[];
  /** Asks for the page behind this one. */
  next?: string;
}

/** What the server tells of one object. */
export interface ObjectDetails {
  path: string;
  size: number;
  etag?: string;
  modified?: string;
  contentType?: string;
  storageClass?: string;
  version?: string;
  encryption?: string;
  /** Entries that whoever wrote the object put beside it. */
  metadata: Record<string, string>;
  /** What a worksheet writes after FROM; absent where it reads as no table. */
  relation?: string;
}

/** The beginning of an object: as a table where its format is known, else as text or bytes. */
export type ObjectPreview =
  | { kind: 'table'; columns: ColumnInfo[]; rows: (string | null)[][]; more: boolean }
  | { kind: 'text'; text: string; more: boolean }
  | { kind: 'bytes'; hex: string; more: boolean };

/** What a deletion would take; `token` is the right to do it, for ten minutes. */
export interface DeletionPlan {
  token: string;
  count: number;
  bytes: number;
  /** The first of them, to be shown. */
  examples: string[];
}

export interface DeletionOutcome {
  removed: number;
  failed: { path: string; error: ErrorShape }[];
}

/** An upload or download with its progress. What is `stopped` goes on where it was when it is resumed. */
export interface Transfer {
  id: string;
  direction: 'upload' | 'download';
  connection: string;
  /** `bucket/key`. */
  path: string;
  /** The file on this machine. */
  file: string;
  state: 'waiting' | 'running' | 'stopped' | 'done' | 'cancelled';
  bytes: number;
  totalBytes: number;
  /** Why it stopped. */
  error?: ErrorShape;
}

export const LINK_SECONDS = { least: 60, usual: 3_600, most: 604_800 } as const;
