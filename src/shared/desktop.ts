/** State of the backend process as the shell sees it: `ready` when requests are answered, `restarting` after it died. */
export type BackendState = 'ready' | 'restarting' | 'failed';

export type ThemeChoice = 'light' | 'dark' | 'system';

/** Names a kind of file in a native dialog; extensions without the dot. */
export interface FileFilter {
  name: string;
  extensions: string[];
}

export interface SaveDialogOptions {
  suggestedName: string;
  filters?: FileFilter[];
}

/** A command as the native menu shows it. The shell decides where in the menu it stands, the registry all else. */
export interface MenuCommand {
  id: string;
  title: string;
  /** The chord to show beside it, `Mod+Shift+P`; the key itself is handled by the window. */
  keys?: string;
}

/**
 * What the desktop adds to a window as `window.millraceDesktop`: native things alone, no data. Each `on…` gives the
 * function that stops listening. Paths are absolute; a dialog that was left without a choice gives null.
 */
export interface MillraceDesktop {
  readonly platform: 'linux' | 'darwin' | 'win32';
  openFolderDialog(): Promise<string | null>;
  openFileDialog(): Promise<string[] | null>;
  saveDialog(options: SaveDialogOptions): Promise<string | null>;
  /** Shows the file in the system's file manager. */
  revealFile(path: string): Promise<void>;
  /** Opens a project in a window and a process of its own. */
  openProject(folder: string): Promise<void>;
  /** Opens an https page that the help links to, in the user's browser. */
  openExternal(url: string): Promise<void>;
  /** Hands over the registry's commands; only what is handed over appears in the native menu. */
  setCommands(commands: MenuCommand[]): void;
  /** A command was chosen in the native menu; its id is one of the command registry's. */
  onCommand(listener: (command: string) => void): () => void;
  /** The backend process changed its state. */
  onBackend(listener: (state: BackendState) => void): () => void;
  /** Files that the system asked this window to open. */
  onOpenFiles(listener: (paths: string[]) => void): () => void;
  /** The absolute path of a file dropped on the window; empty for one that is not on disk. */
  pathForFile(file: File): string;
  /** Makes native menus, dialogs and frames follow the theme. */
  setTheme(theme: ThemeChoice): void;
}
