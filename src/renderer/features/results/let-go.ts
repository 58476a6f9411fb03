import { useSessions } from '../../app/sessions/session-store';
import { useResultGrids } from './grid/result-grid-store';
import { forgetResult } from './grid/result-view';
import { gridClient, resultLens } from './result-queries';

/** Lets go of what was kept for results that are closed or replaced: their sorted copies and their rows in the lens. */
export function letGoOfClosedResults(): void {
  useSessions.subscribe((now, before) => {
    if (now.sessions === before.sessions) return;
    const open = new Set(Object.values(now.sessions).flatMap((session) => session.results.map((result) => result.id)));
    for (const session of Object.values(before.sessions)) {
      for (const { id } of session.results) if (!open.has(id)) letGo(id);
    }
  });
}

function letGo(result: string): void {
  // What went with the engine or the lens needs no closing.
  if (useResultGrids.getState().grids[result]) void forgetResult(result, gridClient).catch(() => undefined);
  void resultLens.close(result).catch(() => undefined);
}
