import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, type BrowserWindow, session } from 'electron';
import { CHANNELS } from '../../shared/desktop-channels';
import { newSocketPath } from '../project/owner';
import { sampleFolderPath, userFolderPath } from '../project/user-folder';
import { BackendProcess, stopBeforeQuit } from './backend-process';
import { ensureSample } from './first-start';
import { denyPermissions, forbidNavigation } from './harden';
import { openMainWindow } from './main-window';
import { showMenu } from './menu';
import { answerNativeCalls } from './native-calls';
import { openProjectInNewInstance } from './new-instance';
import { takeProjectProfile } from './project-profile';
import { registerScheme, serveScheme } from './protocol';
import { blockRemoteRequests, disableBackgroundNetworking } from './quiet-network';
import { startArguments } from './start-arguments';

const SHELL = fileURLToPath(import.meta.url);
const OUT = path.dirname(path.dirname(SHELL));
/** In a packaged build the page's files lie beside the archive, where they can be streamed. */
const UNPACKED = OUT.replace(`${path.sep}app.asar${path.sep}`, `${path.sep}app.asar.unpacked${path.sep}`);

app.setName('Millrace');
disableBackgroundNetworking();
registerScheme();
forbidNavigation();

const given = startArguments(givenWords(), process.cwd());
const folder = given.folder ?? sampleFolderPath();
const profile = takeProjectProfile(folder);

if (app.requestSingleInstanceLock({ files: given.files })) run();
else app.quit();

/** The command line without the executable, Chromium's switches, and, where the app is not packaged, its script. */
function givenWords(): string[] {
  const words = process.argv.slice(1).filter((word) => !word.startsWith('-'));
  return app.isPackaged ? words : words.slice(1);
}

/** Runs the desktop for one project: a backend process, the scheme that leads to it, and a window. */
function run(): void {
  let window: BrowserWindow | undefined;
  let listening = false;
  let waitingFiles = given.files;
  const tell = (channel: string, value: unknown) => window?.webContents.send(channel, value);
  const openFiles = (files: string[]) => {
    if (files.length === 0) return;
    if (listening) tell(CHANNELS.openFiles, files);
    else waitingFiles = [...waitingFiles, ...files];
  };

  const backend = new BackendProcess({
    entry: path.join(OUT, 'main', 'backend.js'),
    folder,
    compileCache: path.join(userFolderPath(), 'compiled'),
    prepare: async () => {
      if (given.folder === undefined) await ensureSample(path.join(OUT, 'main', 'cli.js'), folder);
    },
    newSocketPath: () => newSocketPath(folder),
    onState: (state) => tell(CHANNELS.backend, state),
  });
  stopBeforeQuit(backend);

  app.on('open-file', (event, file) => {
    event.preventDefault();
    openFiles([file]);
  });
  app.on('second-instance', (_event, _words, _workingFolder, data) => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
    openFiles((data as { files: string[] }).files);
  });
  app.on('window-all-closed', () => app.quit());

  answerNativeCalls({
    projectFolder: folder,
    openProject: (other) => openProjectInNewInstance(other, app.isPackaged ? [] : [SHELL]),
    setCommands: (commands) => showMenu(commands, (id) => tell(CHANNELS.command, id)),
    pageListens: () => {
      listening = true;
      openFiles(waitingFiles.splice(0));
    },
  });

  void app.whenReady().then(() => {
    void backend.start();
    denyPermissions(session.defaultSession);
    blockRemoteRequests(session.defaultSession);
    serveScheme(path.join(UNPACKED, 'renderer'), backend);
    showMenu([], () => undefined);
    window = openMainWindow({
      title: `${path.basename(folder)} — Millrace`,
      preload: path.join(OUT, 'preload', 'index.cjs'),
      stateFile: path.join(profile, 'window.json'),
    });
    window.webContents.on('did-start-navigation', () => {
      listening = false;
    });
  });
}
