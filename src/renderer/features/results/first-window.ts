import type { ResultInfo } from '../../../shared/results';
import { onBackendEvent } from '../../api/events';
import { useSettings } from '../../app/settings-store';
import { isInSight } from '../../app/workbench/workbench-store';
import { BLOCK_ROWS, GROUP_COLUMNS } from '../../ui/grid/block-cache';
import type { GridWindow } from '../../ui/grid/grid-source';
import type { CellWindow } from './result-client';

type Read = (id: string, window: CellWindow, signal: AbortSignal) => Promise<GridWindow>;

interface Early {
  id: string;
  window: CellWindow;
  read: Promise<GridWindow>;
}

/** A grid that does not come for its rows within this time reads them itself. */
const KEPT_MILLISECONDS = 2_000;

/**
 * Reads the first window of a result as soon as the engine tells of its first rows, while the grid for them is still being
 * made. Gives what it read to the one who asks for the same rows first.
 */
export function firstWindows(read: Read): (id: string, window: CellWindow) => Promise<GridWindow> | undefined {
  let early: Early | undefined;
  const seen = new Set<string>();
  onBackendEvent((event) => {
    if (event.type !== 'result') return;
    const { result } = event;
    if (result.rowCount === 0 || seen.has(result.id)) return;
    seen.add(result.id);
    if (!isComing(result)) return;
    const window = firstWindow(result);
    const mine: Early = { id: result.id, window, read: read(result.id, window, new AbortController().signal) };
    // Who asks for it hears of a failure; nobody else needs to.
    mine.read.catch(() => undefined);
    early = mine;
    setTimeout(() => {
      if (early === mine) early = undefined;
    }, KEPT_MILLISECONDS);
  });
  return (id, window) => {
    if (early?.id !== id || !isSame(early.window, window)) return undefined;
    const { read: known } = early;
    early = undefined;
    return known;
  };
}

/** Whether a grid is about to show the result. */
function isComing({ kind, plan, source, session }: ResultInfo): boolean {
  return kind === 'rows' && !plan && source === undefined && isInSight(session);
}

/** What a grid that was never seen before asks for first. */
function firstWindow({ rowCount, columns }: ResultInfo): CellWindow {
  return {
    offset: 0,
    limit: Math.min(BLOCK_ROWS, rowCount),
    columns: columns.slice(0, GROUP_COLUMNS).map((_, index) => index),
    timeZone: useSettings.getState().settings.timeZone,
  };
}

function isSame(a: CellWindow, b: CellWindow): boolean {
  return (
    a.offset === b.offset &&
    a.limit === b.limit &&
    a.timeZone === b.timeZone &&
    a.columns.length === b.columns.length &&
    a.columns.every((column, at) => column === b.columns[at])
  );
}
