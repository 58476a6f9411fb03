import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { FileFormat } from '../../../shared/files';
import type { DatasetFinder } from './dataset';
import { formatByName, isDataFormat } from './file-format';
import { isLakeFolder, isSkipped, shownPath } from './file-paths';

/** A file or folder that reads as a relation, found below the project's folders. */
export interface FoundRelation {
  absolute: string;
  path: string;
  format: FileFormat;
}

const MOST_FOLDERS = 2_000;
const MOST_FOUND = 20_000;
// One folder of very many files must not hide the others.
const MOST_IN_FOLDER = 5_000;
const DEEPEST = 10;

/**
 * Finds what can be queried below a folder, nearest first: data files, and folders of like files as one. Links are not
 * followed, hidden folders are left out, and unreadable ones too, as the tree tells of these.
 */
export async function walkRelations(
  root: string,
  projectFolder: string,
  datasets: DatasetFinder,
): Promise<FoundRelation[]> {
  const found: FoundRelation[] = [];
  let folders = [{ folder: root, depth: 0 }];
  for (let seen = 0; folders.length > 0 && seen < MOST_FOLDERS && found.length < MOST_FOUND; seen += 1) {
    const [{ folder, depth }, ...rest] = folders as [{ folder: string; depth: number }];
    folders = rest;
    const dataset = depth > 0 ? await datasets.find(folder).catch(() => undefined) : undefined; // Unreadable.
    if (dataset) {
      found.push({ absolute: folder, path: shownPath(folder, projectFolder), format: dataset.format });
      continue;
    }
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []); // Unreadable.
    const before = found.length;
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (isSkipped(entry.name)) continue;
      const absolute = path.join(folder, entry.name);
      if (entry.isDirectory() && depth < DEEPEST && !isLakeFolder(absolute))
        folders.push({ folder: absolute, depth: depth + 1 });
      const format = entry.isFile() ? formatByName(entry.name) : undefined;
      if (format && isDataFormat(format) && found.length - before < MOST_IN_FOLDER)
        found.push({ absolute, path: shownPath(absolute, projectFolder), format });
    }
  }
  return found;
}
