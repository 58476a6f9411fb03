import { existsSync } from 'node:fs';
import path from 'node:path';
import { BrowserWindow, dialog, type IpcMainInvokeEvent, ipcMain, nativeTheme, shell } from 'electron';
import type { MenuCommand, SaveDialogOptions, ThemeChoice } from '../../shared/desktop';
import { CHANNELS } from '../../shared/desktop-channels';
import { openExternalLink } from './external-links';
import { isTrustedSender } from './harden';

export interface NativeCalls {
  /** The folder that dialogs begin in. */
  projectFolder: string;
  openProject(folder: string): void;
  setCommands(commands: MenuCommand[]): void;
  /** The page listens now: what waited for it can be sent. */
  pageListens(): void;
}

const THEMES: ThemeChoice[] = ['light', 'dark', 'system'];
const LONGEST_TEXT = 32_768;

/** Answers what the page may ask of the system. Each call checks who sends it and what it sends. */
export function answerNativeCalls(calls: NativeCalls): void {
  handle(CHANNELS.openFolderDialog, async (window) => {
    const properties = ['openDirectory', 'createDirectory'] as const;
    const { filePaths } = await dialog.showOpenDialog(window, { properties: [...properties] });
    return filePaths[0] ?? null;
  });
  handle(CHANNELS.openFileDialog, async (window) => {
    const properties = ['openFile', 'multiSelections'] as const;
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      defaultPath: calls.projectFolder,
      properties: [...properties],
    });
    return canceled ? null : filePaths;
  });
  handle(CHANNELS.saveDialog, async (window, options) => {
    const { suggestedName, filters } = saveDialogOptions(options);
    const defaultPath = path.join(calls.projectFolder, path.basename(suggestedName));
    const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath, filters: filters ?? [] });
    return canceled || !filePath ? null : filePath;
  });
  handle(CHANNELS.revealFile, (_window, file) => shell.showItemInFolder(existingPath(file)));
  handle(CHANNELS.openProject, (_window, folder) => calls.openProject(existingPath(folder)));
  handle(CHANNELS.openExternal, (_window, address) => openExternalLink(text(address)));
  handle(CHANNELS.setCommands, (_window, commands) => calls.setCommands(menuCommands(commands)));
  handle(CHANNELS.setTheme, (_window, theme) => {
    const choice = THEMES.find((name) => name === theme);
    if (choice === undefined) throw new TypeError('There is no such theme.');
    nativeTheme.themeSource = choice;
  });
  handle(CHANNELS.listening, () => calls.pageListens());
}

type Handler = (window: BrowserWindow, argument: unknown) => unknown;

function handle(channel: string, handler: Handler): void {
  ipcMain.handle(channel, (event: IpcMainInvokeEvent, argument: unknown) => {
    const window = BrowserWindow.fromWebContents(event.sender);
    if (!isTrustedSender(event) || window === null) throw new Error('This page may not call the desktop.');
    return handler(window, argument);
  });
}

function text(value: unknown): string {
  if (typeof value !== 'string' || value.length > LONGEST_TEXT) throw new TypeError('A text was expected.');
  return value;
}

function existingPath(value: unknown): string {
  const file = text(value);
  if (!path.isAbsolute(file)) throw new TypeError('An absolute path was expected.');
  if (!existsSync(file)) throw new Error(`There is no ${file}.`);
  return path.normalize(file);
}

function saveDialogOptions(value: unknown): SaveDialogOptions {
  const { suggestedName, filters } = (value ?? {}) as SaveDialogOptions;
  const checked = (filters ?? []).map(({ name, extensions }) => ({
    name: text(name),
    extensions: extensions.map(text),
  }));
  return { suggestedName: text(suggestedName), filters: checked };
}

function menuCommands(value: unknown): MenuCommand[] {
  if (!Array.isArray(value)) throw new TypeError('A list of commands was expected.');
  return value.map(({ id, title, keys }: MenuCommand) =>
    keys === undefined ? { id: text(id), title: text(title) } : { id: text(id), title: text(title), keys: text(keys) },
  );
}
