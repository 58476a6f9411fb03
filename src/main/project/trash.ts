import { lstat, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { MillraceError } from '../../shared/errors';
import { errorCode, exists, fileError, makePrivateFolder, randomName, writeFileAtomic } from './atomic-file';
import { readDraft, removeDraft, saveDraft, worksheetKey } from './drafts';
import { resolveProjectPath } from './project-path';

interface ProjectFolders {
  folder: string;
  stateFolder: string;
}

/** What `.millrace/trash/<id>/entry.json` says of the file that lies beside it in `file/`. */
const entrySchema = z.object({
  path: z.string(),
  deletedAt: z.number(),
  draft: z.object({ text: z.string(), baseHash: z.string() }).optional(),
});

/**
 * Moves a file, with its unsaved draft, into `.millrace/trash`, so that nothing is lost. Gives the id that
 * {@link restoreFile} takes. Throws BAD_REQUEST for a folder.
 */
export async function deleteFile(project: ProjectFolders, file: string): Promise<string> {
  const place = await resolveProjectPath(project.folder, file);
  const key = worksheetKey(place.relative);
  const draft = await readDraft(project, key);
  const id = `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${randomName()}`;
  const bin = path.join(await trashFolder(project), id);
  try {
    if ((await lstat(place.absolute)).isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
    await mkdir(path.join(bin, 'file'), { recursive: true, mode: 0o700 });
    const kept = draft && { text: draft.text, baseHash: draft.baseHash };
    const entry: z.input<typeof entrySchema> = { path: place.relative, deletedAt: Date.now(), draft: kept };
    await writeFileAtomic(path.join(bin, 'entry.json'), JSON.stringify(entry), { mode: 0o600 });
    await rename(place.absolute, path.join(bin, 'file', path.basename(place.absolute)));
  } catch (error) {
    throw fileError(error, place.relative);
  }
  await removeDraft(project, key);
  await emptyOldTrash(project);
  return id;
}

/** Undoes {@link deleteFile}. Gives the path. Throws NOT_FOUND, and FILE_CHANGED where the name was taken meanwhile. */
export async function restoreFile(project: ProjectFolders, id: string): Promise<string> {
  const bin = path.join(await trashFolder(project), checkedId(id));
  const entry = await readEntry(bin, id);
  const place = await resolveProjectPath(project.folder, entry.path);
  if (await exists(place.absolute)) {
    throw fileError(Object.assign(new Error('exists'), { code: 'EEXIST' }), place.relative);
  }
  try {
    await mkdir(path.dirname(place.absolute), { recursive: true });
    await rename(path.join(bin, 'file', path.basename(place.absolute)), place.absolute);
  } catch (error) {
    throw fileError(error, place.relative);
  }
  if (entry.draft) await saveDraft(project, worksheetKey(place.relative), entry.draft);
  await rm(bin, { recursive: true, force: true });
  return place.relative;
}

/** Days for which what was deleted can be brought back. */
const KEPT_DAYS = 30;

/** Removes for good what was deleted more than 30 days ago. What it cannot make sense of stays. */
export async function emptyOldTrash(project: ProjectFolders, now = Date.now()): Promise<void> {
  const folder = path.join(project.stateFolder, 'trash');
  const ids = await readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileError(error, folder);
  });
  for (const id of ids) {
    const bin = path.join(folder, id);
    const entry = await readEntry(bin, id).catch(() => undefined); // Half written, or put there by hand.
    if (entry && now - entry.deletedAt > KEPT_DAYS * 24 * 3_600_000) await rm(bin, { recursive: true, force: true });
  }
}

async function trashFolder(project: ProjectFolders): Promise<string> {
  const folder = path.join(project.stateFolder, 'trash');
  await makePrivateFolder(folder);
  return folder;
}

async function readEntry(bin: string, id: string): Promise<z.infer<typeof entrySchema>> {
  try {
    return entrySchema.parse(JSON.parse(await readFile(path.join(bin, 'entry.json'), 'utf8')));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw unknownEntry(id);
    throw fileError(error, path.join(bin, 'entry.json'));
  }
}

function checkedId(id: string): string {
  if (!/^[\w-]+$/.test(id)) throw unknownEntry(id);
  return id;
}

function unknownEntry(id: string): MillraceError {
  return new MillraceError({
    code: 'NOT_FOUND',
    message: `Nothing in the trash is called ${JSON.stringify(id.slice(0, 100))}.`,
    hint: 'It may have been restored already.',
  });
}
