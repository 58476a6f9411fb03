import type { ResultInfo } from '../../../shared/results';
import { api } from '../../api/client';
import { showOverlay } from '../../app/overlay-registry';
import { startRun } from '../../app/sessions/session-run';
import { numberOf, type Session, tabResults, useSessions } from '../../app/sessions/session-store';
import type { MenuEntry } from '../../ui/menu-list';
import { ExportDialog } from './export-dialog';
import { tabTitle } from './tab-title';

/** A pinned result stays when its statement runs again. */
export async function togglePin(session: string, result: ResultInfo): Promise<void> {
  const pinned = !result.pinned;
  await api.results.pin.mutate({ id: result.id, pinned });
  useSessions.getState().onResult({ ...result, session, pinned });
}

/** Closes a result and gives its rows back. */
export async function closeResult(session: string, result: ResultInfo): Promise<void> {
  useSessions.getState().dropResult(session, result.id);
  if (result.state !== 'failed') await api.results.close.mutate({ id: result.id });
}

/** Closes every result of a session that is not pinned, but for the given one. */
export async function closeOtherResults(session: Session, kept: ResultInfo): Promise<void> {
  const others = tabResults(session).filter((result) => result.id !== kept.id && !result.pinned);
  await Promise.all(others.map((result) => closeResult(session.key, result)));
}

/** Runs the statement of a result once more. */
export function runAgain(session: string, result: ResultInfo): Promise<void> {
  return startRun(session, {
    sql: result.sql,
    offset: result.offset,
    firstStatement: Math.max(1, numberOf(result.name)),
  });
}

export function compareResults(session: string, left: ResultInfo, right: ResultInfo): void {
  useSessions.getState().patch(session, { compared: [left.id, right.id], resultsOpen: true });
}

/** The other results of a session, each to be compared with the given one. */
export function compareMenu(session: Session, result: ResultInfo): MenuEntry[] {
  return tabResults(session)
    .filter((other) => other.id !== result.id)
    .map((other) => ({ label: tabTitle(other), run: () => compareResults(session.key, result, other) }));
}

export function openExport(result: ResultInfo): void {
  showOverlay('export', ExportDialog, { result });
}
