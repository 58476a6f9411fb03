import { createHash } from 'node:crypto';
import { readdir, readFile, unlink } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { redactSql } from '../../shared/sql/redact';
import { errorCode, fileError, makePrivateFolder, writeFileAtomic } from './atomic-file';
import { KeyedQueue } from './keyed-queue';

interface StateFolder {
  stateFolder: string;
}

/** Names what a draft is of: a file of the project, or a worksheet that has no file yet. */
export type DraftKey = `file:${string}` | `untitled:${string}`;

const draftSchema = z.object({
  key: z.custom<DraftKey>((value) => typeof value === 'string' && /^(file|untitled):/.test(value)),
  text: z.string(),
  baseHash: z.string(),
  savedAt: z.number(),
});

/** Text that was typed but not saved. */
export interface Draft {
  key: DraftKey;
  text: string;
  /** The hash of the file it was based on; empty for a worksheet without a file. */
  baseHash: string;
  /** Milliseconds since 1970. */
  savedAt: number;
}

const queue = new KeyedQueue();

/** @param file relative to the project, with forward slashes */
export function worksheetKey(file: string): DraftKey {
  return `file:${file}`;
}

export function untitledKey(id: string): DraftKey {
  return `untitled:${id}`;
}

/**
 * Keeps what was typed so that a crash at any moment loses nothing that was kept before: it is on the disk when this
 * resolves. Of several calls for one key the last wins. A text with a secret in it is not written, and what was kept
 * before stays; then this gives false.
 */
export function saveDraft(
  project: StateFolder,
  key: DraftKey,
  draft: { text: string; baseHash: string },
): Promise<boolean> {
  const file = draftFile(project, key);
  return queue.run(file, async () => {
    if (redactSql(draft.text) !== draft.text) return false;
    await makePrivateFolder(path.dirname(file));
    const kept: Draft = { key, text: draft.text, baseHash: draft.baseHash, savedAt: Date.now() };
    await writeFileAtomic(file, JSON.stringify(kept), { mode: 0o600 });
    return true;
  });
}

/** The draft that was kept for the key. */
export function readDraft(project: StateFolder, key: DraftKey): Promise<Draft | undefined> {
  const file = draftFile(project, key);
  return queue.run(file, () => readDraftFile(file));
}

/** Forgets a draft, after its text was saved or thrown away. */
export function removeDraft(project: StateFolder, key: DraftKey): Promise<void> {
  const file = draftFile(project, key);
  return queue.run(file, () =>
    unlink(file).catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw fileError(error, file);
    }),
  );
}

/** Lets a draft follow its file to another name. */
export async function moveDraft(project: StateFolder, from: DraftKey, to: DraftKey): Promise<void> {
  const draft = await readDraft(project, from);
  if (!draft) return;
  await saveDraft(project, to, draft);
  await removeDraft(project, from);
}

/** Every kept draft, the newest first: what a window restores at its start. */
export async function listDrafts(project: StateFolder): Promise<Draft[]> {
  const folder = draftsFolder(project);
  const names = await readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileError(error, folder);
  });
  const files = names.filter((name) => /^[0-9a-f]{32}\.json$/.test(name)).map((name) => path.join(folder, name));
  const drafts = await Promise.all(files.map((file) => queue.run(file, () => readDraftFile(file))));
  return drafts.filter((draft) => draft !== undefined).sort((a, b) => b.savedAt - a.savedAt);
}

async function readDraftFile(file: string): Promise<Draft | undefined> {
  try {
    return draftSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    // Not written by us, as our writes are whole. It stays where it is; there is nothing in it to restore.
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw fileError(error, file);
  }
}

function draftsFolder(project: StateFolder): string {
  return path.join(project.stateFolder, 'drafts');
}

/** A path can hold signs and lengths that a file name cannot. */
function draftFile(project: StateFolder, key: DraftKey): string {
  const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return path.join(draftsFolder(project), `${name}.json`);
}
