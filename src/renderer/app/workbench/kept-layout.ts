import type { DockviewApi } from 'dockview-react';
import { api } from '../../api/client';
import { useSettings } from '../settings-store';
import { type TabInput, tabKind } from './tab';
import { useWorkbench } from './workbench-store';

type SerializedDock = ReturnType<DockviewApi['toJSON']>;

/** How a window was left, by project: tabs and splits, the side view, sizes of panes. */
export interface KeptLayout {
  dock?: SerializedDock;
  side?: { view: string; open: boolean; width: number };
  panes?: Record<string, number | boolean>;
}

const DELAY = 600;

let timer: ReturnType<typeof setTimeout> | undefined;
let pending: (() => void) | undefined;

/** What was kept for a project; tabs of kinds that are gone make its dock unusable, and it is left out. */
export function keptLayout(folder: string): KeptLayout {
  const kept = (useSettings.getState().settings.layouts[folder] ?? {}) as KeptLayout;
  const { dock, ...rest } = kept;
  return dock && isUsable(dock) ? kept : rest;
}

function isUsable(dock: SerializedDock): boolean {
  return Object.values(dock.panels ?? {}).every((panel) => {
    const input = panel.params?.input as TabInput | undefined;
    return input !== undefined && tabKind(input.kind) !== undefined;
  });
}

/** Sets side view and panes as they were left. */
export function restoreFrame({ side, panes }: KeptLayout): void {
  const { setSideWidth } = useWorkbench.getState();
  if (side) {
    useWorkbench.setState({ sideView: side.view, sideOpen: side.open });
    setSideWidth(side.width);
  }
  if (panes) useWorkbench.setState({ panes });
}

/** Keeps the layout as it stands, a moment after its last change. */
export function keepLayoutSoon(folder: string): void {
  pending = () => void keepLayout(folder);
  clearTimeout(timer);
  timer = setTimeout(keepLayoutNow, DELAY);
}

/** Keeps a change that still waits, before the window goes. */
export function keepLayoutNow(): void {
  clearTimeout(timer);
  pending?.();
  pending = undefined;
}

async function keepLayout(folder: string): Promise<void> {
  const { dock, sideView, sideOpen, sideWidth, panes } = useWorkbench.getState();
  if (!dock) return;
  const layout: KeptLayout = {
    dock: dock.toJSON(),
    side: { view: sideView, open: sideOpen, width: sideWidth },
    panes,
  };
  try {
    await api.settings.update.mutate({ layouts: { [folder]: layout } });
  } catch {
    // The backend is away, which the status bar tells of; the next change is kept with this one.
  }
}
