import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FileEntry, FileFormat } from '../../../shared/files';
import type { DatasetFinder } from './dataset';
import { formatByName, formatOf, isDataFormat } from './file-format';
import { isInside, isLakeFolder, isSkipped, shownPath } from './file-paths';

const AT_ONCE = 64;

/**
 * The entries of one folder, folders first, by name with numbers in their order. Each entry that cannot be read says
 * why in `problem`; a folder that cannot be read at all throws.
 */
export async function listFolder(folder: string, projectFolder: string, datasets: DatasetFinder): Promise<FileEntry[]> {
  const names = await readdir(folder, { withFileTypes: true });
  const entries: FileEntry[] = [];
  const wanted = names.filter((entry) => !isSkipped(entry.name));
  for (let start = 0; start < wanted.length; start += AT_ONCE) {
    const some = wanted.slice(start, start + AT_ONCE).map((entry) => entryOf(folder, entry, projectFolder, datasets));
    for (const entry of await Promise.all(some)) if (entry) entries.push(entry);
  }
  return entries.sort(byKindAndName);
}

const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function byKindAndName(a: FileEntry, b: FileEntry): number {
  const rank = (entry: FileEntry) => (entry.kind === 'file' ? 1 : 0);
  return rank(a) - rank(b) || order.compare(a.name, b.name);
}

async function entryOf(
  folder: string,
  entry: Dirent,
  projectFolder: string,
  datasets: DatasetFinder,
): Promise<FileEntry | undefined> {
  const absolute = path.join(folder, entry.name);
  const base = { path: shownPath(absolute, projectFolder), name: entry.name };
  let found: Stats;
  try {
    found = await stat(absolute);
  } catch (error) {
    return unreadable(base, entry.isDirectory() ? 'folder' : 'file', problemOf(error, entry.isSymbolicLink()));
  }
  if (found.isDirectory() && isLakeFolder(absolute)) return undefined;
  if (found.isDirectory()) return folderEntry(absolute, base, found, entry.isSymbolicLink(), datasets);
  if (!found.isFile()) return undefined;
  return fileEntry(absolute, base, found);
}

async function fileEntry(absolute: string, base: Pick<FileEntry, 'path' | 'name'>, found: Stats): Promise<FileEntry> {
  let format: FileFormat = formatByName(base.name) ?? 'other';
  let problem: string | undefined;
  if (formatByName(base.name) === undefined) {
    try {
      format = await formatOf(absolute);
    } catch (error) {
      problem = problemOf(error, false);
    }
  }
  const { size, mtimeMs } = found;
  return {
    ...base,
    kind: 'file',
    format,
    size,
    modified: mtimeMs,
    expandable: isDataFormat(format),
    ...(problem ? { problem } : {}),
  };
}

async function folderEntry(
  absolute: string,
  base: Pick<FileEntry, 'path' | 'name'>,
  found: Stats,
  linked: boolean,
  datasets: DatasetFinder,
): Promise<FileEntry> {
  if (linked && isInside(absolute, await realpath(absolute))) {
    return unreadable(base, 'folder', 'A link to a folder that holds it.');
  }
  try {
    const dataset = await datasets.find(absolute);
    if (!dataset) {
      return { ...base, kind: 'folder', format: 'other', size: 0, modified: found.mtimeMs, expandable: true };
    }
    return {
      ...base,
      kind: 'dataset',
      format: dataset.format,
      size: dataset.size,
      modified: dataset.modified,
      fileCount: dataset.files.length,
      ...(dataset.partitions ? { partitions: Object.keys(dataset.partitions) } : {}),
      expandable: true,
    };
  } catch (error) {
    return unreadable(base, 'folder', problemOf(error, false));
  }
}

function unreadable(base: Pick<FileEntry, 'path' | 'name'>, kind: 'file' | 'folder', problem: string): FileEntry {
  return { ...base, kind, format: 'other', size: 0, modified: 0, expandable: false, problem };
}

/** What an entry of the tree says where it cannot be read. */
export function problemOf(error: unknown, linked: boolean): string {
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case 'EACCES':
    case 'EPERM':
      return 'You have no right to read it.';
    case 'ENOENT':
      return linked ? 'A link to a file that does not exist.' : 'It has just been deleted.';
    case 'ELOOP':
      return 'A link that leads to itself.';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
