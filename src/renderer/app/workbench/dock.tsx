import {
  DockviewReact,
  type DockviewReadyEvent,
  type IDockviewHeaderActionsProps,
  type IDockviewPanelHeaderProps,
  type IDockviewPanelProps,
} from 'dockview-react';
import { useEffect, useState } from 'react';
import { api, callError } from '../../api/client';
import { IconButton } from '../../ui/button';
import { Icon } from '../../ui/icon';
import { showError } from '../../ui/toaster';
import { runCommand } from '../commands/registry';
import { useSettings } from '../settings-store';
import { type TabInput, tabKind } from './tab';
import { TabBoundary } from './tab-boundary';
import { Welcome } from './welcome';
import { closeTab, openTab, useWorkbench } from './workbench-store';

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
      <Component input={input} active={active} />
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
      <button
        type="button"
        className="close"
        aria-label={`Close ${input.title}`}
        tabIndex={-1}
        onClick={(event) => {
          event.stopPropagation();
          void closeTab(input.key);
        }}
      >
        <Icon name="cross" size={10} />
      </button>
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

/** A stored layout holds tabs of kinds that may be gone; those are dropped before it is laid out. */
function restorable(layout: unknown): boolean {
  const panels = (layout as { panels?: Record<string, { params?: { input?: TabInput } }> } | undefined)?.panels;
  return (
    panels !== undefined &&
    Object.values(panels).every((panel) => panel.params?.input && tabKind(panel.params.input.kind))
  );
}

/** The dockable editor tabs: drag, split, and a layout that is kept between starts. */
export function Dock({ folder, firstTabs }: { folder: string; firstTabs(): Promise<TabInput[]> }) {
  const setDock = useWorkbench((state) => state.setDock);
  const setActive = useWorkbench((state) => state.setActive);

  const ready = ({ api: dock }: DockviewReadyEvent) => {
    setDock(dock);
    dock.onDidActivePanelChange((event) => setActive(event.panel?.id));
    dock.onDidRemovePanel((panel) => {
      const input = inputOf(panel.params);
      tabKind(input.kind)?.closed?.(input);
      useWorkbench.getState().setDirty(input.key, false);
    });
    const stored = useSettings.getState().settings.layouts[folder];
    if (restorable(stored)) dock.fromJSON(stored as Parameters<typeof dock.fromJSON>[0]);
    else void firstTabs().then((tabs) => tabs.forEach((tab) => void openTab(tab)));
    let timer: ReturnType<typeof setTimeout> | undefined;
    dock.onDidLayoutChange(() => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        void api.settings.update
          .mutate({ layouts: { [folder]: dock.toJSON() } })
          .catch((error) => showError(callError(error)));
      }, 800);
    });
  };

  return (
    <DockviewReact
      className="dock"
      theme={{ name: 'millrace', className: 'dockview-theme-millrace', gap: 0 }}
      components={{ tab: TabContent }}
      defaultTabComponent={TabHeader}
      leftHeaderActionsComponent={GroupActions}
      watermarkComponent={Welcome}
      disableFloatingGroups
      onReady={ready}
    />
  );
}
