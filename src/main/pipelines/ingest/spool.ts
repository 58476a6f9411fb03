import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { MillraceError } from '../../../shared/errors';
import type { RecordSink } from '../../connectors/record-source';

const PREFIX = 'ingest-';

/** Records on their way to a table, as a file of JSON lines that lives as long as the ingest. */
export class Spool implements RecordSink {
  bytes = 0;

  private constructor(
    readonly file: string,
    private readonly handle: FileHandle,
  ) {}

  /** A fresh file below the project's own folder for temporary files. */
  static async create(stateFolder: string): Promise<Spool> {
    const folder = path.join(stateFolder, 'tmp');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = path.join(folder, `${PREFIX}${process.pid}-${randomBytes(6).toString('hex')}.ndjson`);
    return new Spool(file, await open(file, 'wx', 0o600));
  }

  async write(lines: Uint8Array): Promise<void> {
    try {
      let written = 0;
      while (written < lines.byteLength) {
        const { bytesWritten } = await this.handle.write(lines, written, lines.byteLength - written, this.bytes);
        written += bytesWritten;
        this.bytes += bytesWritten;
      }
    } catch (error) {
      throw spoolError(error, this.file);
    }
  }

  async rewind(bytes: number): Promise<void> {
    await this.handle.truncate(bytes);
    this.bytes = bytes;
  }

  async remove(): Promise<void> {
    await this.handle.close();
    await rm(this.file, { force: true });
  }
}

/** Removes what killed processes left; only for the process that owns the project. */
export async function removeStaleSpools(stateFolder: string): Promise<void> {
  const folder = path.join(stateFolder, 'tmp');
  const names = await readdir(folder).catch(() => []); // No folder, nothing left in it.
  for (const name of names) {
    if (name.startsWith(PREFIX)) await rm(path.join(folder, name), { force: true });
  }
}

function spoolError(error: unknown, file: string): MillraceError {
  const { code } = error as NodeJS.ErrnoException;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new MillraceError({
    code: isFull ? 'DISK_FULL' : 'FILE_UNREADABLE',
    message: isFull
      ? 'The disk is full: what is read has no place until it is in the lake.'
      : `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    hint: isFull
      ? 'Free some space and run again; nothing was written to the lake.'
      : 'Look at the rights of the folder .millrace.',
    cause: error,
  });
}
