import { statSync } from 'node:fs';
import path from 'node:path';

/** What the shell was asked to open. */
export interface StartArguments {
  /** The project's folder, absolute; undefined opens the sample. */
  folder: string | undefined;
  /** Files to open in the window, absolute. */
  files: string[];
}

/**
 * Reads the paths of a command line: the first folder is the project, files are opened in it. A path that does not exist
 * is a project to be made; with files alone the sample's window shows them.
 * @param words the command line's paths
 */
export function startArguments(words: string[], workingFolder: string): StartArguments {
  const result: StartArguments = { folder: undefined, files: [] };
  for (const word of words) {
    if (word === '') continue;
    const absolute = path.resolve(workingFolder, word);
    if (isFile(absolute)) result.files.push(absolute);
    else result.folder ??= absolute;
  }
  return result;
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}
