import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { errorCode, fileError } from './atomic-file';
import { type JsonFile, readJsonFile, updateJsonFile } from './json-file';
import { userFolder } from './user-folder';

const trustedFolders = z.object({ folders: z.array(z.string()) });

/**
 * Whether the user trusts the folder: it, or one above it, was made or trusted on this machine. Links are followed
 * first, so that a link to another place is as trusted as that place.
 */
export async function isTrusted(folder: string): Promise<boolean> {
  const real = await realFolder(folder);
  const { folders } = await readJsonFile(await trustFile());
  return folders.some((trusted) => isSameOrInside(real, trusted));
}

/** Trusts a folder and all below it, on this machine and for this user. Throws FILE_NOT_FOUND. */
export async function trustFolder(folder: string): Promise<void> {
  const real = await realFolder(folder);
  await updateJsonFile(await trustFile(), ({ folders }) => ({
    folders: folders.some((trusted) => isSameOrInside(real, trusted)) ? folders : [...folders, real],
  }));
}

/** Takes trust back from the folder, and from those above and below through which it would still be trusted. */
export async function untrustFolder(folder: string): Promise<void> {
  const real = await realFolder(folder);
  await updateJsonFile(await trustFile(), ({ folders }) => ({
    folders: folders.filter((trusted) => !isSameOrInside(real, trusted) && !isSameOrInside(trusted, real)),
  }));
}

/** The folders the user trusts, as real paths. */
export async function listTrustedFolders(): Promise<string[]> {
  return (await readJsonFile(await trustFile())).folders;
}

async function trustFile(): Promise<JsonFile<z.infer<typeof trustedFolders>>> {
  return {
    path: path.join(await userFolder(), 'trusted-folders.json'),
    parse: (json) => trustedFolders.parse(json),
    empty: () => ({ folders: [] }),
  };
}

/** The real path; of a folder that is gone the absolute one, so that trust in it can still be taken back. */
async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return path.resolve(folder);
    throw fileError(error, folder);
  }
}

function isSameOrInside(folder: string, parent: string): boolean {
  const way = path.relative(parent, folder);
  return way === '' || (way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way));
}
