/** The names under which the preload script and the shell speak; the page never sees them. */
export const CHANNELS = {
  openFolderDialog: 'desktop:open-folder-dialog',
  openFileDialog: 'desktop:open-file-dialog',
  saveDialog: 'desktop:save-dialog',
  revealFile: 'desktop:reveal-file',
  openProject: 'desktop:open-project',
  openExternal: 'desktop:open-external',
  setCommands: 'desktop:set-commands',
  setTheme: 'desktop:set-theme',
  command: 'desktop:command',
  backend: 'desktop:backend',
  openFiles: 'desktop:open-files',
  listening: 'desktop:listening',
} as const;
