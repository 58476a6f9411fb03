import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { link, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MillraceError } from '../../shared/errors';
import type { Project } from '../project/project';

const FOLDER = 'uploads';
const MOST_NAMES = 1_000;

/**
 * Writes an uploaded file into the project's `uploads/` under its own name, or `name (2).csv` where that is taken, and
 * gives its path in the project. Nothing is left of an upload that broke off. Throws BAD_REQUEST for a name that is no
 * file name, DISK_FULL.
 */
export async function keepUpload(project: Project, name: string, body: ReadableStream): Promise<string> {
  const base = path.basename(name.replaceAll('\\', '/'));
  if (base === '' || base.startsWith('.') || base.includes('\0')) {
    throw new MillraceError({ code: 'BAD_REQUEST', message: `"${name}" is no name for a file.` });
  }
  const folder = path.join(project.folder, FOLDER);
  await mkdir(folder, { recursive: true });
  const partial = path.join(project.stateFolder, 'tmp', `upload-${randomBytes(6).toString('hex')}`);
  try {
    await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(partial));
    return await placeUnderFreeName(partial, folder, base);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw new MillraceError({
      code: 'DISK_FULL',
      message: `There is no room on the disk for ${base}.`,
      hint: 'Free some space, or add the folder where the file lies to the tree.',
      cause: error,
    });
  } finally {
    await rm(partial, { force: true });
  }
}

/** A link never replaces a file that is there, not even one that came this moment. */
async function placeUnderFreeName(file: string, folder: string, base: string): Promise<string> {
  const { name, ext } = path.parse(base);
  for (let number = 1; number < MOST_NAMES; number += 1) {
    const candidate = number === 1 ? base : `${name} (${number})${ext}`;
    try {
      await link(file, path.join(folder, candidate));
      return `${FOLDER}/${candidate}`;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  throw new MillraceError({ code: 'LIMIT_EXCEEDED', message: `There are ${MOST_NAMES} files called ${base} already.` });
}
