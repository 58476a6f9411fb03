import { contextBridge, type IpcRendererEvent, ipcRenderer, webUtils } from 'electron';
import type { MillraceDesktop } from '../shared/desktop';
import { CHANNELS } from '../shared/desktop-channels';

/** Calls `listener` with each message on a channel, without the event, which would hand the page a way to send. */
function listen<T>(channel: string, listener: (value: T) => void): () => void {
  const handler = (_event: IpcRendererEvent, value: T) => listener(value);
  ipcRenderer.on(channel, handler);
  return () => ipcRenderer.removeListener(channel, handler);
}

const desktop: MillraceDesktop = {
  platform: process.platform as MillraceDesktop['platform'],
  openFolderDialog: () => ipcRenderer.invoke(CHANNELS.openFolderDialog),
  openFileDialog: () => ipcRenderer.invoke(CHANNELS.openFileDialog),
  saveDialog: (options) => ipcRenderer.invoke(CHANNELS.saveDialog, options),
  revealFile: (path) => ipcRenderer.invoke(CHANNELS.revealFile, path),
  openProject: (folder) => ipcRenderer.invoke(CHANNELS.openProject, folder),
  openExternal: (url) => ipcRenderer.invoke(CHANNELS.openExternal, url),
  setCommands: (commands) => void ipcRenderer.invoke(CHANNELS.setCommands, commands),
  setTheme: (theme) => void ipcRenderer.invoke(CHANNELS.setTheme, theme),
  onCommand: (listener) => listen(CHANNELS.command, listener),
  onBackend: (listener) => listen(CHANNELS.backend, listener),
  onOpenFiles: (listener) => {
    const stop = listen(CHANNELS.openFiles, listener);
    void ipcRenderer.invoke(CHANNELS.listening);
    return stop;
  },
  pathForFile: (file) => webUtils.getPathForFile(file),
};

contextBridge.exposeInMainWorld('millraceDesktop', desktop);
