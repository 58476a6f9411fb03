import { createWriteStream } from 'node:fs';
import { link, open, rename, rm, stat, truncate, unlink } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CancelledError, MillraceError } from '../../../shared/errors';
import { errorCode, fileError } from '../../project/atomic-file';
import { retrying } from './retry';
import type { TransferRecord } from './transfer-record';
import type { RunContext } from './upload-run';

/**
 * Fetches an object into a hidden file beside its target and renames that when it is whole, so that the target is the old
 * or the new one. It goes on behind the bytes that an earlier run left, unless the object changed since.
 */
export async function runDownload(record: TransferRecord, context: RunContext): Promise<void> {
  const current = await freshened(record, context);
  const partial = partialFile(current);
  await retrying(() => fetchRest(current, partial, context), context.signal);
  await flush(partial);
  await publish(current, partial);
}

/** Where the bytes lie until all have come. */
export function partialFile(record: TransferRecord): string {
  return path.join(path.dirname(record.file), `.${path.basename(record.file).slice(0, 80)}.${record.id}.part`);
}

async function freshened(record: TransferRecord, context: RunContext): Promise<TransferRecord> {
  const { store, signal, save } = context;
  const { size, etag } = await retrying(() => store.reader.head(record.bucket, record.key, signal), signal);
  if (etag === record.etag && size === record.size) return record;
  await rm(partialFile(record), { force: true });
  const current: TransferRecord = { ...record, size, ...(etag === undefined ? {} : { etag }) };
  await save(current);
  return current;
}

async function fetchRest(record: TransferRecord, partial: string, context: RunContext): Promise<void> {
  const have = await lengthOf(partial);
  if (have > record.size) await truncate(partial, 0);
  const start = have > record.size ? 0 : have;
  context.onBytes(start);
  const range = start === 0 ? {} : { start };
  if (start === record.size && start > 0) return;
  const body = await context.store.reader.read(record.bucket, record.key, {
    ...range,
    etag: record.etag,
    signal: context.signal,
  });
  let bytes = start;
  body.on('data', (piece: Buffer) => {
    bytes += piece.length;
    context.onBytes(bytes);
  });
  try {
    await pipeline(body, createWriteStream(partial, { flags: 'a' }), { signal: context.signal });
  } catch (error) {
    throw context.signal.aborted ? new CancelledError() : brokenOff(error, record);
  }
  if (bytes === record.size) return;
  throw brokenOff(new Error(`${bytes} of ${record.size} bytes came`), record);
}

async function lengthOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw fileError(error, file);
  }
}

function brokenOff(error: unknown, record: TransferRecord): MillraceError {
  const code = errorCode(error) ?? '';
  if (['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'ENOENT', 'EPERM'].includes(code)) return fileError(error, record.file);
  return new MillraceError({
    code: 'CONNECTION_LOST',
    message: `The download of ${record.bucket}/${record.key} broke off.`,
    hint: 'Resume it: what has come is kept.',
    cause: error,
  });
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'a');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function publish(record: TransferRecord, partial: string): Promise<void> {
  try {
    if (record.overwrite) return await rename(partial, record.file);
    // A link, unlike a rename, never replaces what came there meanwhile.
    await link(partial, record.file);
    await unlink(partial);
  } catch (error) {
    throw fileError(error, record.file);
  }
}
