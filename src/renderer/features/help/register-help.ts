import { registerCommands, runCommand } from '../../app/commands/registry';
import { lazyPart } from '../../app/lazy-part';
import { showOverlay } from '../../app/overlay-registry';
import { pick } from '../../app/palette/palette-store';
import { registerTabKind } from '../../app/workbench/tab';
import { openTab } from '../../app/workbench/workbench-store';

const FunctionsPage = lazyPart(() => import('./functions-page').then((part) => part.FunctionsPage));
const Tour = lazyPart(() => import('./tour').then((part) => part.Tour));

/** In-app help: the tour, the key map, the function reference. */
export function registerHelp(): void {
  registerTabKind('functions', { icon: 'function', component: FunctionsPage });
  registerCommands([
    {
      id: 'help.open',
      title: 'Help',
      category: 'Help',
      icon: 'help',
      run: () =>
        pick({
          placeholder: 'Help',
          items: [
            {
              id: 'tour',
              label: 'Take the tour',
              detail: 'two minutes, can be left at any time',
              icon: 'help',
              run: () => runCommand('help.tour'),
            },
            { id: 'keys', label: 'Key map', icon: 'keyboard', run: () => runCommand('settings.keys') },
            { id: 'functions', label: 'Function reference', icon: 'function', run: () => runCommand('help.functions') },
            { id: 'commands', label: 'All commands', icon: 'search', run: () => runCommand('palette.open') },
          ],
        }),
    },
    {
      id: 'help.tour',
      title: 'Take the tour',
      category: 'Help',
      icon: 'help',
      run: () => showOverlay('tour', Tour, {}),
    },
    { id: 'help.keys', title: 'Key map', category: 'Help', icon: 'keyboard', run: () => runCommand('settings.keys') },
    {
      id: 'help.functions',
      title: 'Function reference',
      category: 'Help',
      icon: 'function',
      run: () => openTab({ kind: 'functions', key: 'functions', title: 'Functions' }),
    },
  ]);
}
