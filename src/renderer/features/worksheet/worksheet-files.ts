import { api, callError } from '../../api/client';
import { openSession } from '../../app/sessions/session-run';
import type { TabInput } from '../../app/workbench/tab';
import { changeTab, closeTab, openTab, openTabs, useWorkbench } from '../../app/workbench/workbench-store';
import { showError, showMessage } from '../../ui/toaster';
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

window.addEventListener('pagehide', () => void flushDrafts());
window.addEventListener('visibilitychange', () => document.hidden && void flushDrafts());

/** Tabs for drafts without a file that no tab of the kept layout shows: a crash came before the layout was kept. */
export async function tabsOfLostDrafts(): Promise<TabInput[]> {
  const drafts = await api.worksheets.drafts.query();
  const open = new Set(openTabs().map((tab) => tab.key));
  const titles = new Set(openTabs().map((tab) => tab.title));
  return drafts
    .filter((draft) => draft.key.startsWith('untitled:') && draft.text.trim() !== '' && !open.has(draft.key))
    .map((draft) => {
      const title = freeTitle(titles);
      titles.add(title);
      return { kind: 'worksheet', key: draft.key, title, data: {} };
    });
}

/** `Untitled 2`, where `Untitled 1` is taken. */
export function freeTitle(taken: ReadonlySet<string>): string {
  let number = 1;
  while (taken.has(`Untitled ${number}`)) number += 1;
  return `Untitled ${number}`;
}

/** Writes drafts that still wait, before the window goes. */
export async function flushDrafts(): Promise<void> {
  await Promise.all([...timers.keys()].map((key) => saveDraft(key)));
}

/** Drops the draft that waits to be written: its text was saved, or goes with its file. */
export function forgetWaitingDraft(key: string): void {
  clearTimeout(timers.get(key));
  timers.delete(key);
}

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
  try {
    const { hash } = await api.worksheets.save.mutate({ path, text: sheet.text, baseHash });
    forgetWaitingDraft(key);
    if (isOther) await api.worksheets.removeDraft.mutate({ key: draftKey(key, sheet.path) });
    useWorksheets.getState().patch(key, { path, savedText: sheet.text, baseHash: hash, conflict: undefined });
    markDirty(key);
    if (!isOther) return;
    changeTab(key, tabOf(path));
    showMessage(`Saved as ${path}`);
  } catch (error) {
    if (isOther || callError(error).code !== 'FILE_CHANGED') throw error;
    await showConflict(key, path);
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
  if (!sheet) return;
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
  void saveDraft(key);
}
