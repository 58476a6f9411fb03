import { randomBytes } from 'node:crypto';
import { link, lstat, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { MillraceError } from '../../shared/errors';

export interface AtomicWriteOptions {
  /** Permission bits of a new file; a file that is there keeps its own. */
  mode?: number;
  /** Fail with EEXIST where the file is there already. */
  exclusive?: boolean;
}

/**
 * Writes a whole file so that after a crash at any moment either the old or the new content is there: a temporary file
 * beside it, flushed to the disk, then renamed over it. Errors of the file system come as {@link fileError}.
 */
export async function writeFileAtomic(file: string, content: string | Uint8Array, options: AtomicWriteOptions = {}) {
  const temporary = path.join(path.dirname(file), `.${path.basename(file).slice(0, 80)}.${randomName()}.tmp`);
  try {
    const mode = (await modeOf(file)) ?? options.mode ?? 0o666;
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (options.exclusive) await publishExclusively(temporary, file);
    else await renameWithRetry(temporary, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    await unlink(temporary).catch(() => undefined); // It may never have been made, or is renamed already.
    throw fileError(error, file);
  }
}

/** The file system's error as one with a code and a next step; `file` is named as the user knows it. */
export function fileError(error: unknown, file: string): MillraceError {
  if (error instanceof MillraceError) return error;
  const code = errorCode(error);
  const at = { file };
  const cause = error;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new MillraceError({
        code: 'FILE_NOT_FOUND',
        message: `${file} was not found.`,
        hint: 'It may have been moved or deleted; refresh the tree.',
        at,
        cause,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new MillraceError({
        code: 'FILE_UNREADABLE',
        message: `${file} cannot be opened: permission denied.`,
        hint: 'Change the permissions of the file or its folder.',
        at,
        cause,
      });
    case 'ENOSPC':
    case 'EDQUOT':
      return new MillraceError({
        code: 'DISK_FULL',
        message: `The disk is full: ${file} was not written and is as it was.`,
        hint: 'Free some space and try again.',
        at,
        cause,
      });
    case 'EBUSY':
      return new MillraceError({
        code: 'FILE_LOCKED',
        message: `${file} is used by another program.`,
        hint: 'Close it there and try again.',
        at,
        cause,
      });
    case 'EISDIR':
      return new MillraceError({
        code: 'BAD_REQUEST',
        message: `${file} is a folder, not a file.`,
        hint: 'Name a file inside of it.',
        at,
        cause,
      });
    case 'EEXIST':
    case 'ENOTEMPTY':
      return new MillraceError({
        code: 'FILE_CHANGED',
        message: `${file} exists already.`,
        hint: 'Choose another name.',
        at,
        cause,
      });
    default:
      return new MillraceError({
        code: 'FILE_UNREADABLE',
        message: `${file}: ${error instanceof Error ? error.message : String(error)}`,
        hint: 'Check the file and its disk.',
        at,
        cause,
      });
  }
}

/** The `code` of a Node system error, `ENOENT` for example. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether something, even a broken link, stands at the path. */
export async function exists(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    (error: unknown) => {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return false;
      throw fileError(error, file);
    },
  );
}

/**
 * Makes a folder that only the user may enter, and refuses one that is a link: a checked out project must not lead our
 * own writing to another place. Throws PROJECT_INVALID.
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const found = await lstat(folder);
    if (!found.isDirectory()) {
      throw new MillraceError({
        code: 'PROJECT_INVALID',
        message: `${folder} is a link, not a folder.`,
        hint: 'Delete the link; Millrace makes the folder itself.',
        at: { file: folder },
      });
    }
    if (process.platform !== 'win32' && (found.mode & 0o777) !== 0o700) {
      const handle = await open(folder, 'r');
      await handle.chmod(0o700).finally(() => handle.close());
    }
  } catch (error) {
    throw fileError(error, folder);
  }
}

export function randomName(): string {
  return randomBytes(6).toString('hex');
}

async function modeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mode & 0o777;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A hard link fails where the name is taken, which a rename does not; some file systems have no links. */
async function publishExclusively(temporary: string, file: string): Promise<void> {
  try {
    await link(temporary, file);
    await unlink(temporary);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errorCode(error) ?? '')) throw error;
    if (await exists(file)) throw Object.assign(new Error(`${file} exists`), { code: 'EEXIST' });
    await rename(temporary, file);
  }
}

/** On Windows a virus scanner or an indexer may hold the old file for some milliseconds. */
async function renameWithRetry(from: string, to: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await rename(from, to);
    } catch (error) {
      const busy = ['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error) ?? '');
      if (process.platform !== 'win32' || !busy || attempt >= 8) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10 * 2 ** attempt));
    }
  }
}

/** Makes the rename itself durable; Windows has no way to flush a folder. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EPERM'].includes(errorCode(error) ?? '')) throw error; // Some network disks cannot.
  } finally {
    await handle.close();
  }
}
