import type { FileReference } from '../../../shared/files';
import { api } from '../../api/client';
import type { Command } from '../../app/commands/command';
import { treeSections } from '../../app/frame/tree-sections';
import { pick } from '../../app/palette/palette-store';
import { useWorkbench } from '../../app/workbench/workbench-store';
import { desktop } from '../../desktop/desktop';
import { openPaths } from './drop-files';
import { openRelation } from './explore-menu';
import { useExplore } from './explore-store';

async function askForPath(placeholder: string, run: (path: string) => void | Promise<void>): Promise<void> {
  pick({
    placeholder,
    items: [],
    free: (text) => ({ id: 'path', label: text, icon: 'folder-open', run: () => run(text.trim()) }),
  });
}

export const exploreCommands: Command[] = [
  {
    id: 'explore.show',
    title: 'Show the explore tree',
    category: 'View',
    icon: 'search-template',
    keys: { vscode: ['Mod+Shift+E'], datagrip: ['Alt+1'] },
    run: () => useWorkbench.getState().showSide('explore'),
  },
  {
    id: 'explore.refresh',
    title: 'Read files and tables again',
    category: 'Explore',
    icon: 'refresh',
    keys: { vscode: ['F5'], datagrip: ['Mod+F5'] },
    run: async () => {
      const parts = [...treeSections('above'), ...treeSections('below')];
      await Promise.all([useExplore.getState().refresh(), ...parts.map((part) => part.refresh())]);
    },
  },
  {
    id: 'explore.addFolder',
    title: 'Add a folder to the tree…',
    category: 'Explore',
    icon: 'folder-new',
    async run() {
      const add = async (folder: string) => {
        await api.project.addFolder.mutate({ folder });
      };
      if (!desktop) return askForPath('Path of a folder on the machine where the backend runs', add);
      const folder = await desktop.openFolderDialog();
      if (folder) await add(folder);
    },
  },
  {
    id: 'explore.open',
    title: 'Open a table of a file',
    category: 'Explore',
    hidden: true,
    run: (argument) => openRelation(argument as FileReference),
  },
  {
    id: 'explore.openFile',
    title: 'Open a file…',
    category: 'Explore',
    icon: 'document-open',
    keys: { vscode: ['Mod+O'], datagrip: ['Mod+O'] },
    async run() {
      if (!desktop)
        return askForPath('Path of a file: inside the project, or anywhere on the backend’s machine', (path) =>
          openPaths([path]),
        );
      const files = await desktop.openFileDialog();
      if (files) await openPaths(files);
    },
  },
];
