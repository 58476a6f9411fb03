import type { Readable } from 'node:stream';

/** Which part of a listing is wanted: `after` is the `next` of the page before. */
export interface ListingPage {
  after?: string | undefined;
  /** At most 1,000, what the systems give in one answer. */
  size?: number | undefined;
  /** Every key below the prefix, instead of one level of it. */
  deep?: boolean;
  signal?: AbortSignal | undefined;
}

export interface StoredObject {
  key: string;
  size: number;
  modified?: string;
  storageClass?: string;
}

export interface ObjectListing {
  /** Whole prefixes, each with its closing slash. */
  prefixes: string[];
  objects: StoredObject[];
  next?: string;
}

export interface BucketListing {
  buckets: { name: string; created?: string }[];
  next?: string;
}

export interface ObjectFacts extends StoredObject {
  etag?: string;
  contentType?: string;
  version?: string;
  encryption?: string;
  metadata: Record<string, string>;
}

/** A range in bytes, both ends included, of the object as it was when `etag` was its tag. */
export interface ReadRange {
  start?: number;
  end?: number;
  etag?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Reading of a system of buckets and keys. Every call throws MillraceErrors that say what is wrong where. */
export interface ObjectReader {
  buckets(page: ListingPage): Promise<BucketListing>;
  objects(bucket: string, prefix: string, page: ListingPage): Promise<ObjectListing>;
  head(bucket: string, key: string, signal?: AbortSignal): Promise<ObjectFacts>;
  read(bucket: string, key: string, range: ReadRange): Promise<Readable>;
  /** An address that whoever has it may read from, for so many seconds. */
  link(bucket: string, key: string, seconds: number): Promise<string>;
}

export interface FailedKey {
  key: string;
  error: unknown;
}

export interface ObjectWriter {
  /** Writes a small object in one request. */
  put(bucket: string, key: string, body: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** Removes up to 1,000 objects and gives those that could not be. */
  remove(bucket: string, keys: string[]): Promise<FailedKey[]>;
}

/** A started upload: which object, and the name that the server gave it. */
export interface PartedUpload {
  bucket: string;
  key: string;
  id: string;
}

/** Uploads in parts, which another process can go on with: the server keeps the parts until they are finished or ended. */
export interface PartedUploads {
  start(bucket: string, key: string, contentType: string): Promise<PartedUpload>;
  /** Parts are numbered from 1. Gives the part's tag, which finishing needs. */
  part(upload: PartedUpload, number: number, body: Uint8Array, signal: AbortSignal): Promise<string>;
  /** Tags and sizes of the parts that the server has; undefined where it no longer knows the upload. */
  parts(upload: PartedUpload): Promise<Map<number, { tag: string; size: number }> | undefined>;
  finish(upload: PartedUpload, tags: string[]): Promise<void>;
  /** Lets the server throw the parts away. */
  end(upload: PartedUpload): Promise<void>;
}

/** What the browser, transfers and deletions need of a connection. */
export interface ObjectStore {
  readonly reader: ObjectReader;
  readonly writer: ObjectWriter;
  readonly uploads: PartedUploads;
}
