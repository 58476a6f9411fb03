import { BrowserWindow, nativeTheme } from 'electron';
import { APP_ORIGIN } from './app-origin';
import { keepWindowState, readWindowState } from './window-state';

export interface MainWindowOptions {
  title: string;
  /** The built preload script. */
  preload: string;
  /** Where the window's place is kept. */
  stateFile: string;
}

/** The same as the page's own background, so that no flash of another colour is seen while it loads. */
const BACKGROUND = { light: '#ffffff', dark: '#17191c' };

/** Opens the window on the app's page. Its page has no Node, a sandbox, and a world apart from the preload's. */
export function openMainWindow(options: MainWindowOptions): BrowserWindow {
  const { maximized, ...bounds } = readWindowState(options.stateFile);
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 640,
    minHeight: 420,
    title: options.title,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: BACKGROUND[nativeTheme.shouldUseDarkColors ? 'dark' : 'light'],
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      enableWebSQL: false,
      backgroundThrottling: false,
    },
  });
  if (maximized) window.maximize();
  keepWindowState(window, options.stateFile);
  window.once('ready-to-show', () => window.show());
  window.on('page-title-updated', (event) => event.preventDefault());
  reloadAfterCrash(window);
  void window.loadURL(`${APP_ORIGIN}/`);
  return window;
}

/** A page that died (out of memory, a driver fault) comes back; its worksheets come from their drafts. */
function reloadAfterCrash(window: BrowserWindow): void {
  let last = 0;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    console.error(`The window's page ended: ${reason}.`);
    if (reason === 'clean-exit' || Date.now() - last < 10_000) return;
    last = Date.now();
    window.webContents.reload();
  });
}
