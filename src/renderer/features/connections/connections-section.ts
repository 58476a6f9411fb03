import type { ConnectionInfo, RemoteNode } from '../../../shared/connections';
import { api } from '../../api/client';
import { onBackendEvent } from '../../api/events';
import { tried } from '../../api/tried';
import { runCommand } from '../../app/commands/registry';
import { registerTreeSection } from '../../app/frame/tree-sections';
import { openTab } from '../../app/workbench/workbench-store';
import type { MenuEntry } from '../../ui/menu-list';
import { showMessage } from '../../ui/toaster';
import { connectionRows, SECTION } from './connection-rows';
import { placeKey, placeOf, useConnections } from './connections-store';
import { openObjectsOf } from './open-objects';

/** Opens the form of a connection, or that of a new one. */
export function openConnection(name?: string): void {
  const key = name === undefined ? `connection:new:${crypto.randomUUID()}` : `connection:${name}`;
  openTab({ kind: 'connection', key, title: name ?? 'New connection', data: name === undefined ? {} : { name } });
}

function openRemote(connection: string, node: RemoteNode): void {
  openTab({
    kind: 'remote',
    key: `remote:${placeKey(connection, node.path)}`,
    title: node.name,
    data: { connection, path: node.path },
  });
}

/** The connections' part of the explore tree. */
export function registerConnectionsSection(): void {
  registerTreeSection({
    id: SECTION,
    place: 'below',
    useRows(filter) {
      const state = useConnections();
      return connectionRows(state, filter);
    },
    toggle,
    open,
    menu,
    additions: () => [{ label: 'Connect to a system…', icon: 'database', run: () => openConnection() }],
    refresh: () => useConnections.getState().refresh(),
    collapse: () => useConnections.getState().collapse(),
  });
  onBackendEvent((event) => {
    if (event.type === 'connections' || event.type === 'project') void useConnections.getState().load();
    if (event.type === 'engine' && event.state === 'reopened') void useConnections.getState().refresh();
  });
  void useConnections.getState().load();
}

/** What a row stands for: a connection, or something below one. */
function targetOf(id: string): { connection: ConnectionInfo; node?: RemoteNode } | undefined {
  const { connections, levels } = useConnections.getState();
  const text = id.slice(SECTION.length + 1);
  if (!text.startsWith('[')) return undefined;
  const { connection: name, path } = placeOf(text);
  const connection = connections.find((one) => one.name === name);
  if (!connection) return undefined;
  if (path.length === 0) return { connection };
  const level = levels[placeKey(name, path.slice(0, -1))];
  const node = level?.nodes.find((one) => one.path.at(-1) === path.at(-1));
  return node ? { connection, node } : undefined;
}

function toggle(id: string, expanded: boolean): void {
  const target = targetOf(id);
  if (!target) return;
  const { setExpanded, loadLevel, loadDescription, levels } = useConnections.getState();
  const { connection, node } = target;
  const path = node?.path ?? [];
  setExpanded(placeKey(connection.name, path), expanded);
  if (!expanded) return;
  if (node?.relation !== undefined) void loadDescription(connection.name, path);
  else if (!levels[placeKey(connection.name, path)]?.nodes.length) void loadLevel(connection.name, path);
}

function open(id: string): void {
  const more = /^connections:more:(.*)$/s.exec(id)?.[1];
  if (more !== undefined) {
    const { connection, path } = placeOf(more);
    void useConnections.getState().loadLevel(connection, path, true);
    return;
  }
  const target = targetOf(id);
  if (!target) return;
  const { connection, node } = target;
  if (node === undefined) openConnection(connection.name);
  else if (node.relation !== undefined) quickLook(node.relation);
  else toggle(id, !useConnections.getState().expanded[placeKey(connection.name, node.path)]);
}

/** The first rows, with the limit sent to the server. */
function quickLook(relation: string): void {
  void runCommand('worksheet.query', `from ${relation} limit 1000;`);
}

function menu(id: string): MenuEntry[] {
  const target = targetOf(id);
  if (!target) return [];
  const { connection, node } = target;
  return node ? nodeMenu(connection, node) : connectionMenu(connection);
}

function connectionMenu(connection: ConnectionInfo): MenuEntry[] {
  const { name } = connection;
  return [
    { label: 'Edit…', icon: 'edit', run: () => openConnection(name) },
    { label: 'Test it', icon: 'tick', run: () => openTab(testTab(name)) },
    ...openObjectsOf(connection, []),
    { divider: true, label: '' },
    { label: 'Read it again', icon: 'refresh', run: () => void useConnections.getState().refresh(name) },
    { label: 'Copy its name', icon: 'clipboard', run: () => copy(connection.alias) },
    { divider: true, label: '' },
    { label: 'Remove from the project', icon: 'trash', run: () => tried(removeConnection(name)) },
  ];
}

function testTab(name: string) {
  return { kind: 'connection', key: `connection:${name}`, title: name, data: { name, test: Date.now() } };
}

/** Takes it out of millrace.yaml and its secrets out of the keychain; the message offers to put the entry back. */
async function removeConnection(name: string): Promise<void> {
  const info = useConnections.getState().connections.find((one) => one.name === name);
  await api.connections.remove.mutate({ name });
  await useConnections.getState().load();
  if (!info) return;
  const { type, access, environment, options } = info;
  const hadSecret = JSON.stringify(options).includes('"keychain:');
  const asked = hadSecret ? ' Its password left the keychain: after Undo it has to be entered again.' : '';
  showMessage(`${name} is out of the project; the system behind it is as it was.${asked}`, {
    label: 'Undo',
    run: () =>
      tried(
        api.connections.save
          .mutate({ name, config: { type, access, environment, options }, secrets: {} })
          .then(() => useConnections.getState().load()),
      ),
  });
}

function nodeMenu(connection: ConnectionInfo, node: RemoteNode): MenuEntry[] {
  const { relation } = node;
  if (relation === undefined) {
    return [
      ...openObjectsOf(connection, node.path),
      {
        label: 'Read it again',
        icon: 'refresh',
        run: () => void useConnections.getState().loadLevel(connection.name, node.path),
      },
      { label: 'Copy its name', icon: 'clipboard', run: () => copy(node.name) },
    ];
  }
  return [
    { label: 'Look at its first rows', icon: 'document-open', run: () => quickLook(relation) },
    { label: 'Query it', icon: 'code', run: () => void runCommand('worksheet.query', `from ${relation};`) },
    { label: 'Columns, keys, DDL', icon: 'columns', run: () => openRemote(connection.name, node) },
    ...openObjectsOf(connection, node.path.slice(0, -1)),
    {
      label: 'Make a lake table of it…',
      icon: 'add',
      run: () => void runCommand('lake.create', { relation, label: node.name }),
    },
    { divider: true, label: '' },
    { label: 'Copy its name', icon: 'clipboard', run: () => copy(relation) },
  ];
}

function copy(text: string): void {
  tried(navigator.clipboard.writeText(text).then(() => showMessage('Name copied')));
}
