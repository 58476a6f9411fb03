import { registerCommands } from '../../app/commands/registry';
import { lazyPart } from '../../app/lazy-part';
import { registerTabKind } from '../../app/workbench/tab';
import { openObjects } from './open-objects';

const ObjectsTab = lazyPart(() => import('./objects-tab').then((part) => part.ObjectsTab));

/** The browser of buckets and objects. `objects.open` takes `{ connection, path }`, the path as `bucket/prefix/`. */
export function registerObjects(): void {
  registerTabKind('objects', { icon: 'cloud', component: ObjectsTab });
  registerCommands([
    {
      id: 'objects.open',
      title: 'Browse the objects of a connection',
      category: 'Connections',
      icon: 'cloud',
      hidden: true,
      run: (argument) => {
        const { connection, path } = argument as { connection: string; path?: string };
        // The parts of a tree's way end with slashes of their own.
        openObjects(connection, (path ?? '').replaceAll(/\/{2,}/g, '/'));
      },
    },
  ]);
}
