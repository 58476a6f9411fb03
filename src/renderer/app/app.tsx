import { useEffect, useState } from 'react';
import type { ErrorShape } from '../../shared/errors';
import { callError } from '../api/client';
import { Button } from '../ui/button';
import { ContextMenuLayer } from '../ui/context-menu';
import { ErrorBox } from '../ui/error-box';
import { SplitPane } from '../ui/split-pane';
import { Toaster } from '../ui/toaster';
import { useApp } from './app-store';
import { listenForKeys } from './commands/keyboard';
import { handCommandsToMenu, runCommand } from './commands/registry';
import { ActivityBar } from './frame/activity-bar';
import { Notices } from './frame/notices';
import { sideViews } from './frame/side-views';
import { StatusBar } from './frame/status-bar';
import { TitleBar } from './frame/title-bar';
import { fetchParts } from './lazy-part';
import { Overlays } from './overlays';
import { Palette } from './palette/palette';
import { firstTabs, registerFeatures } from './register-features';
import { useSettings } from './settings-store';
import { startWorkbench } from './start-workbench';
import { useThemeOnDocument } from './theme';
import { Dock } from './workbench/dock';
import { useWorkbench } from './workbench/workbench-store';

registerFeatures();

/** The whole window: frame, side view, dock, palette. */
export function App() {
  useThemeOnDocument();
  const [failure, setFailure] = useState<ErrorShape>();
  const [attempt, setAttempt] = useState(0);
  const project = useApp((state) => state.project);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt starts it again
  useEffect(() => {
    setFailure(undefined);
    startWorkbench().catch((error) => setFailure(callError(error)));
  }, [attempt]);
  useEffect(() => listenForKeys(), []);
  useParts(project !== undefined);
  useMenu();
  useFirstTour(project?.sample === true);

  if (failure) {
    return (
      <div className="start-failure">
        <ErrorBox error={failure}>
          <Button onClick={() => setAttempt(attempt + 1)}>Try again</Button>
        </ErrorBox>
      </div>
    );
  }
  return (
    <div className="app">
      <TitleBar />
      <Notices />
      <ActivityBar />
      <main className="workbench">{project ? <Workbench folder={project.folder} /> : null}</main>
      <StatusBar />
      <Palette />
      <Overlays />
      <ContextMenuLayer />
      <Toaster />
    </div>
  );
}

/**
 * The editor's code comes once the tree had its turn, as it takes longer to start than all the rest of the window; an open
 * worksheet fetches it by itself. Everything else comes when the window is at rest.
 */
function useParts(isOpen: boolean): void {
  useEffect(() => {
    if (!isOpen) return;
    const first = setTimeout(() => void fetchParts('first'), 700);
    const later = setTimeout(() => void fetchParts('later'), 4_000);
    return () => {
      clearTimeout(first);
      clearTimeout(later);
    };
  }, [isOpen]);
}

/** The native menu shows the keys that hold now. */
function useMenu(): void {
  const keymap = useSettings((state) => state.settings.keymap);
  const keys = useSettings((state) => state.settings.keys);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other keys make another menu
  useEffect(handCommandsToMenu, [keymap, keys]);
}

/** The tour starts by itself once, on the sample, when there is something to point at. */
function useFirstTour(isNew: boolean): void {
  useEffect(() => {
    if (!isNew) return;
    const timer = setTimeout(() => void runCommand('help.tour'), 900);
    return () => clearTimeout(timer);
  }, [isNew]);
}

function Workbench({ folder }: { folder: string }) {
  const { sideOpen, sideView, sideWidth, setSideWidth } = useWorkbench();
  const Side = sideViews().find((view) => view.id === sideView)?.component;
  const dock = (
    <div className="dock-area">
      <Dock folder={folder} firstTabs={firstTabs} />
    </div>
  );
  return (
    <div className={sideOpen ? 'side-open' : 'side-closed'} style={{ height: '100%' }}>
      <SplitPane
        label="Width of the side view"
        direction="columns"
        fixed="first"
        minimum={0}
        size={sideOpen ? sideWidth : 0}
        onSize={setSideWidth}
        first={Side && sideOpen ? <Side /> : null}
        second={dock}
      />
    </div>
  );
}
