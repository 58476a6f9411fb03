import { api } from '../../api/client';
import type { TabInput } from '../../app/workbench/tab';
import { openTabs, useWorkbench } from '../../app/workbench/workbench-store';
import { showMessage } from '../../ui/toaster';
import { sheetOf, useWorksheets } from './worksheet-store';

const DRAFT_DELAY = 400;
const timers = new Map<string, ReturnType<typeof setTimeout>>();

/** Names a worksheet's draft as the backend does: by its file, or by the tab of one without a file. */
export function draftKey(key: string, path: string | undefined): `file:${string}` | `untitled:${string}` {
  return path === undefined ? `untitled:${key.replace(/^untitled:/, '')}` : `file:${path}`;
}

/** Shows on the tab whether its text is saved. */
export function markDirty(key: string): void {
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
  keepDraftSoon(key);
}

/** Keeps the text as it stands in the draft, or removes the draft where the file holds it. */
export function keepDraftSoon(key: string): void {
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
    if (!isDirty(key)) await api.worksheets.removeDraft.mutate({ key: draft });
    else {
      const kept = await api.worksheets.saveDraft.mutate({ key: draft, text: sheet.text, baseHash: sheet.baseHash });
      tellWhetherKept(key, kept);
    }
  } catch {
    // The backend is away: the text stays in the editor, and the draft is tried again with the next key or shortly.
    timers.set(
      key,
      setTimeout(() => void saveDraft(key), 2_000),
    );
  }
}

/** Worksheets whose text was refused as a draft, so that it is said once. */
const refused = new Set<string>();

function tellWhetherKept(key: string, kept: boolean): void {
  if (kept) refused.delete(key);
  else if (!refused.has(key)) {
    refused.add(key);
    showMessage(
      'This text holds a secret, so no draft of it is kept. Use a connection, which keeps it in the keychain.',
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
