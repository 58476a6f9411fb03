import type { ConnectionInfo } from '../../../shared/connections';
import { isEnabled, runCommand } from '../../app/commands/registry';
import type { MenuEntry } from '../../ui/menu-list';

const STORES: readonly string[] = ['s3', 'gcs', 'azure'];

/** The menu entry that opens the object browser of a store at a place; none for other systems. */
export function openObjectsOf(connection: ConnectionInfo, path: string[]): MenuEntry[] {
  if (!STORES.includes(connection.type) || !isEnabled('objects.open')) return [];
  const argument = { connection: connection.name, path: path.join('/') };
  return [{ label: 'Browse its objects', icon: 'cloud', run: () => void runCommand('objects.open', argument) }];
}
