import { api, callError } from '../../api/client';
import { useApp } from '../../app/app-store';
import { runCommand } from '../../app/commands/registry';
import { closeSession } from '../../app/sessions/session-run';
import type { TabInput } from '../../app/workbench/tab';
import { useWorkbench } from '../../app/workbench/workbench-store';
import { showError, showMessage } from '../../ui/toaster';
import { disposeModel } from './editor-handles';
import { draftKey, flushDrafts, forgetWaitingDraft, isDirty } from './worksheet-drafts';
import { splitPane, useWorksheets } from './worksheet-store';

/** Changes to a saved worksheet stay as its draft and are there when it is opened again; an untitled one can be brought back. */
export async function worksheetMayClose(input: TabInput): Promise<boolean> {
  const sheet = useWorksheets.getState().sheets[input.key];
  if (!sheet || !isDirty(input.key)) return true;
  if (sheet.conflict) {
    showMessage('Both versions of this file are shown. Take one of them first.');
    return false;
  }
  if (sheet.path !== undefined) {
    await flushDrafts();
    showMessage(`Changes to ${input.title} are kept as a draft; open it again to go on.`);
  } else {
    const { text } = sheet;
    showMessage(`${input.title} was closed without a file`, {
      label: 'Bring it back',
      run: () => void runCommand('worksheet.show', text),
    });
  }
  return true;
}

/** Ends a closed tab's run, session, draft and editor model. */
export function worksheetClosed(input: TabInput): void {
  const sheet = useWorksheets.getState().sheets[input.key];
  forgetWaitingDraft(input.key);
  const end = async () => {
    if (sheet && sheet.path === undefined)
      await api.worksheets.removeDraft.mutate({ key: draftKey(input.key, undefined) });
    await closeSession(input.key);
  };
  end().catch((error) => showError(callError(error)));
  useWorksheets.getState().forget(input.key);
  const { setDirty, forgetPane } = useWorkbench.getState();
  setDirty(input.key, false);
  forgetPane(splitPane(input.key));
  useApp.getState().forgetTab(input.key);
  disposeModel(input.key);
}
