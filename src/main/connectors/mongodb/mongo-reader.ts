import type { Document } from 'mongodb';
import { CancelledError } from '../../../shared/errors';
import type { ReadRequest, RecordsRead } from '../record-source';
import { ValueShape } from './document-shape';
import { mongoError } from './mongo-error';
import type { MongoServer } from './mongo-server';

/** Lines are handed on in pieces of about this size, in bytes. */
const PIECE_BYTES = 256 * 1024;
const TELL_DOCUMENTS = 1_000;

/** Numbers keep their BSON kind instead of becoming JavaScript numbers. */
const EXACT = { promoteValues: false, promoteLongs: false, promoteBuffers: false } as const;

interface CollectionRead extends Omit<ReadRequest, 'path'> {
  database: string;
  collection: string;
  limit?: number;
}

/** Reads a collection in the order of its `_id`s into the sink, with the types of all its documents. */
export async function readCollection(server: MongoServer, request: CollectionRead): Promise<RecordsRead> {
  const { database, collection, sink, signal } = request;
  const shape = new ValueShape();
  let records = 0;
  let largest = 0;
  let piece: string[] = [];
  let pieceBytes = 0;
  const hand = async () => {
    await sink.write(Buffer.from(piece.join('')));
    piece = [];
    pieceBytes = 0;
  };
  const tell = () => request.onProgress?.({ pages: 0, records, bytes: sink.bytes });
  try {
    const db = await server.database(database);
    const cursor = db.collection(collection).find(await filterOf(request), { ...EXACT, signal });
    if (request.limit !== undefined) cursor.limit(request.limit);
    for await (const document of cursor) {
      if (signal.aborted) throw new CancelledError();
      const line = `${shape.write(document)}\n`;
      records += 1;
      piece.push(line);
      pieceBytes += line.length;
      largest = Math.max(largest, line.length);
      if (pieceBytes >= PIECE_BYTES) await hand();
      if (records % TELL_DOCUMENTS === 0) tell();
    }
    await hand();
  } catch (error) {
    throw signal.aborted ? new CancelledError() : mongoError(error, server.target);
  }
  tell();
  return {
    pages: 0,
    records,
    bytes: sink.bytes,
    place: (line) => `document ${line} of ${database}.${collection}`,
    // A sign of UTF-16 has three bytes in UTF-8 at most.
    largest: largest * 3,
    columns: shape.columns().map(({ name, type }) => ({ name, type })),
  };
}

/** From the cursor's last value on; text that is a date or a number is compared as such too. */
async function filterOf({ since, cursor }: CollectionRead): Promise<Document> {
  if (since === undefined || cursor === undefined) return {};
  const values: unknown[] = [since];
  const date = /^\d{4}-\d\d-\d\d[T ]/.test(since) ? new Date(since) : undefined;
  if (date && !Number.isNaN(date.getTime())) values.push(date);
  if (/^-?\d+(\.\d+)?$/.test(since)) values.push(Number(since));
  if (cursor === '_id' && /^[0-9a-f]{24}$/.test(since)) {
    const { ObjectId } = await import('mongodb');
    values.push(new ObjectId(since));
  }
  return { $or: values.map((value) => ({ [cursor]: { $gte: value } })) };
}
