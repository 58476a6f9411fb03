import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { CancelledError, type ErrorCode, MillraceError } from '../../../shared/errors';

/** A file that grows under another name until it is complete. */
export interface PartialFile {
  /** Where the bytes lie until then: `<file>.partial-<random>` in the same folder. */
  path: string;
  /** Bytes written by `write` so far. */
  bytes: number;
  write(bytes: Uint8Array | string): Promise<void>;
  /** Bytes of the file on disk with all that was written. */
  size(): Promise<number>;
}

/**
 * Gives `fill` a partial file and moves it to its name when `fill` returns; on any error, cancel or full disk it is
 * removed and a file that was there before stays as it was. `fill` may also have another program write to `path`.
 * Throws FILE_NOT_FOUND (no such folder), BAD_REQUEST (a file is there and may not be replaced), FILE_UNREADABLE (not
 * writable), DISK_FULL, CANCELLED, and what `fill` throws.
 */
export async function writePartialFile<T>(
  target: { file: string; overwrite: boolean; signal?: AbortSignal | undefined },
  fill: (file: PartialFile) => Promise<T>,
): Promise<T> {
  await checkTarget(target.file, target.overwrite);
  const path = `${target.file}.partial-${randomBytes(6).toString('hex')}`;
  const writer = await PartialWriter.open(path, target.file);
  try {
    const outcome = await fill(writer);
    await writer.finish();
    if (target.signal?.aborted) throw new CancelledError();
    await rename(path, target.file);
    return outcome;
  } catch (error) {
    await writer.discard();
    throw fileError(error, target.file);
  }
}

const BUFFER_BYTES = 1024 * 1024;

class PartialWriter implements PartialFile {
  bytes = 0;
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private closed = false;

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  static async open(path: string, file: string): Promise<PartialWriter> {
    try {
      return new PartialWriter(path, await open(path, 'wx'));
    } catch (error) {
      throw fileError(error, file);
    }
  }

  async write(bytes: Uint8Array | string): Promise<void> {
    const chunk = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
    if (chunk.byteLength === 0) return;
    this.held.push(chunk);
    this.heldBytes += chunk.byteLength;
    this.bytes += chunk.byteLength;
    if (this.heldBytes >= BUFFER_BYTES) await this.flush();
  }

  async size(): Promise<number> {
    await this.flush();
    return (await stat(this.path)).size;
  }

  async finish(): Promise<void> {
    await this.flush();
    await this.handle.sync();
    this.closed = true;
    await this.handle.close();
  }

  async discard(): Promise<void> {
    if (!this.closed) await this.handle.close();
    this.closed = true;
    await rm(this.path, { force: true });
  }

  private async flush(): Promise<void> {
    const chunks = this.held;
    this.held = [];
    this.heldBytes = 0;
    if (chunks.length === 0) return;
    let rest = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    while (rest.byteLength > 0) {
      const { bytesWritten } = await this.handle.write(rest);
      rest = rest.subarray(bytesWritten);
    }
  }
}

async function checkTarget(file: string, overwrite: boolean): Promise<void> {
  const there = await stat(file).catch(() => undefined);
  if (there?.isDirectory()) {
    throw new MillraceError({ code: 'BAD_REQUEST', message: `${file} is a folder.`, hint: 'Give the name of a file.' });
  }
  if (there && !overwrite) {
    throw new MillraceError({
      code: 'FILE_CHANGED',
      message: `${file} is already there.`,
      hint: 'Allow it to be replaced, or choose another name.',
      at: { file },
    });
  }
  const folder = dirname(file);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new MillraceError({
      code: 'FILE_NOT_FOUND',
      message: `The folder ${folder} does not exist.`,
      hint: 'Make the folder first, or choose another one.',
      at: { file },
    });
  }
  await access(folder, constants.W_OK).catch((error: unknown) => {
    throw fileError(error, file);
  });
}

const SYSTEM_ERRORS: Record<string, { code: ErrorCode; message: string; hint: string }> = {
  ENOSPC: { code: 'DISK_FULL', message: 'The disk is full', hint: 'Free some space or choose another disk.' },
  EDQUOT: { code: 'DISK_FULL', message: 'Your disk quota is used up', hint: 'Free some space or choose another disk.' },
  EFBIG: {
    code: 'DISK_FULL',
    message: 'The file is larger than this disk or account allows',
    hint: 'Choose another disk, or export fewer rows.',
  },
  EACCES: {
    code: 'FILE_UNREADABLE',
    message: 'No permission to write',
    hint: 'Choose a folder that you may write to.',
  },
  EPERM: { code: 'FILE_UNREADABLE', message: 'No permission to write', hint: 'Choose a folder that you may write to.' },
  EROFS: { code: 'FILE_UNREADABLE', message: 'The disk is read-only', hint: 'Choose another folder.' },
  ENAMETOOLONG: { code: 'BAD_REQUEST', message: 'The file name is too long', hint: 'Choose a shorter name.' },
  ENOENT: { code: 'FILE_NOT_FOUND', message: 'The folder does not exist', hint: 'Choose another folder.' },
};

/** How the C library words a full disk; DuckDB's COPY passes that text on and no number. */
const FULL_DISK_TEXT = /No space left on device|Disk quota exceeded|File too large/i;

/** An error met while writing `file` in Millrace's own form; one that already has it is kept. */
export function fileError(error: unknown, file: string): unknown {
  const full = SYSTEM_ERRORS.ENOSPC;
  if (full && error instanceof Error && FULL_DISK_TEXT.test(error.message)) {
    return systemError(full, file, error);
  }
  if (error instanceof MillraceError || !(error instanceof Error) || !('code' in error)) return error;
  const known = SYSTEM_ERRORS[String(error.code)];
  return known ? systemError(known, file, error) : error;
}

function systemError(known: { code: ErrorCode; message: string; hint: string }, file: string, cause: Error) {
  return new MillraceError({
    code: known.code,
    message: `${known.message}: ${basename(file)} was not written.`,
    hint: known.hint,
    cause,
    at: { file },
  });
}
