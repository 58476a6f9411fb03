import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { MillraceError } from '../../shared/errors';
import type { TextFile } from '../../shared/project';
import { errorCode, exists, fileError, writeFileAtomic } from './atomic-file';
import { moveDraft, readDraft, removeDraft, worksheetKey } from './drafts';
import { KeyedQueue } from './keyed-queue';
import { type ProjectPath, resolveProjectPath } from './project-path';

export { deleteFile, restoreFile } from './trash';

interface ProjectFolders {
  folder: string;
  stateFolder: string;
}

/** A saved worksheet, as the tree lists it. */
export interface WorksheetFile {
  path: string;
  name: string;
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970. */
  modified: number;
}

/** An editor holds the whole text; beyond this a file is data. */
const MAX_TEXT_BYTES = 20 * 1024 * 1024;

const queue = new KeyedQueue();

/**
 * A text file of the project, with its unsaved draft where one was kept. Throws FILE_NOT_FOUND, FILE_FORMAT for bytes
 * that are no UTF-8 (to save them would change them), LIMIT_EXCEEDED above 20 MB, FORBIDDEN.
 */
export async function readTextFile(project: ProjectFolders, file: string): Promise<TextFile> {
  const place = await resolveProjectPath(project.folder, file);
  const content = await readContent(place);
  const draft = await readDraft(project, worksheetKey(place.relative));
  return {
    path: place.relative,
    text: decode(content, place.relative),
    hash: hashOf(content),
    ...(draft ? { draft: { text: draft.text, baseHash: draft.baseHash } } : {}),
  };
}

/**
 * Saves a text file if the disk still holds what the editor started from: `baseHash`, or null for a file that must not
 * exist yet. Removes the draft. Throws FILE_CHANGED where it holds something else, was deleted or exists already; the
 * file and the draft are then as they were, and {@link readTextFile} gives the other version.
 */
export async function writeTextFile(
  project: ProjectFolders,
  file: string,
  text: string,
  baseHash: string | null,
): Promise<TextFile> {
  const place = await resolveProjectPath(project.folder, file, { isNew: baseHash === null });
  return queue.run(place.real, async () => {
    const before = await readIfThere(place);
    checkBase(place.relative, before, baseHash);
    const content = encode(text, before);
    if (before === undefined) {
      await mkdir(path.dirname(place.real), { recursive: true }).catch((error: unknown) => {
        throw fileError(error, path.dirname(place.relative));
      });
    }
    await writeFileAtomic(place.real, content, { exclusive: before === undefined });
    await removeDraft(project, worksheetKey(place.relative));
    return { path: place.relative, text, hash: hashOf(content) };
  });
}

/** Makes a new text file, with its folders. Throws FILE_CHANGED where it exists. */
export function createTextFile(project: ProjectFolders, file: string, text = ''): Promise<TextFile> {
  return writeTextFile(project, file, text, null);
}

/** Renames or moves a file within the project; its draft moves too. Throws FILE_CHANGED where the new name is taken. */
export async function renameTextFile(project: ProjectFolders, from: string, to: string): Promise<void> {
  const source = await resolveProjectPath(project.folder, from);
  const target = await resolveProjectPath(project.folder, to, { isNew: true });
  await queue.run(source.real, async () => {
    if ((await exists(target.absolute)) && !(await isSameFile(source.absolute, target.absolute))) {
      throw fileError(Object.assign(new Error('exists'), { code: 'EEXIST' }), target.relative);
    }
    try {
      await mkdir(path.dirname(target.absolute), { recursive: true });
      await rename(source.absolute, target.absolute);
    } catch (error) {
      throw fileError(error, source.relative);
    }
    await moveDraft(project, worksheetKey(source.relative), worksheetKey(target.relative));
  });
}

const SKIPPED = new Set(['.millrace', '.git', 'node_modules', 'lake']);

/** Every .sql file of the project, those of queries/ first, each folder in natural order of names. */
export async function listWorksheets(project: ProjectFolders): Promise<WorksheetFile[]> {
  const found: WorksheetFile[] = [];
  await collectWorksheets(project.folder, '', found, 0);
  const names = new Intl.Collator('en', { numeric: true });
  const group = (file: WorksheetFile) => (file.path.startsWith('queries/') ? 0 : 1);
  return found.sort((a, b) => group(a) - group(b) || names.compare(a.path, b.path));
}

async function collectWorksheets(root: string, folder: string, found: WorksheetFile[], depth: number): Promise<void> {
  // A folder that may not be read is shown as such by the file tree.
  const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && depth < 12 && !SKIPPED.has(entry.name)) {
      await collectWorksheets(root, relative, found, depth + 1);
    } else if (entry.isFile() && entry.name.toLowerCase().endsWith('.sql')) {
      const info = await stat(path.join(root, relative)).catch(() => undefined); // Deleted meanwhile.
      if (info) found.push({ path: relative, name: entry.name, size: info.size, modified: info.mtimeMs });
    }
  }
}

async function readContent(place: ProjectPath): Promise<Buffer> {
  try {
    const { size } = await stat(place.real);
    if (size > MAX_TEXT_BYTES) throw tooLong(place.relative, size);
    return await readFile(place.real);
  } catch (error) {
    throw fileError(error, place.relative);
  }
}

async function readIfThere(place: ProjectPath): Promise<Buffer | undefined> {
  try {
    return await readFile(place.real);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, place.relative);
  }
}

function checkBase(file: string, content: Buffer | undefined, baseHash: string | null): void {
  if (content === undefined && baseHash === null) return;
  if (content !== undefined && baseHash !== null && hashOf(content) === baseHash) return;
  const what = content === undefined ? 'was deleted' : baseHash === null ? 'exists already' : 'was changed outside';
  throw new MillraceError({
    code: 'FILE_CHANGED',
    message: `${file} ${what}; it was not saved.`,
    hint: content === undefined ? 'Save it as a new file.' : 'Compare both versions and choose which to keep.',
    at: { file },
  });
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function hasMark(content: Buffer): boolean {
  return content.subarray(0, 3).equals(BYTE_ORDER_MARK);
}

function decode(content: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (error) {
    throw new MillraceError({
      code: 'FILE_FORMAT',
      message: `${file} is not UTF-8 text.`,
      hint: 'Convert it to UTF-8, or open it as data if it is not text.',
      at: { file },
      cause: error,
    });
  }
}

/** A byte order mark that the file had stays. */
function encode(text: string, before: Buffer | undefined): Buffer {
  const content = Buffer.from(text, 'utf8');
  return before && hasMark(before) && !hasMark(content) ? Buffer.concat([BYTE_ORDER_MARK, content]) : content;
}

function hashOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function tooLong(file: string, size: number): MillraceError {
  return new MillraceError({
    code: 'LIMIT_EXCEEDED',
    message: `${file} has ${Math.round(size / 1e6)} MB; an editor opens up to 20 MB of text.`,
    hint: 'Query it as data instead.',
    at: { file },
  });
}

async function isSameFile(first: string, second: string): Promise<boolean> {
  // A file system that ignores case shows the same file under both names.
  const [one, two] = await Promise.all([stat(first).catch(() => undefined), stat(second).catch(() => undefined)]);
  return (
    one !== undefined &&
    two !== undefined &&
    one.ino === two.ino &&
    one.dev === two.dev &&
    first.toLowerCase() === second.toLowerCase()
  );
}
