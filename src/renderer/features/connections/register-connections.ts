import { registerCommands } from '../../app/commands/registry';
import { lazyPart } from '../../app/lazy-part';
import { registerTabKind } from '../../app/workbench/tab';
import { openConnection, registerConnectionsSection } from './connections-section';

const ConnectionPage = lazyPart(() => import('./connection-page').then((part) => part.ConnectionPage));
const RemotePage = lazyPart(() => import('./remote-page').then((part) => part.RemotePage));

/** Connections: their part of the tree, their forms, and what is known of their tables. */
export function registerConnections(): void {
  registerTabKind('connection', { icon: 'database', component: ConnectionPage });
  registerTabKind('remote', { icon: 'table', component: RemotePage });
  registerConnectionsSection();
  registerCommands([
    {
      id: 'connections.new',
      title: 'Connect to a system: database, bucket, API',
      category: 'Connections',
      icon: 'database',
      run: () => openConnection(),
    },
  ]);
}
