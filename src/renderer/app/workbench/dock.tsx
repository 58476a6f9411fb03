import {
  type DockviewApi,
  DockviewReact,
  type DockviewReadyEvent,
  type IDockviewHeaderActionsProps,
  type IDockviewPanelHeaderProps,
  type IDockviewPanelProps,
} from 'dockview-react';
import { Suspense, useEffect, useState } from 'react';
import { callError } from '../../api/client';
import { IconButton } from '../../ui/button';
import { Icon } from '../../ui/icon';
import { showError } from '../../ui/toaster';
import { runCommand } from '../commands/registry';
import { type KeptLayout, keepLayoutNow, keepLayoutSoon, keptLayout, restoreFrame } from './kept-layout';
import { type TabInput, tabKind } from './tab';
import { TabBoundary } from './tab-boundary';
import { Welcome } from './welcome';
import { closeTab, openTab, openWaitingTabs, useWorkbench } from './workbench-store';

function inputOf(params: unknown): TabInput {
  return (params as { input: TabInput }).input;
}

function TabContent(props: IDockviewPanelProps) {
  const [active, setActive] = useState(props.api.isActive);
  const [input, setInput] = useState(() => inputOf(props.params));
  useEffect(() => {
    const stops = [
      props.api.onDidActiveChange((event) => setActive(event.isActive)),
      props.api.onDidParametersChange((params) => setInput(inputOf(params))),
    ];
    return () => stops.forEach((stop) => void stop.dispose());
  }, [props.api]);
  const Component = tabKind(input.kind)?.component;
  if (!Component) return null;
  return (
    <TabBoundary title={input.title}>
      <Suspense fallback={<div className="tab-loading" aria-busy />}>
        <Component input={input} active={active} />
      </Suspense>
    </TabBoundary>
  );
}

function TabHeader(props: IDockviewPanelHeaderProps) {
  const input = inputOf(props.params);
  const dirty = useWorkbench((state) => Boolean(state.dirty[input.key]));
  const kind = tabKind(input.kind);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the dock's own tab around it takes keys; the middle button is extra
    <div
      className="dock-tab"
      title={input.title}
      onMouseUp={(event) => {
        if (event.button === 1) void closeTab(input.key);
      }}
    >
      {kind ? <Icon name={kind.icon} size={12} /> : null}
      <span className="name">{input.title}</span>
      {dirty ? <span className="dot" title="Not saved" /> : null}
      {/* No button: a tab is a control itself, and closes by its command's key too. */}
      <span
        className="close"
        title={`Close ${input.title}`}
        aria-hidden
        onClick={(event) => {
          event.stopPropagation();
          void closeTab(input.key);
        }}
      >
        <Icon name="cross" size={10} />
      </span>
    </div>
  );
}

function GroupActions(_props: IDockviewHeaderActionsProps) {
  return (
    <div className="dock-actions">
      <IconButton icon="plus" label="New worksheet" onClick={() => void runCommand('worksheet.new')} />
    </div>
  );
}

function onReady(
  event: DockviewReadyEvent,
  folder: string,
  firstTabs: (restored: boolean) => Promise<TabInput[]>,
): void {
  const dock = event.api;
  const { setDock, setActive } = useWorkbench.getState();
  setDock(dock);
  dock.onDidActivePanelChange(({ panel }) => {
    setActive(panel?.id);
    if (panel) showActiveTab(panel.group.element);
  });
  dock.onDidRemovePanel((panel) => {
    const input = inputOf(panel.params);
    tabKind(input.kind)?.closed?.(input);
    useWorkbench.getState().setDirty(input.key, false);
  });
  const layout = keptLayout(folder);
  restoreFrame(layout);
  const restored = layout.dock !== undefined && restoreTabs(dock, layout.dock);
  setActive(dock.activePanel?.id);
  const kept = dock.panels.length;
  openWaitingTabs();
  firstTabs(restored)
    // The user may have opened something meanwhile: that stays in front.
    .then((tabs) => {
      const behind = dock.panels.length > kept;
      for (const tab of tabs) openTab(tab, { behind });
    })
    .catch((error) => showError(callError(error)));
  dock.onDidLayoutChange(() => keepLayoutSoon(folder));
  useWorkbench.subscribe((now, before) => {
    if (now.sideOpen !== before.sideOpen || now.sideView !== before.sideView || now.sideWidth !== before.sideWidth)
      keepLayoutSoon(folder);
    else if (now.panes !== before.panes || now.activeKey !== before.activeKey) keepLayoutSoon(folder);
  });
  window.addEventListener('pagehide', keepLayoutNow);
}

/** Of more tabs than the strip holds, the chosen one is in sight; its header is drawn a moment after it was chosen. */
function showActiveTab(group: HTMLElement): void {
  setTimeout(() => group.querySelector('.dv-active-tab')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }), 80);
}

function restoreTabs(dock: DockviewApi, kept: NonNullable<KeptLayout['dock']>): boolean {
  try {
    dock.fromJSON(kept);
    for (const group of dock.groups) showActiveTab(group.element);
    return true;
  } catch {
    // A layout of another version, or a damaged one: the window starts as if it were the first time.
    dock.clear();
    return false;
  }
}

/**
 * The dockable editor tabs: drag, split, and a layout that is kept between starts. `firstTabs` gives what is opened besides
 * what was kept.
 */
export function Dock({ folder, firstTabs }: { folder: string; firstTabs(restored: boolean): Promise<TabInput[]> }) {
  return (
    <DockviewReact
      className="dock"
      theme={THEME}
      components={COMPONENTS}
      defaultTabComponent={TabHeader}
      leftHeaderActionsComponent={GroupActions}
      watermarkComponent={Welcome}
      disableFloatingGroups
      onReady={(event) => onReady(event, folder, firstTabs)}
    />
  );
}

const THEME = { name: 'millrace', className: 'dockview-theme-millrace', gap: 0 };
const COMPONENTS = { tab: TabContent };
