import path from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { type ErrorShape, errorShape, MillraceError } from '../../shared/errors';
import type { BackendEvent } from '../../shared/events';
import { errorCode } from './atomic-file';
import { CONFIG_FILE } from './project-config';

interface WatchedProject {
  folder: string;
  addedFolders(): string[];
  reload(): Promise<void>;
}

/** Above this many paths an event names none, which means: anything below the folder may have changed. */
const MAX_PATHS = 500;
const QUIET_MILLISECONDS = 120;
const LONGEST_WAIT_MILLISECONDS = 1_000;
/** Files and folders: each costs the system a watch, and when polled a look every some seconds. */
const MAX_WATCHED = 20_000;
const MAX_POLLED = 5_000;
const POLL_MILLISECONDS = 3_000;

/**
 * Tells what changes in the files of a project and in the folders added to it, in `files` events: `folder` is empty
 * for the project with `paths` relative to it, or the absolute added folder with absolute paths; forward slashes; no
 * paths at all means too many to name. A changed millrace.yaml is read again, and told in a `project` event.
 */
export class ProjectWatcher {
  private readonly roots = new Map<string, RootWatcher>();
  private readonly project: WatchedProject;
  private readonly emit: (event: BackendEvent) => void;
  private closed = false;

  constructor(project: WatchedProject, emit: (event: BackendEvent) => void) {
    this.project = project;
    this.emit = emit;
    this.roots.set(project.folder, new RootWatcher(project.folder, (paths) => this.projectChanged(paths)));
    this.refreshFolders();
  }

  /** Resolves once every file that is there now is watched. */
  async ready(): Promise<void> {
    await Promise.all([...this.roots.values()].map((root) => root.ready));
  }

  /** Why changes in some folder are seen late or not at all. */
  get problems(): ErrorShape[] {
    return [...this.roots.values()].flatMap((root) => (root.problem ? [root.problem] : []));
  }

  /** Watches the folders that the configuration names now, and no others. */
  refreshFolders(): void {
    if (this.closed) return;
    const wanted = new Set([this.project.folder, ...this.project.addedFolders()]);
    for (const [folder, root] of this.roots) {
      if (wanted.has(folder)) continue;
      this.roots.delete(folder);
      void root.close();
    }
    for (const folder of wanted) {
      if (!this.roots.has(folder))
        this.roots.set(folder, new RootWatcher(folder, (paths) => this.addedChanged(folder, paths)));
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.roots.values()].map((root) => root.close()));
  }

  private projectChanged(paths: string[]): void {
    this.emit({ type: 'files', folder: '', paths: few(paths) });
    if (paths.includes(CONFIG_FILE)) void this.configChanged();
  }

  private async configChanged(): Promise<void> {
    try {
      await this.project.reload();
      this.refreshFolders();
    } finally {
      this.emit({ type: 'project' });
    }
  }

  private addedChanged(folder: string, paths: string[]): void {
    const slashed = folder.replaceAll(path.sep, '/');
    this.emit({ type: 'files', folder: slashed, paths: few(paths.map((file) => `${slashed}/${file}`)) });
  }
}

function few(paths: string[]): string[] {
  return paths.length > MAX_PATHS ? [] : paths;
}

/** Watches one folder; where the system has no watches left it looks every some seconds instead. */
class RootWatcher {
  readonly ready: Promise<void>;
  problem: ErrorShape | undefined;
  private readonly folder: string;
  private readonly changed: (paths: string[]) => void;
  private readonly pending = new Set<string>();
  private readonly entries = new Set<string>();
  private watcher: FSWatcher;
  private timer: NodeJS.Timeout | undefined;
  private firstPending = 0;
  private polling = false;
  private closed = false;
  private markReady: () => void = () => undefined;

  constructor(folder: string, changed: (paths: string[]) => void) {
    this.folder = folder;
    this.changed = changed;
    this.ready = new Promise((resolve) => {
      this.markReady = resolve;
    });
    this.watcher = this.start();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    this.markReady();
    await this.watcher.close();
  }

  private start(): FSWatcher {
    const watcher = watch(this.folder, {
      ignoreInitial: true,
      // A link could lead anywhere, to the whole disk too.
      followSymlinks: false,
      usePolling: this.polling,
      interval: POLL_MILLISECONDS,
      binaryInterval: POLL_MILLISECONDS,
      ignored: (file) => this.isIgnored(file),
    });
    watcher.on('all', (event, file) => {
      if (event === 'unlink' || event === 'unlinkDir') this.entries.delete(this.relative(file));
      this.note(file);
    });
    watcher.on('error', (error) => this.failed(watcher, error));
    watcher.on('ready', () => {
      if (watcher === this.watcher) this.markReady();
    });
    return watcher;
  }

  private isIgnored(file: string): boolean {
    const relative = this.relative(file);
    if (isUninteresting(relative)) return true;
    if (relative === '' || this.entries.has(relative)) return false;
    if (this.entries.size >= (this.polling ? MAX_POLLED : MAX_WATCHED)) {
      this.problem ??= tooManyFiles(this.folder, this.entries.size);
      return true;
    }
    this.entries.add(relative);
    return false;
  }

  private note(file: string): void {
    if (this.closed) return;
    const now = Date.now();
    if (this.pending.size === 0) this.firstPending = now;
    this.pending.add(this.relative(file));
    clearTimeout(this.timer);
    const rest = this.firstPending + LONGEST_WAIT_MILLISECONDS - now;
    this.timer = setTimeout(() => this.flush(), Math.max(0, Math.min(QUIET_MILLISECONDS, rest)));
  }

  private flush(): void {
    const paths = [...this.pending].filter((file) => file !== '').sort();
    this.pending.clear();
    if (paths.length > 0) this.changed(paths);
  }

  private failed(watcher: FSWatcher, error: unknown): void {
    if (this.closed || watcher !== this.watcher) return;
    const code = errorCode(error);
    if ((code === 'ENOSPC' || code === 'EMFILE') && !this.polling) {
      this.polling = true;
      this.problem = noWatchesLeft(this.folder, error);
      this.entries.clear();
      this.watcher = this.start();
      void watcher.close();
      return;
    }
    // Files and folders come and go while they are walked.
    if (code !== 'ENOENT') this.problem ??= errorShape(error);
  }

  private relative(file: string): string {
    return path.relative(this.folder, file).replaceAll(path.sep, '/');
  }
}

const UNINTERESTING = new Set(['.millrace', '.git', 'node_modules']);

/** Our own state, foreign machinery, what the lake writes, and files that are about to be renamed. */
function isUninteresting(relative: string): boolean {
  const parts = relative.split('/');
  if (parts.some((part) => UNINTERESTING.has(part))) return true;
  if (parts[0] === 'lake' && (parts[1] === 'data' || /^catalog\./.test(parts[1] ?? ''))) return true;
  return /^\..*\.[0-9a-f]{12}\.tmp$/.test(parts.at(-1) ?? '');
}

function noWatchesLeft(folder: string, cause: unknown): ErrorShape {
  return new MillraceError({
    code: 'LIMIT_EXCEEDED',
    message: `The system watches no more files, so changes in ${folder} are seen after some seconds only.`,
    hint: 'Raise the limit: sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512',
    cause,
  }).toShape();
}

function tooManyFiles(folder: string, count: number): ErrorShape {
  return new MillraceError({
    code: 'LIMIT_EXCEEDED',
    message: `${folder} has more than ${count.toLocaleString('en')} files and folders; changes in the others are not seen.`,
    hint: 'Refresh the tree by hand after a change, or open a smaller folder.',
  }).toShape();
}
