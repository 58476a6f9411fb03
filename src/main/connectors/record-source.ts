import type { Connector, OpenConnection } from './connector';

/** Where records go: lines of JSON, exactly as they came. */
export interface RecordSink {
  /** Whole lines, each ended by a line feed. Resolves when more may come. */
  write(lines: Uint8Array): Promise<void>;
  /** Forgets every byte after the first `bytes`; for a page that broke off and is read again. */
  rewind(bytes: number): Promise<void>;
  /** Bytes taken so far. */
  readonly bytes: number;
}

/** How far reading is. */
export interface ReadProgress {
  pages: number;
  records: number;
  bytes: number;
  /** What holds it up, if anything does: `waiting 12 s, as the server asked`. */
  note?: string;
}

export interface ReadRequest {
  /** Below the connection: `['orders']`, `['shop', 'reviews']`. */
  path: string[];
  sink: RecordSink;
  signal: AbortSignal;
  /** The cursor's value that an earlier read ended with; only what is newer or equal is asked for. */
  since?: string;
  /** The field of the cursor, where the caller names one. */
  cursor?: string;
  onProgress?(progress: ReadProgress): void;
}

/** What was read. `columns` where the system itself knows the types; else they are found in the records. */
export interface RecordsRead extends ReadProgress {
  columns?: { name: string; type: string }[];
  /** Bytes that the largest record has at most, where that was noted. */
  largest?: number;
  /** Says where the record of that line (from 1) came from: `page 3 of https://…`. */
  place(line: number): string;
}

/** How the records of a place are best taken into a table, as the connection's options say. */
export interface RecordDefaults {
  /** The field by which later reads ask for what is new. */
  cursor?: string;
  key?: string[];
}

/** A system that gives records one after another and that the engine cannot read by itself. */
export interface RecordSource {
  /** Reads all records below a path, memory flat. Throws CONNECTION_FAILED, CONNECTION_LOST, ACCESS_DENIED and their likes. */
  read(connection: OpenConnection, request: ReadRequest): Promise<RecordsRead>;
  /** Throws NOT_FOUND where the path names nothing. */
  defaults(connection: OpenConnection, path: string[]): RecordDefaults;
}

export function isRecordSource(connector: Connector): connector is Connector & RecordSource {
  return 'read' in connector && 'defaults' in connector;
}
