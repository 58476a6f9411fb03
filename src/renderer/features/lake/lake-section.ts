import { quoteIdentifier } from '../../../shared/sql/quote';
import { onBackendEvent } from '../../api/events';
import { tried } from '../../api/tried';
import { useApp } from '../../app/app-store';
import { isEnabled, runCommand } from '../../app/commands/registry';
import { registerTreeSection } from '../../app/frame/tree-sections';
import type { MenuEntry } from '../../ui/menu-list';
import { showMessage } from '../../ui/toaster';
import { lakeRows, SECTION } from './lake-rows';
import { useLakeTree } from './lake-tree-store';

interface Table {
  schema: string;
  name: string;
}

/** The lake's part of the explore tree. */
export function registerLakeSection(): void {
  registerTreeSection({
    id: SECTION,
    place: 'above',
    useRows(filter) {
      const state = useLakeTree();
      const project = useApp((app) => app.project?.name) ?? '';
      return lakeRows(state, project, filter);
    },
    toggle(id, expanded) {
      useLakeTree.getState().setExpanded(id, expanded);
      const table = tableOf(id);
      if (table && expanded) void useLakeTree.getState().loadPage(table);
    },
    open(id) {
      const table = tableOf(id);
      if (table) void runCommand('lake.open', table);
    },
    menu(id) {
      const table = tableOf(id);
      return table ? tableMenu(table) : [];
    },
    additions: () => (isEnabled('lake.create') ? [createEntry()] : []),
    refresh: () => useLakeTree.getState().load(),
    collapse: () => useLakeTree.getState().collapse(),
  });
  onBackendEvent((event) => {
    if (event.type === 'catalog' || (event.type === 'engine' && event.state !== 'lost')) {
      void useLakeTree.getState().load();
    }
  });
  void useLakeTree.getState().load();
}

function createEntry(): MenuEntry {
  return { label: 'Make a lake table…', icon: 'add', run: () => void runCommand('lake.create') };
}

function tableOf(id: string): Table | undefined {
  const key = /^lake:table:(.*)$/s.exec(id)?.[1];
  if (key === undefined) return undefined;
  const [schema = '', name = ''] = JSON.parse(key) as string[];
  return { schema, name };
}

function tableMenu(table: Table): MenuEntry[] {
  const name = [table.schema, table.name].map(quoteIdentifier).join('.');
  return [
    { label: 'Open', icon: 'document-open', run: () => void runCommand('lake.open', table) },
    { label: 'Query it', icon: 'code', run: () => void runCommand('worksheet.query', `from ${name};`) },
    {
      label: 'Profile it',
      icon: 'graph',
      run: () => void runCommand('worksheet.query', { sql: `from ${name};`, view: 'profile' }),
    },
    { divider: true, label: '' },
    {
      label: 'Copy its name',
      icon: 'clipboard',
      run: () => tried(navigator.clipboard.writeText(name).then(() => showMessage('Name copied'))),
    },
  ];
}
