import { api, callError } from '../../api/client';
import { openSession } from '../../app/sessions/session-run';
import { showError } from '../../ui/toaster';
import { draftKey, markDirty, typed } from './worksheet-drafts';
import { sheetOf, useWorksheets, type Worksheet } from './worksheet-store';

/** Keys of worksheets that this window made: nothing of them is kept elsewhere. */
const fresh = new Set<string>();

/** Names a new worksheet without a file. */
export function freshKey(): string {
  const key = `untitled:${crypto.randomUUID()}`;
  fresh.add(key);
  return key;
}

/** Reads the worksheet's file and its draft, and opens its session. An unsaved draft wins over the file's text. */
export async function loadWorksheet(key: string, path: string | undefined, initialText = ''): Promise<void> {
  const { ensure, patch } = useWorksheets.getState();
  ensure(key, path);
  if (sheetOf(key)?.loaded) return;
  if (fresh.delete(key)) return startFresh(key, initialText);
  try {
    await openSession(key);
    patch(key, { ...(await readTexts(key, path, initialText)), loaded: true, loadError: undefined });
    markDirty(key);
  } catch (error) {
    patch(key, { loadError: callError(error) });
  }
}

/** A new worksheet waits for nobody: its session is opened behind, and where the backend is away, when it comes back. */
function startFresh(key: string, text: string): void {
  useWorksheets.getState().patch(key, { loaded: true });
  if (text !== '') typed(key, text);
  openSession(key).catch((error) => {
    const shape = callError(error);
    if (shape.code !== 'ENGINE_LOST') showError(shape);
  });
}

async function readTexts(key: string, path: string | undefined, initialText: string): Promise<Partial<Worksheet>> {
  if (path === undefined) {
    const draft = (await api.worksheets.drafts.query()).find((one) => one.key === draftKey(key, undefined));
    return { text: draft?.text ?? initialText };
  }
  const file = await api.worksheets.read.query({ path });
  const draft = file.draft && file.draft.text !== file.text ? file.draft : undefined;
  const isStale = draft !== undefined && draft.baseHash !== file.hash;
  return {
    text: draft?.text ?? file.text,
    savedText: file.text,
    baseHash: isStale ? draft.baseHash : file.hash,
    conflict: isStale ? { diskText: file.text, diskHash: file.hash } : undefined,
  };
}

/** Reads again what could not be read while the backend was away. */
export async function readFailedAgain(): Promise<void> {
  const failed = Object.values(useWorksheets.getState().sheets).filter((sheet) => sheet.loadError);
  await Promise.all(failed.map((sheet) => loadWorksheet(sheet.key, sheet.path)));
}
