import type { DatabaseInfo } from '../../../shared/catalog';
import type { ErrorShape } from '../../../shared/errors';
import type { FileDescription, FileEntry, FilePart, FileReference } from '../../../shared/files';

/** A folder's entries, a file's columns or a workbook's sheets, as far as they have been read. */
export type Loaded<T> = { state: 'loading' } | { state: 'ready'; value: T } | { state: 'failed'; error: ErrorShape };

/** What the tree is drawn from. */
export interface ExploreData {
  filter: string;
  selected: string | undefined;
  expanded: Record<string, boolean>;
  folders: Record<string, Loaded<FileEntry[]>>;
  descriptions: Record<string, Loaded<FileDescription>>;
  parts: Record<string, Loaded<FilePart[]>>;
  /** Row counts that somebody asked for, by reference. */
  counts: Record<string, number>;
  /** References whose rows are being counted. */
  counting: Record<string, boolean>;
  databases: DatabaseInfo[];
  /** Every relation of the project's files, for the filter; undefined until somebody filters. */
  everywhere: FileReference[] | undefined;
}

/** One text for a reference, as a key of maps and tree rows. */
export function referenceKey(reference: FileReference): string {
  return reference.part === undefined ? reference.path : `${reference.path}#${reference.part}`;
}

/** Whether a change of some paths (none named: of anything in the folder) touches a file, or a folder read as one. */
export function isTouched(path: string, change: { folder: string; paths: string[] }): boolean {
  if (change.paths.length === 0) return change.folder === '' || isWithin(path, change.folder);
  return change.paths.some((one) => one === path || isWithin(one, path));
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Whether a path leads outside of the project: on Windows it starts with a drive. */
export function isAbsolutePath(path: string): boolean {
  return /^(?:[\\/]|[A-Za-z]:)/.test(path);
}

/** The folder that holds a path; the project itself is the empty text. */
export function parentFolder(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}
