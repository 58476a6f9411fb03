import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import type { OpenConnection } from '../connector';
import { recordRelation } from '../record-relation';
import type { RecordSink } from '../record-source';
import { mongoError } from './mongo-error';
import { readCollection } from './mongo-reader';
import type { MongoServer } from './mongo-server';

/** A statement may still read a copy for so long; then it goes. */
const KEPT_MILLISECONDS = 10 * 60_000;

/** Copies of collections that statements read, as files of JSON lines below the project's temporary folder. */
export class CollectionCopies {
  private readonly files = new Map<string, { connection: OpenConnection; timer: NodeJS.Timeout }>();

  /** A SELECT that gives the documents of a collection, all of them or the first. */
  async relation(
    server: MongoServer,
    connection: OpenConnection,
    place: { database: string; collection: string },
    limit: number | undefined,
  ): Promise<string> {
    const folder = path.join(connection.projectFolder, '.millrace', 'tmp');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Files of that name are removed at the next start where this process dies before.
    const file = path.join(folder, `ingest-${process.pid}-${randomBytes(6).toString('hex')}.ndjson`);
    const sink = new FileSink(await open(file, 'wx', 0o600));
    try {
      const { signal } = new AbortController();
      const read = await readCollection(server, { ...place, sink, signal, ...(limit === undefined ? {} : { limit }) });
      await sink.close();
      this.keep(file, connection);
      const columns = read.columns ?? [];
      // A collection without documents has the one field that every collection has.
      return recordRelation(file, columns.length > 0 ? columns : [{ name: '_id', type: 'VARCHAR' }], read.largest);
    } catch (error) {
      await sink.close();
      await rm(file, { force: true });
      throw mongoError(error, server.target);
    }
  }

  async remove(connection: OpenConnection): Promise<void> {
    for (const [file, kept] of this.files) {
      if (kept.connection !== connection) continue;
      clearTimeout(kept.timer);
      this.files.delete(file);
      await rm(file, { force: true });
    }
  }

  private keep(file: string, connection: OpenConnection): void {
    const timer = setTimeout(() => {
      this.files.delete(file);
      void rm(file, { force: true });
    }, KEPT_MILLISECONDS);
    timer.unref();
    this.files.set(file, { connection, timer });
  }
}

class FileSink implements RecordSink {
  bytes = 0;
  private isClosed = false;

  constructor(private readonly handle: FileHandle) {}

  async write(lines: Uint8Array): Promise<void> {
    await this.handle.appendFile(lines);
    this.bytes += lines.byteLength;
  }

  async rewind(bytes: number): Promise<void> {
    await this.handle.truncate(bytes);
    this.bytes = bytes;
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.handle.close();
  }
}
