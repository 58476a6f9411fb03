import { startRun } from '../../app/sessions/session-run';
import { type ResultViewName, useSessions } from '../../app/sessions/session-store';
import { openTab, openTabs } from '../../app/workbench/workbench-store';
import { freshKey, loadWorksheet } from './load-worksheet';
import { freeTitle } from './worksheet-drafts';

/** Opens an untitled worksheet with a text; the draft keeps it until it is saved. */
export function openUntitled(text = ''): string {
  const key = freshKey();
  const title = freeTitle(new Set(openTabs().map((tab) => tab.title)));
  openTab({ kind: 'worksheet', key, title, data: { text } });
  return key;
}

/** Opens a worksheet with SQL in it and runs it, with the result in the asked view. */
export async function queryNow(argument: unknown): Promise<void> {
  const { sql, view } =
    typeof argument === 'string'
      ? { sql: argument, view: undefined }
      : (argument as { sql: string; view?: ResultViewName });
  const key = openUntitled(sql);
  await loadWorksheet(key, undefined, sql);
  if (view) useSessions.getState().patch(key, { view });
  await startRun(key, { sql, offset: 0, firstStatement: 1 });
}
