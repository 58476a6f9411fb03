import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../../shared/desktop';
import { MENU_LAYOUT } from './menu-layout';

const IS_MAC = process.platform === 'darwin';
const SEPARATOR: MenuItemConstructorOptions = { type: 'separator' };

/**
 * Draws the native menu. Of the layout, only commands that the window handed over appear, with the registry's titles;
 * what is native (clipboard, zoom, quit) is always there. Keys are shown, and handled by the window, where they can be
 * rebound.
 * @param onCommand called with the id of the chosen command
 */
export function showMenu(commands: MenuCommand[], onCommand: (id: string) => void): void {
  const byId = new Map(commands.map((command) => [command.id, command]));
  const items = (menu: keyof typeof MENU_LAYOUT) => commandItems(MENU_LAYOUT[menu], byId, onCommand);
  const template: MenuItemConstructorOptions[] = [
    ...(IS_MAC ? [macMenu()] : []),
    {
      label: '&File',
      submenu: joined(items('file'), [IS_MAC ? { role: 'close', accelerator: '' } : { role: 'quit' }]),
    },
    { label: '&Edit', submenu: joined(editItems(), items('edit')) },
    { label: '&View', submenu: joined(items('view'), viewItems()) },
    { label: '&Run', submenu: items('run') },
    { label: '&Help', role: 'help', submenu: joined(items('help'), [{ role: 'toggleDevTools' }, { role: 'about' }]) },
  ];
  const filled = template.filter(({ submenu }) => !Array.isArray(submenu) || submenu.length > 0);
  Menu.setApplicationMenu(Menu.buildFromTemplate(filled));
}

function commandItems(
  groups: readonly (readonly string[])[],
  byId: Map<string, MenuCommand>,
  onCommand: (id: string) => void,
): MenuItemConstructorOptions[] {
  const filled = groups.map((group) => group.flatMap((id) => byId.get(id) ?? [])).filter((group) => group.length > 0);
  return joined(...filled.map((group) => group.map((command) => commandItem(command, onCommand))));
}

function commandItem(command: MenuCommand, onCommand: (id: string) => void): MenuItemConstructorOptions {
  const item: MenuItemConstructorOptions = {
    id: command.id,
    label: command.title.replaceAll('&', '&&'),
    click: () => onCommand(command.id),
  };
  const accelerator = command.keys?.replace(/\bMod\b/, 'CmdOrCtrl');
  // Electron throws on an accelerator it cannot show, so a chord in its own notation alone is passed on.
  if (
    accelerator &&
    /^((CmdOrCtrl|Ctrl|Alt|Shift)\+)*([A-Z0-9]|F\d{1,2}|Enter|Space|Tab|Up|Down|Left|Right)$/.test(accelerator)
  ) {
    item.accelerator = accelerator;
    item.registerAccelerator = false;
  }
  return item;
}

function joined(...groups: MenuItemConstructorOptions[][]): MenuItemConstructorOptions[] {
  const filled = groups.filter((group) => group.length > 0);
  return filled.flatMap((group, index) => (index === 0 ? group : [SEPARATOR, ...group]));
}

function editItems(): MenuItemConstructorOptions[] {
  return [
    { role: 'undo' },
    { role: 'redo' },
    SEPARATOR,
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    { role: 'selectAll' },
  ];
}

function viewItems(): MenuItemConstructorOptions[] {
  return [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, SEPARATOR, { role: 'togglefullscreen' }];
}

function macMenu(): MenuItemConstructorOptions {
  return {
    label: app.name,
    submenu: [{ role: 'about' }, SEPARATOR, { role: 'hide' }, { role: 'hideOthers' }, SEPARATOR, { role: 'quit' }],
  };
}
