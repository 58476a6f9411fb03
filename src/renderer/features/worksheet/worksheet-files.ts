import { api, callError } from '../../api/client';
import { openSession } from '../../app/sessions/session-run';
import { replaceTab, useWorkbench } from '../../app/workbench/workbench-store';
import { showMessage } from '../../ui/toaster';
import { useWorksheets } from './worksheet-store';

const DRAFT_DELAY = 400;
const timers = new Map<string, ReturnType<typeof setTimeout>>();

/** Names a worksheet's draft as the backend does: by its file, or by the tab of one without a file. */
export function draftKey(key: string, path: string | undefined): `file:${string}` | `untitled:${string}` {
  return path === undefined ? `untitled:${key.replace(/^untitled:/, '')}` : `file:${path}`;
}

function sheetOf(key: string) {
  return useWorksheets.getState().sheets[key];
}

/** Reads the worksheet's file and its draft, and opens its session. An unsaved draft wins over the file's text. */
export async function loadWorksheet(key: string, path: string | undefined, initialText = ''): Promise<void> {
  const { ensure, patch } = useWorksheets.getState();
  ensure(key, path);
  if (sheetOf(key)?.loaded) return;
  try {
    await openSession(key);
    if (path === undefined) {
      const draft = (await api.worksheets.drafts.query()).find((one) => one.key === draftKey(key, undefined));
      patch(key, { text: draft?.text ?? initialText, loaded: true });
    } else {
      const file = await api.worksheets.read.query({ path });
      const draft = file.draft && file.draft.text !== file.text ? file.draft : undefined;
      const stale = draft && draft.baseHash !== file.hash;
      patch(key, {
        text: draft?.text ?? file.text,
        savedText: file.text,
        baseHash: stale ? draft.baseHash : file.hash,
        conflict: stale ? { diskText: file.text, diskHash: file.hash } : undefined,
        loaded: true,
        loadError: undefined,
      });
    }
    markDirty(key);
  } catch (error) {
    patch(key, { loadError: callError(error) });
  }
}

function markDirty(key: string): void {
  const sheet = sheetOf(key);
  if (sheet) useWorkbench.getState().setDirty(key, isDirty(key));
}

/** Whether closing would leave text that no file holds. */
export function isDirty(key: string): boolean {
  const sheet = sheetOf(key);
  if (!sheet?.loaded) return false;
  return sheet.path === undefined ? sheet.text.trim() !== '' : sheet.text !== sheet.savedText;
}

/** Takes typed text: into the store at once, into the crash-safe draft a moment later. */
export function typed(key: string, text: string): void {
  useWorksheets.getState().patch(key, { text });
  markDirty(key);
  clearTimeout(timers.get(key));
  timers.set(
    key,
    setTimeout(() => void saveDraft(key), DRAFT_DELAY),
  );
}

async function saveDraft(key: string): Promise<void> {
  const sheet = sheetOf(key);
  if (!sheet) return;
  timers.delete(key);
  const draft = draftKey(key, sheet.path);
  try {
    if (isDirty(key)) await api.worksheets.saveDraft.mutate({ key: draft, text: sheet.text, baseHash: sheet.baseHash });
    else await api.worksheets.removeDraft.mutate({ key: draft });
  } catch {
    // The backend is away: the text stays in the editor, and the draft is tried again with the next key or shortly.
    timers.set(
      key,
      setTimeout(() => void saveDraft(key), 2_000),
    );
  }
}

/** Writes drafts that still wait, before the window goes. */
export async function flushDrafts(): Promise<void> {
  await Promise.all([...timers.keys()].map((key) => saveDraft(key)));
}

/**
 * Writes the worksheet to its file. Where the file changed outside since it was read, both versions are shown and nothing
 * is written. `path` gives an untitled worksheet its file.
 */
export async function saveWorksheet(key: string, path?: string): Promise<void> {
  const sheet = sheetOf(key);
  const target = path ?? sheet?.path;
  if (!sheet || target === undefined) return;
  const { patch } = useWorksheets.getState();
  try {
    const isNew = sheet.path === undefined || path !== undefined;
    const { hash } = await api.worksheets.save.mutate({
      path: target,
      text: sheet.text,
      baseHash: isNew ? null : sheet.baseHash,
    });
    clearTimeout(timers.get(key));
    timers.delete(key);
    if (sheet.path === undefined) await api.worksheets.removeDraft.mutate({ key: draftKey(key, undefined) });
    patch(key, { savedText: sheet.text, baseHash: hash, conflict: undefined });
    markDirty(key);
    if (isNew) becomeFile(key, target);
  } catch (error) {
    const shape = callError(error);
    if (shape.code !== 'FILE_CHANGED') throw error;
    if (sheet.path === undefined) throw error;
    await showConflict(key, target);
  }
}

function becomeFile(key: string, path: string): void {
  replaceTab(key, worksheetTab(path));
  showMessage(`Saved as ${path}`);
}

/** The tab of a saved worksheet. */
export function worksheetTab(path: string) {
  return { kind: 'worksheet', key: `worksheet:${path}`, title: path.split('/').at(-1) ?? path, data: { path } };
}

async function showConflict(key: string, path: string): Promise<void> {
  const file = await api.worksheets.read.query({ path });
  useWorksheets.getState().patch(key, { conflict: { diskText: file.text, diskHash: file.hash } });
}

/** A file of an open worksheet changed on disk: read it again, or show both where the editor has changes of its own. */
export async function fileChanged(path: string): Promise<void> {
  const sheet = Object.values(useWorksheets.getState().sheets).find((one) => one.path === path && one.loaded);
  if (!sheet) return;
  const file = await api.worksheets.read.query({ path });
  if (file.hash === sheet.baseHash) return;
  const { patch } = useWorksheets.getState();
  if (file.text === sheet.text) patch(sheet.key, { savedText: file.text, baseHash: file.hash, conflict: undefined });
  else if (sheet.text === sheet.savedText)
    patch(sheet.key, { text: file.text, savedText: file.text, baseHash: file.hash, conflict: undefined });
  else patch(sheet.key, { conflict: { diskText: file.text, diskHash: file.hash } });
  markDirty(sheet.key);
}

/** Ends a conflict: `mine` will overwrite the file with the next save, `disk` takes the file's text. */
export function resolveConflict(key: string, take: 'mine' | 'disk'): void {
  const sheet = sheetOf(key);
  if (!sheet?.conflict) return;
  const { diskText, diskHash } = sheet.conflict;
  useWorksheets.getState().patch(key, {
    baseHash: diskHash,
    savedText: diskText,
    conflict: undefined,
    ...(take === 'disk' ? { text: diskText } : {}),
  });
  markDirty(key);
  void saveDraft(key);
}
