import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { CONFIG_FILE } from '../project/project-config';

/** The folder that a command works in, and whether it is a project (or was named as one). */
export interface WorkFolder {
  /** Absolute, links followed where it exists. */
  folder: string;
  isProject: boolean;
}

/**
 * The folder named by `--project`; without one the project that the current folder lies in, as git does, or else the
 * current folder alone, in which nothing is then written.
 */
export async function findWorkFolder(named: string | undefined): Promise<WorkFolder> {
  if (named !== undefined) return { folder: await real(path.resolve(named)), isProject: true };
  const current = await real(process.cwd());
  for (let folder = current; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, CONFIG_FILE)) || existsSync(path.join(folder, '.millrace'))) {
      return { folder, isProject: true };
    }
    if (folder === path.dirname(folder)) return { folder: current, isProject: false };
  }
}

/** The real path; of a folder that is not there the path itself, so that opening it can say so. */
async function real(folder: string): Promise<string> {
  return realpath(folder).catch(() => folder);
}
