import { access, constants, open, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { MillraceError } from '../../../shared/errors';
import { fileError } from '../../project/atomic-file';
import type { OpenConnection } from '../connector';

/** The absolute path of the option `path`: relative to the project, `~` is the home. */
export function connectionPath(connection: OpenConnection): string {
  const written = String(connection.options.path ?? '');
  return path.resolve(connection.projectFolder, written.replace(/^~(?=$|[\\/])/, homedir()));
}

/** What stands at the path, for a test: throws FILE_NOT_FOUND and FILE_UNREADABLE with what to change. */
export async function findPath(connection: OpenConnection, wanted: 'file' | 'folder'): Promise<string> {
  const absolute = connectionPath(connection);
  const found = await stat(absolute).catch((error: unknown) => {
    throw withPathHint(fileError(error, absolute));
  });
  if (found.isDirectory() === (wanted === 'folder')) return absolute;
  throw new MillraceError({
    code: 'FILE_UNREADABLE',
    message: `${absolute} is ${found.isDirectory() ? 'a folder, not a file' : 'a file, not a folder'}.`,
    hint: 'Correct `path` of the connection.',
    at: { file: absolute },
  });
}

/** Whether the user may read it, and write where the connection does. Throws FILE_UNREADABLE. */
export async function requirePermission(connection: OpenConnection, absolute: string): Promise<string> {
  const writes = connection.access === 'write';
  await access(absolute, writes ? constants.R_OK | constants.W_OK : constants.R_OK).catch((error: unknown) => {
    throw fileError(error, absolute);
  });
  return writes ? 'It may be read and written.' : 'It may be read; `access: read` writes nothing.';
}

/** The first bytes of a file. Throws FILE_UNREADABLE. */
export async function firstBytes(absolute: string, count: number): Promise<Buffer> {
  try {
    const handle = await open(absolute, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(error, absolute);
  }
}

function withPathHint(error: MillraceError): MillraceError {
  if (error.code !== 'FILE_NOT_FOUND') return error;
  return new MillraceError({
    ...error.toShape(),
    hint: 'Correct `path` of the connection; a relative one begins at the project folder.',
  });
}
