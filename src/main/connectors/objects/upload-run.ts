import { type FileHandle, open } from 'node:fs/promises';
import { CancelledError, MillraceError } from '../../../shared/errors';
import { fileError } from '../../project/atomic-file';
import { contentTypeOf } from './content-type';
import type { ObjectStore, PartedUpload } from './object-store';
import { retrying } from './retry';
import type { TransferRecord } from './transfer-record';

const MEGABYTE = 1024 * 1024;
const PART = 16 * MEGABYTE;
const MOST_PARTS = 10_000;
const QUEUE = 4;
/** What all parts under way may hold, so that memory stays flat for any size. */
const IN_MEMORY = 96 * MEGABYTE;

export interface RunContext {
  store: ObjectStore;
  signal: AbortSignal;
  /** Bytes that have arrived. */
  onBytes(bytes: number): void;
  save(record: TransferRecord): Promise<void>;
}

/**
 * Sends a file; a large one in parts, which the server keeps until all are there. What an earlier run sent is not sent
 * again unless the file changed since. The object appears whole or not at all.
 */
export async function runUpload(record: TransferRecord, context: RunContext): Promise<void> {
  const handle = await open(record.file, 'r').catch((error: unknown) => {
    throw fileError(error, record.file);
  });
  try {
    const current = await freshened(record, handle, context);
    if (current.size <= PART) await sendWhole(current, handle, context);
    else await sendParts(current, handle, context);
  } finally {
    await handle.close();
  }
}

/** Parts of a limit on their count: S3 takes 10,000 and Azure 50,000. */
export function partSizeFor(size: number): number {
  return Math.max(PART, Math.ceil(size / MOST_PARTS / MEGABYTE) * MEGABYTE);
}

/** A file that changed since its first parts were sent begins anew. */
async function freshened(record: TransferRecord, handle: FileHandle, context: RunContext): Promise<TransferRecord> {
  const { size, mtimeMs } = await handle.stat();
  if (size === record.size && mtimeMs === record.modified) return record;
  const { upload, ...rest } = record;
  if (upload !== undefined) await context.store.uploads.end(uploadOf(record, upload));
  const current = { ...rest, size, modified: mtimeMs, partSize: partSizeFor(size) };
  await context.save(current);
  return current;
}

async function sendWhole(record: TransferRecord, handle: FileHandle, context: RunContext): Promise<void> {
  const body = await readPart(handle, Buffer.allocUnsafe(record.size), 0, record);
  await retrying(() => context.store.writer.put(record.bucket, record.key, body, context.signal), context.signal);
  context.onBytes(record.size);
}

async function sendParts(record: TransferRecord, handle: FileHandle, context: RunContext): Promise<void> {
  const { uploads } = context.store;
  const partSize = record.partSize ?? partSizeFor(record.size);
  const { upload, tags } = await takenUp(record, partSize, context);
  const count = Math.ceil(record.size / partSize);
  const lengthOf = (number: number) => Math.min(partSize, record.size - (number - 1) * partSize);
  let sent = 0;
  for (const number of tags.keys()) sent += lengthOf(number);
  context.onBytes(sent);
  const missing = Array.from({ length: count }, (_, index) => index + 1).filter((number) => !tags.has(number));
  const failing = new AbortController();
  const signal = AbortSignal.any([context.signal, failing.signal]);
  const work = async () => {
    const buffer = Buffer.allocUnsafe(partSize);
    for (let number = missing.shift(); number !== undefined; number = missing.shift()) {
      const part = number;
      const body = await readPart(handle, buffer.subarray(0, lengthOf(part)), (part - 1) * partSize, record);
      tags.set(part, await retrying(() => uploads.part(upload, part, body, signal), signal));
      sent += body.byteLength;
      context.onBytes(sent);
    }
  };
  const queue = Math.max(1, Math.min(QUEUE, missing.length, Math.floor(IN_MEMORY / partSize)));
  // One that fails stops the others, and is the one that is told.
  const working = Array.from({ length: queue }, () => work().catch(stopOthers(failing)));
  const failed = (await Promise.all(working)).find((error) => error !== undefined);
  if (context.signal.aborted) throw new CancelledError();
  if (failed !== undefined) throw failing.signal.reason;
  const ordered = Array.from({ length: count }, (_, index) => tags.get(index + 1) ?? '');
  await retrying(() => uploads.finish(upload, ordered), context.signal);
}

function stopOthers(failing: AbortController) {
  return (error: unknown): unknown => {
    if (!failing.signal.aborted) failing.abort(error);
    return error;
  };
}

/** The upload that was begun with the parts that have arrived, or a new one. */
async function takenUp(
  record: TransferRecord,
  partSize: number,
  { store, signal, save }: RunContext,
): Promise<{ upload: PartedUpload; tags: Map<number, string> }> {
  const tags = new Map<number, string>();
  if (record.upload !== undefined) {
    const upload = uploadOf(record, record.upload);
    const parts = await retrying(() => store.uploads.parts(upload), signal);
    for (const [number, part] of parts ?? []) {
      const length = Math.min(partSize, record.size - (number - 1) * partSize);
      if (part.size === length) tags.set(number, part.tag);
    }
    if (parts) return { upload, tags };
  }
  const upload = await retrying(
    () => store.uploads.start(record.bucket, record.key, contentTypeOf(record.key)),
    signal,
  );
  await save({ ...record, upload: upload.id, partSize });
  return { upload, tags };
}

export function uploadOf(record: TransferRecord, id: string): PartedUpload {
  return { bucket: record.bucket, key: record.key, id };
}

async function readPart(handle: FileHandle, buffer: Buffer, position: number, record: TransferRecord): Promise<Buffer> {
  let filled = 0;
  while (filled < buffer.byteLength) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.byteLength - filled, position + filled);
    if (bytesRead === 0) {
      throw new MillraceError({
        code: 'FILE_CHANGED',
        message: `${record.file} became shorter while it was sent.`,
        hint: 'Start the upload again once the file is complete.',
        at: { file: record.file },
      });
    }
    filled += bytesRead;
  }
  return buffer;
}
