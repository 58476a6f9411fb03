import { api } from '../api/client';
import { desktop } from '../desktop/desktop';
import { showMessage } from '../ui/toaster';
import type { Command } from './commands/command';
import { allCommands, isEnabled, runCommand, shownKeys } from './commands/registry';
import { type PaletteItem, pick } from './palette/palette-store';
import { useSettings } from './settings-store';
import { activeTab, closeTab, openTabs, useWorkbench } from './workbench/workbench-store';

function commandItems(): PaletteItem[] {
  return allCommands()
    .filter((command) => !command.hidden && isEnabled(command.id))
    .map((command) => {
      const keys = shownKeys(command.id);
      return {
        id: command.id,
        label: command.title,
        detail: command.category,
        ...(command.icon ? { icon: command.icon } : {}),
        ...(keys ? { keys } : {}),
        run: () => runCommand(command.id),
      };
    });
}

/** Everything that has a name: worksheets, files, tables of the engine; commands come last. */
async function everything(): Promise<PaletteItem[]> {
  const [worksheets, datasets, catalog] = await Promise.all([
    api.worksheets.list.query(),
    api.explorer.datasets.query(),
    api.explorer.catalog.query(),
  ]);
  const sheets = worksheets.map(({ path }) => ({
    id: `sheet:${path}`,
    label: path,
    icon: 'code' as const,
    run: () => runCommand('worksheet.open', path),
  }));
  const files = datasets.map((reference) => ({
    id: `file:${reference.path}#${reference.part ?? ''}`,
    label: reference.part === undefined ? reference.path : `${reference.path} · ${reference.part}`,
    icon: 'document' as const,
    run: () => runCommand('explore.open', reference),
  }));
  const tables = catalog.flatMap((database) =>
    database.schemas.flatMap((schema) =>
      schema.tables.map((table) => ({
        id: `table:${database.name}.${schema.name}.${table.name}`,
        label: `${database.name}.${schema.name}.${table.name}`,
        icon: 'table' as const,
        run: () => runCommand('worksheet.query', `from "${database.name}"."${schema.name}"."${table.name}";`),
      })),
    ),
  );
  return [...sheets, ...files, ...tables, ...commandItems()];
}

async function pickTimeZone(): Promise<void> {
  const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = ['UTC', local, ...Intl.supportedValuesOf('timeZone')].filter(
    (zone, at, all) => all.indexOf(zone) === at,
  );
  pick({
    placeholder: 'Time zone in which times are shown',
    items: zones.map((zone) => ({
      id: zone,
      label: zone,
      ...(zone === local ? { detail: 'this machine' } : {}),
      run: () => useSettings.getState().change({ timeZone: zone }),
    })),
  });
}

/** A browser shows the one project that its backend owns; another is served by a command of its own. */
function offerServeCommand(): void {
  pick({
    placeholder: 'Folder of the other project',
    hint: 'Each project is served on its own: type a folder, and the command that serves it is copied.',
    items: [],
    free: (folder) => ({
      id: 'serve',
      label: `millrace serve --project ${folder.includes(' ') ? JSON.stringify(folder) : folder}`,
      detail: 'copies the command for a terminal',
      icon: 'clipboard',
      async run() {
        await navigator.clipboard.writeText(`millrace serve --project ${JSON.stringify(folder)}`);
        showMessage('The command was copied. Run it in a terminal and open the link that it prints.');
      },
    }),
  });
}

function setTheme(theme: 'light' | 'dark' | 'system'): Command {
  return {
    id: `theme.${theme}`,
    title: `Theme: ${theme}`,
    category: 'View',
    run: () => useSettings.getState().change({ theme }),
  };
}

function stepTab(step: number): void {
  const { dock, activeKey } = useWorkbench.getState();
  const tabs = openTabs();
  const at = tabs.findIndex((tab) => tab.key === activeKey);
  const next = tabs[(at + step + tabs.length) % tabs.length];
  if (next) dock?.getPanel(next.key)?.api.setActive();
}

function split(position: 'right' | 'bottom'): void {
  const { dock, activeKey } = useWorkbench.getState();
  const panel = activeKey === undefined ? undefined : dock?.getPanel(activeKey);
  if (panel) panel.api.moveTo({ group: panel.group, position });
}

function nextGroup(): void {
  const { dock } = useWorkbench.getState();
  const groups = dock?.groups ?? [];
  const at = groups.indexOf(dock?.activeGroup as (typeof groups)[number]);
  groups[(at + 1) % groups.length]?.activePanel?.api.setActive();
}

const hasTab = () => activeTab() !== undefined;

export const appCommands: Command[] = [
  {
    id: 'palette.open',
    title: 'Show all commands',
    category: 'Go',
    keys: { vscode: ['Mod+Shift+P', 'F1'], datagrip: ['Mod+Shift+A', 'F1', 'Mod+Shift+P'] },
    overPalette: true,
    run: () => pick({ placeholder: 'Run a command', items: commandItems() }),
  },
  {
    id: 'go.anything',
    title: 'Go to table, file or worksheet',
    category: 'Go',
    icon: 'search',
    keys: { vscode: ['Mod+P'], datagrip: ['Mod+Shift+N', 'Mod+P'], browser: ['Alt+P'] },
    overPalette: true,
    run: () => pick({ placeholder: 'Search tables, files, worksheets and commands', items: everything }),
  },
  {
    id: 'tab.close',
    title: 'Close the tab',
    category: 'View',
    icon: 'cross',
    keys: { vscode: ['Mod+W'], datagrip: ['Mod+F4', 'Mod+W'], browser: ['Alt+W'] },
    when: hasTab,
    async run() {
      const tab = activeTab();
      if (tab) await closeTab(tab.key);
    },
  },
  {
    id: 'tab.next',
    title: 'Next tab',
    category: 'View',
    keys: { vscode: ['Mod+PageDown'], datagrip: ['Alt+Right'], browser: ['Alt+Shift+PageDown'] },
    when: hasTab,
    run: () => stepTab(1),
  },
  {
    id: 'tab.previous',
    title: 'Previous tab',
    category: 'View',
    keys: { vscode: ['Mod+PageUp'], datagrip: ['Alt+Left'], browser: ['Alt+Shift+PageUp'] },
    when: hasTab,
    run: () => stepTab(-1),
  },
  {
    id: 'tab.splitRight',
    title: 'Move the tab into a split to the right',
    category: 'View',
    icon: 'columns',
    keys: { vscode: ['Mod+\\'], datagrip: ['Mod+\\'] },
    when: () => openTabs().length > 1,
    run: () => split('right'),
  },
  {
    id: 'tab.splitDown',
    title: 'Move the tab into a split below',
    category: 'View',
    when: () => openTabs().length > 1,
    run: () => split('bottom'),
  },
  {
    id: 'tab.nextGroup',
    title: 'Go to the next split',
    category: 'View',
    when: () => (useWorkbench.getState().dock?.groups.length ?? 0) > 1,
    run: nextGroup,
  },
  {
    id: 'tab.closeOthers',
    title: 'Close the other tabs',
    category: 'View',
    when: () => openTabs().length > 1,
    async run() {
      const { activeKey } = useWorkbench.getState();
      for (const tab of openTabs()) if (tab.key !== activeKey) await closeTab(tab.key);
    },
  },
  {
    id: 'side.toggle',
    title: 'Show or hide the side view',
    category: 'View',
    keys: { vscode: ['Mod+B'], datagrip: ['Alt+0'] },
    run: () => useWorkbench.getState().toggleSide(useWorkbench.getState().sideView),
  },
  {
    id: 'theme.toggle',
    title: 'Switch between light and dark',
    category: 'View',
    run() {
      const dark = document.documentElement.dataset.theme === 'dark';
      return useSettings.getState().change({ theme: dark ? 'light' : 'dark' });
    },
  },
  setTheme('light'),
  setTheme('dark'),
  setTheme('system'),
  {
    id: 'settings.timeZone',
    title: 'Time zone in which times are shown…',
    category: 'Settings',
    run: pickTimeZone,
  },
  {
    id: 'project.open',
    title: 'Open another project…',
    category: 'File',
    icon: 'folder-open',
    async run() {
      if (!desktop) return offerServeCommand();
      const folder = await desktop.openFolderDialog();
      if (folder) await desktop.openProject(folder);
    },
  },
];
