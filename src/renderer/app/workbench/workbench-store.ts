import type { DockviewApi } from 'dockview-react';
import { create } from 'zustand';
import { type TabInput, tabKind } from './tab';

interface WorkbenchState {
  dock: DockviewApi | undefined;
  /** Key of the tab that has the focus. */
  activeKey: string | undefined;
  /** Tabs with something unsaved, by key. */
  dirty: Record<string, boolean>;
  sideView: string;
  sideOpen: boolean;
  sideWidth: number;
  setDock(dock: DockviewApi): void;
  setActive(key: string | undefined): void;
  setDirty(key: string, dirty: boolean): void;
  /** Opens a side view; asked again for the open one, closes it. */
  toggleSide(view: string): void;
  showSide(view: string): void;
  setSideWidth(width: number): void;
  /** Sizes of panes by name, kept between starts like the rest of the layout. */
  panes: Record<string, number | boolean>;
  setPane(name: string, value: number | boolean): void;
  forgetPane(name: string): void;
}

const SIDE = { least: 180, most: 600 };

export const useWorkbench = create<WorkbenchState>()((set) => ({
  dock: undefined,
  activeKey: undefined,
  dirty: {},
  sideView: 'explore',
  sideOpen: true,
  sideWidth: 264,
  setDock: (dock) => set({ dock }),
  setActive: (activeKey) => set({ activeKey }),
  setDirty: (key, dirty) =>
    set((state) => (Boolean(state.dirty[key]) === dirty ? state : { dirty: { ...state.dirty, [key]: dirty } })),
  toggleSide: (view) =>
    set((state) => ({ sideView: view, sideOpen: state.sideView === view ? !state.sideOpen : true })),
  showSide: (view) => set({ sideView: view, sideOpen: true }),
  setSideWidth: (width) => set({ sideWidth: Math.round(Math.min(Math.max(width, SIDE.least), SIDE.most)) }),
  panes: {},
  setPane: (name, value) => set((state) => ({ panes: { ...state.panes, [name]: value } })),
  forgetPane: (name) =>
    set((state) => ({ panes: Object.fromEntries(Object.entries(state.panes).filter(([one]) => one !== name)) })),
}));

/** Whether a tab is the chosen one of its group, so that it can be seen; with splits there are several. */
export function isInSight(key: string): boolean {
  return useWorkbench.getState().dock?.groups.some((group) => group.activePanel?.id === key) ?? false;
}

/** Tabs that were asked for before the dock was there. */
const waiting: TabInput[] = [];

/** Opens what was asked for while the window was being drawn. */
export function openWaitingTabs(): void {
  for (const input of waiting.splice(0)) openTab(input);
}

/**
 * Opens a tab, or brings it forward where it is open already. `beside` opens it in a split to the right, `behind` without
 * taking the place of the one that is looked at.
 */
export function openTab(input: TabInput, o: { beside?: boolean; behind?: boolean } = {}): void {
  // A worksheet that was asked for gets the keys once its editor is ready, unless the user goes elsewhere before.
  if (input.kind === 'worksheet' && !o.behind && document.activeElement instanceof HTMLElement)
    document.activeElement.blur();
  const { dock } = useWorkbench.getState();
  if (!dock) {
    waiting.push(input);
    return;
  }
  const open = dock.getPanel(input.key);
  if (open && o.behind) return;
  if (open) {
    open.api.updateParameters({ input });
    open.api.setActive();
    return;
  }
  const reference = dock.activePanel;
  dock.addPanel({
    id: input.key,
    component: 'tab',
    title: input.title,
    params: { input },
    ...(o.behind ? { inactive: true } : {}),
    ...(o.beside && reference ? { position: { referencePanel: reference, direction: 'right' } } : {}),
  });
}

/** The input of the tab that has the focus. */
export function activeTab(): TabInput | undefined {
  const { dock, activeKey } = useWorkbench.getState();
  const panel = activeKey === undefined ? undefined : dock?.getPanel(activeKey);
  return panel?.params?.input as TabInput | undefined;
}

export function openTabs(): TabInput[] {
  const panels = useWorkbench.getState().dock?.panels ?? [];
  return panels.map((panel) => panel.params?.input as TabInput).filter(Boolean);
}

/** Closes a tab unless its kind keeps it open. */
export async function closeTab(key: string): Promise<void> {
  const panel = useWorkbench.getState().dock?.getPanel(key);
  const input = panel?.params?.input as TabInput | undefined;
  if (!panel || !input) return;
  const kind = tabKind(input.kind);
  if (kind?.mayClose && !(await kind.mayClose(input))) return;
  panel.api.close();
}

/** Gives an open tab another title and other data under its key: a worksheet that got a file, or another name. */
export function changeTab(key: string, change: Pick<TabInput, 'title' | 'data'>): void {
  const panel = useWorkbench.getState().dock?.getPanel(key);
  const input = panel?.params?.input as TabInput | undefined;
  if (!panel || !input) return;
  panel.api.updateParameters({ input: { ...input, ...change } });
  panel.api.setTitle(change.title);
}
