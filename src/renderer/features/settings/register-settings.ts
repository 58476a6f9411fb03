import { registerCommands } from '../../app/commands/registry';
import { lazyPart } from '../../app/lazy-part';
import { registerTabKind } from '../../app/workbench/tab';
import { openTab } from '../../app/workbench/workbench-store';

const SettingsPage = lazyPart(() => import('./settings-page').then((part) => part.SettingsPage));
const KeysPage = lazyPart(() => import('./keys-page').then((part) => part.KeysPage));

/** The settings page, and the page on which keys are read and changed. */
export function registerSettings(): void {
  registerTabKind('settings', { icon: 'cog', component: SettingsPage });
  registerTabKind('keys', { icon: 'keyboard', component: KeysPage });
  const openSettings = () => openTab({ kind: 'settings', key: 'settings', title: 'Settings' });
  registerCommands([
    {
      id: 'settings.open',
      title: 'Settings',
      category: 'Settings',
      icon: 'cog',
      keys: { vscode: ['Mod+,'], datagrip: ['Mod+Alt+S'] },
      run: openSettings,
    },
    { id: 'settings.engine', title: 'Engine: memory, threads, version', category: 'Settings', run: openSettings },
    {
      id: 'settings.keys',
      title: 'Keys: read and change them',
      category: 'Settings',
      icon: 'keyboard',
      keys: { vscode: ['Mod+K'], datagrip: ['Mod+K'], browser: ['Alt+K'] },
      run: () => openTab({ kind: 'keys', key: 'keys', title: 'Keys' }),
    },
  ]);
}
