import { api } from '../api/client';
import { onBackendEvent, onEventsMissed } from '../api/events';
import { registerConnections } from '../features/connections/register-connections';
import { acceptFiles } from '../features/explore/drop-files';
import { exploreCommands } from '../features/explore/explore-commands';
import { ExploreSide } from '../features/explore/explore-side';
import { FileTab } from '../features/explore/file-tab';
import { registerHelp } from '../features/help/register-help';
import { HistorySide } from '../features/history/history-side';
import { registerLakeSection } from '../features/lake/lake-section';
import { registerLake } from '../features/lake/register-lake';
import { registerObjects } from '../features/objects/register-objects';
import { letGoOfClosedResults } from '../features/results/let-go';
import { resultCommands } from '../features/results/result-commands';
import { registerSettings } from '../features/settings/register-settings';
import { fileCommands } from '../features/worksheet/file-commands';
import { readFailedAgain } from '../features/worksheet/load-worksheet';
import { worksheetClosed, worksheetMayClose } from '../features/worksheet/worksheet-close';
import { worksheetCommands } from '../features/worksheet/worksheet-commands';
import { tabsOfLostDrafts } from '../features/worksheet/worksheet-drafts';
import { checkOpenFiles, fileChanged, worksheetTab } from '../features/worksheet/worksheet-files';
import { WorksheetTab } from '../features/worksheet/worksheet-tab';
import { appCommands } from './app-commands';
import { registerCommands, runCommand } from './commands/registry';
import { registerSideView } from './frame/side-views';
import { closeSession } from './sessions/session-run';
import { useSessions } from './sessions/session-store';
import { registerTabKind, type TabInput } from './workbench/tab';
import { useWorkbench } from './workbench/workbench-store';

/** Brings every feature's commands, side views and tabs into the window. A new feature is added here and nowhere else. */
export function registerFeatures(): void {
  registerCommands(appCommands);
  registerCommands(exploreCommands);
  registerCommands(worksheetCommands);
  registerCommands(fileCommands);
  registerCommands(resultCommands);
  letGoOfClosedResults();
  registerCommands([
    {
      id: 'history.show',
      title: 'Show the query history',
      category: 'View',
      icon: 'history',
      keys: { vscode: ['Mod+Alt+H'], datagrip: ['Mod+Alt+E'] },
      run: () => useWorkbench.getState().showSide('history'),
    },
  ]);
  acceptFiles();
  registerSideView({ id: 'explore', title: 'Explore', icon: 'search-template', component: ExploreSide });
  registerSideView({ id: 'history', title: 'Query history', icon: 'history', component: HistorySide });
  registerTabKind('worksheet', {
    icon: 'code',
    component: WorksheetTab,
    mayClose: worksheetMayClose,
    closed: worksheetClosed,
  });
  registerTabKind('file', { icon: 'table', component: FileTab, closed: (input) => void closeSession(input.key) });
  registerLake();
  registerLakeSection();
  registerConnections();
  registerSettings();
  registerHelp();
  registerObjects();
  onBackendEvent((event) => {
    const { onRun, onResult } = useSessions.getState();
    if (event.type === 'run') onRun(event.run);
    if (event.type === 'result') onResult(event.result);
    if (event.type === 'transaction') useSessions.getState().patch(event.session, { transaction: event.transaction });
    if (event.type !== 'files') return;
    // No paths: anything below the folder may have changed.
    if (event.paths.length === 0) void checkOpenFiles();
    for (const path of event.paths) void fileChanged(path);
  });
  onEventsMissed(() => {
    void checkOpenFiles();
    void readFailedAgain();
    void runCommand('explore.refresh');
  });
}

/** What a window opens besides its kept layout: text that a crash left behind; at first, the first saved worksheet. */
export async function firstTabs(restored: boolean): Promise<TabInput[]> {
  const lost = await tabsOfLostDrafts();
  if (restored) return lost;
  const [first] = await api.worksheets.list.query();
  return first === undefined ? lost : [...lost, worksheetTab(first.path)];
}
