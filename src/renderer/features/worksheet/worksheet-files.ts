import { api, callError } from '../../api/client';
import type { TabInput } from '../../app/workbench/tab';
import { changeTab, closeTab, openTab, openTabs } from '../../app/workbench/workbench-store';
import { showError, showMessage } from '../../ui/toaster';
import { draftKey, flushDrafts, forgetWaitingDraft, keepDraftSoon, markDirty } from './worksheet-drafts';
import { sheetOf, useWorksheets } from './worksheet-store';

/** Worksheets whose file is being written: what the watcher tells of it is not news. */
const saving = new Set<string>();

/**
 * Writes the worksheet to its file. Where the file changed outside since it was read, both versions are shown and nothing
 * is written. `target` gives it another file; throws FILE_CHANGED where that exists, unless `overHash` is its hash.
 */
export async function saveWorksheet(key: string, target?: string, overHash: string | null = null): Promise<void> {
  const sheet = sheetOf(key);
  const path = target ?? sheet?.path;
  if (!sheet || path === undefined) return;
  const isOther = path !== sheet.path;
  // A file that was deleted outside has no hash any more: it is made anew.
  const baseHash = isOther ? overHash : sheet.baseHash || null;
  saving.add(key);
  try {
    const { hash } = await api.worksheets.save.mutate({ path, text: sheet.text, baseHash });
    if (isOther) await api.worksheets.removeDraft.mutate({ key: draftKey(key, sheet.path) });
    useWorksheets.getState().patch(key, { path, savedText: sheet.text, baseHash: hash, conflict: undefined });
    markDirty(key);
    // Letters typed while it was written are a draft again.
    keepDraftSoon(key);
    if (!isOther) return;
    changeTab(key, tabOf(path));
    showMessage(`Saved as ${path}`);
  } catch (error) {
    if (isOther || callError(error).code !== 'FILE_CHANGED') throw error;
    await showConflict(key, path);
  } finally {
    saving.delete(key);
  }
}

function tabOf(path: string): Pick<TabInput, 'title' | 'data'> {
  return { title: path.split('/').at(-1) ?? path, data: { path } };
}

function openTabOf(path: string): TabInput | undefined {
  return openTabs().find((tab) => tab.kind === 'worksheet' && tab.data?.path === path);
}

/** The tab of a saved worksheet: the open one, whatever its name was when it was opened, or a new one. */
export function worksheetTab(path: string): TabInput {
  const open = openTabOf(path);
  if (open) return open;
  const key = `worksheet:${path}`;
  const isTaken = openTabs().some((tab) => tab.key === key);
  return { kind: 'worksheet', key: isTaken ? `${key}#${crypto.randomUUID()}` : key, ...tabOf(path) };
}

/** Gives a worksheet's file another name; an open tab goes with it, with its results and its undo history. */
export async function renameWorksheet(from: string, to: string): Promise<void> {
  const key = openTabOf(from)?.key;
  if (key === undefined) return void (await api.worksheets.rename.mutate({ from, to }));
  await flushDrafts();
  const { patch } = useWorksheets.getState();
  // Before the watcher tells that the old name is gone.
  patch(key, { path: to });
  try {
    await api.worksheets.rename.mutate({ from, to });
    changeTab(key, tabOf(to));
  } catch (error) {
    patch(key, { path: from });
    throw error;
  }
}

/** Moves a worksheet's file, with what was not saved, into the trash and closes its tab. Gives the way back. */
export async function deleteWorksheet(path: string): Promise<() => Promise<void>> {
  const key = openTabOf(path)?.key;
  const id = key === undefined ? await api.worksheets.remove.mutate({ path }) : await deleteOpen(key, path);
  return async () => {
    await api.worksheets.restore.mutate({ id });
    if (key !== undefined) openTab(worksheetTab(path));
  };
}

async function deleteOpen(key: string, path: string): Promise<string> {
  await flushDrafts();
  const { patch, forget } = useWorksheets.getState();
  // Before the watcher tells that the file is gone: it is not news.
  patch(key, { loaded: false });
  try {
    const id = await api.worksheets.remove.mutate({ path });
    forgetWaitingDraft(key);
    forget(key);
    await closeTab(key);
    return id;
  } catch (error) {
    patch(key, { loaded: true });
    throw error;
  }
}

async function showConflict(key: string, path: string): Promise<void> {
  const file = await api.worksheets.read.query({ path });
  useWorksheets.getState().patch(key, { conflict: { diskText: file.text, diskHash: file.hash } });
}

/** A file of an open worksheet changed on disk: read it again, or show both where the editor has changes of its own. */
export async function fileChanged(path: string): Promise<void> {
  const sheet = Object.values(useWorksheets.getState().sheets).find((one) => one.path === path && one.loaded);
  if (!sheet || saving.has(sheet.key)) return;
  try {
    takeFile(sheet.key, await api.worksheets.read.query({ path }));
  } catch (error) {
    const shape = callError(error);
    if (shape.code === 'FILE_NOT_FOUND') fileDeleted(sheet.key, path);
    else showError(shape);
  }
}

/** Looks at the files of all open worksheets, after events were missed. */
export async function checkOpenFiles(): Promise<void> {
  const paths = Object.values(useWorksheets.getState().sheets).flatMap((sheet) => sheet.path ?? []);
  await Promise.all(paths.map(fileChanged));
}

function takeFile(key: string, file: { text: string; hash: string }): void {
  // Read again: letters may have been typed while the file was read.
  const sheet = sheetOf(key);
  if (!sheet || file.hash === sheet.baseHash) return;
  const { patch } = useWorksheets.getState();
  const taken = { savedText: file.text, baseHash: file.hash, conflict: undefined };
  if (file.text === sheet.text) patch(key, taken);
  else if (sheet.text === sheet.savedText) patch(key, { ...taken, text: file.text });
  else patch(key, { conflict: { diskText: file.text, diskHash: file.hash } });
  markDirty(key);
}

/** The text stays in its tab as something that is not saved. */
function fileDeleted(key: string, path: string): void {
  const sheet = sheetOf(key);
  if (!sheet || sheet.path !== path || sheet.baseHash === '') return;
  useWorksheets.getState().patch(key, { savedText: '', baseHash: '', conflict: undefined });
  markDirty(key);
  showMessage(`${path} was deleted or renamed outside. Its text is kept here; saving writes it again.`);
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
  keepDraftSoon(key);
}
