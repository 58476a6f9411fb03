import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Document } from 'yaml';
import { type ErrorShape, errorShape, MillraceError } from '../../shared/errors';
import type { ProjectInfo } from '../../shared/project';
import { errorCode, exists, fileError, makePrivateFolder, writeFileAtomic } from './atomic-file';
import { type GitState, readGitState } from './git';
import { KeyedQueue } from './keyed-queue';
import { CONFIG_FILE, type ParsedConfig, type ProjectConfig, parseConfig } from './project-config';
import { isEmptyFolder, writeProjectFiles } from './project-files';
import { resolveProjectPath } from './project-path';
import { FIRST_WORKSHEET } from './sample/worksheets';
import { emptyOldTrash } from './trash';
import { isTrusted, trustFolder } from './trust';
import { readSettings } from './user-settings';
import { applicationVersion } from './version';

export interface OpenOptions {
  door?: 'desktop' | 'browser';
  /** Trusts the folder first (`--trust`). */
  trust?: boolean;
  /** Opens also where millrace.yaml is not valid: `problem` says why, and the defaults hold until it is mended. */
  tolerant?: boolean;
}

/** An open project: a folder of text files, with a private folder `.millrace` for what is no part of them. */
export class Project {
  /** Absolute, with links followed. */
  readonly folder: string;
  readonly stateFolder: string;
  readonly door: 'desktop' | 'browser';
  /** Whether the user trusted the folder when it was opened; it is opened anew when that changes. */
  readonly trusted: boolean;
  private parsed: ParsedConfig;
  private invalid: MillraceError | undefined;
  private git: Promise<GitState | undefined> | undefined;
  private readonly queue = new KeyedQueue();

  private constructor(folder: string, door: 'desktop' | 'browser', trusted: boolean, parsed: ParsedConfig) {
    this.folder = folder;
    this.stateFolder = path.join(folder, '.millrace');
    this.door = door;
    this.trusted = trusted;
    this.parsed = parsed;
  }

  /**
   * Opens a folder. An empty one becomes a project and is trusted, as it was made here; one with files but without
   * millrace.yaml opens as it is. Throws FILE_NOT_FOUND, FILE_UNREADABLE and PROJECT_INVALID.
   */
  static async open(folder: string, options: OpenOptions = {}): Promise<Project> {
    const real = await realFolder(folder);
    if (options.trust) await trustFolder(real);
    if (await isEmptyFolder(real)) {
      await writeProjectFiles(real, path.basename(real));
      await trustFolder(real);
    }
    const project = new Project(
      real,
      options.door ?? 'browser',
      await isTrusted(real),
      parseConfig('', path.basename(real)),
    );
    await makePrivateFolder(project.stateFolder);
    await refuseLinks(project.stateFolder);
    await emptyOldTrash(project);
    await project.reload();
    if (project.invalid && !options.tolerant) throw project.invalid;
    return project;
  }

  /** Parsed millrace.yaml; while that is not valid, what it last said. */
  get config(): ProjectConfig {
    return this.parsed.config;
  }

  /** Why millrace.yaml, as it stands on the disk, cannot be used. */
  get problem(): ErrorShape | undefined {
    return this.invalid && errorShape(this.invalid);
  }

  /** Reads millrace.yaml again, after it was changed outside. An invalid one sets `problem` and changes nothing else. */
  async reload(): Promise<void> {
    try {
      this.parsed = await this.readConfig();
      this.invalid = undefined;
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error;
      this.invalid = error;
    }
  }

  /**
   * Edits millrace.yaml as it stands on the disk, so that comments, order and outside changes stay, and writes it in
   * one step; makes the file where there is none. Throws PROJECT_INVALID, and writes nothing, where the file is not
   * valid before or after.
   */
  updateConfig(edit: (document: Document) => void): Promise<void> {
    return this.queue.run('config', async () => {
      const { document } = await this.readConfig();
      // An empty document has no map that could be edited.
      if (document.contents === null) document.contents = document.createNode({ name: path.basename(this.folder) });
      edit(document);
      const text = document.toString({ lineWidth: 120 });
      const parsed = parseConfig(text, path.basename(this.folder));
      // A linked millrace.yaml stays a link and its target is written, as an editor would, if it lies in the project.
      const { real } = await resolveProjectPath(this.folder, CONFIG_FILE);
      await writeFileAtomic(real, text);
      this.parsed = parsed;
      this.invalid = undefined;
    });
  }

  /** What a window shows of the project. Asks git, which has a second and a half to answer. */
  async info(): Promise<ProjectInfo> {
    const [trusted, settings, isSample] = await Promise.all([
      isTrusted(this.folder),
      readSettings(),
      exists(path.join(this.folder, 'queries', FIRST_WORKSHEET)),
    ]);
    const git = trusted ? await this.gitState() : undefined;
    return {
      name: this.config.name,
      folder: this.folder,
      trusted,
      version: applicationVersion(),
      door: this.door,
      platform: process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux',
      ...(git ? { git } : {}),
      addedFolders: this.addedFolders(),
      sample: isSample && !settings.tourSeen,
      ...(this.problem ? { problem: this.problem } : {}),
    };
  }

  /**
   * Absolute paths of the folders that the user added; a relative one is relative to the project, `~` is the home. A
   * project that is not trusted has none: it must not point Millrace at the rest of the disk.
   */
  addedFolders(): string[] {
    if (!this.trusted) return [];
    return this.config.folders.map((folder) => path.resolve(this.folder, folder.replace(/^~(?=$|[\\/])/, homedir())));
  }

  /** Calls that come while git runs share its answer. */
  private gitState(): Promise<GitState | undefined> {
    this.git ??= readGitState(this.folder).finally(() => {
      this.git = undefined;
    });
    return this.git;
  }

  private async readConfig(): Promise<ParsedConfig> {
    const text = await readFile(path.join(this.folder, CONFIG_FILE), 'utf8').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return '';
      throw fileError(error, CONFIG_FILE);
    });
    return parseConfig(text, path.basename(this.folder));
  }
}

async function realFolder(folder: string): Promise<string> {
  try {
    const real = await realpath(folder);
    if ((await stat(real)).isDirectory()) {
      await readdir(real);
      return real;
    }
  } catch (error) {
    throw fileError(error, folder);
  }
  throw new MillraceError({
    code: 'FILE_UNREADABLE',
    message: `${folder} is a file, not a folder.`,
    hint: `Open the folder that holds it: ${path.dirname(path.resolve(folder))}`,
    at: { file: folder },
  });
}

/** A checked out project could carry a `.millrace` whose links lead our own writing to another place. */
async function refuseLinks(stateFolder: string): Promise<void> {
  const entries = await readdir(stateFolder, { withFileTypes: true });
  const link = entries.find((entry) => entry.isSymbolicLink());
  if (!link) return;
  throw new MillraceError({
    code: 'PROJECT_INVALID',
    message: `.millrace/${link.name} is a link, which Millrace never makes.`,
    hint: 'Delete the folder .millrace; it holds no part of the project.',
    at: { file: path.join(stateFolder, link.name) },
  });
}
