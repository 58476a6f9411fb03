import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Document } from 'yaml';
import { MillraceError } from '../../../shared/errors';
import type { FileEntry, FileOptions } from '../../../shared/files';
import { toFileError } from './file-errors';
import { problemOf } from './file-listing';
import { isInside, resolveFile, shownPath } from './file-paths';

/** What the catalog needs of a project. */
export interface FilesProject {
  /** Absolute. */
  readonly folder: string;
  /** Absolute; `.millrace` in the folder where absent. */
  readonly stateFolder?: string;
  readonly config: { files: Record<string, FileOptions>; folders?: string[] };
  updateConfig(edit: (document: Document) => void): Promise<void>;
  /** Absolute folders that the user added. */
  addedFolders?(): string[];
}

/** The folders whose files are shown: the project's own, and those that the user added. Without trust only its own. */
export class ProjectPlaces {
  /** Files outside that the user opened by hand, absolute. */
  private readonly opened = new Set<string>();

  constructor(
    private readonly project: FilesProject,
    readonly restricted: boolean,
  ) {}

  get folder(): string {
    return this.project.folder;
  }

  /** Absolute. */
  added(): string[] {
    if (this.restricted) return [];
    if (this.project.addedFolders) return this.project.addedFolders();
    return (this.project.config.folders ?? []).map((folder) => path.resolve(this.folder, folder));
  }

  /** The absolute path of what a window or a statement names. Throws FORBIDDEN outside of the folders. */
  async resolve(asked: string): Promise<string> {
    const absolute = path.resolve(this.folder, asked);
    if (this.opened.has(absolute)) return absolute;
    return resolveFile(asked, { folder: this.folder, added: this.added() });
  }

  /** Lets one file be read that may lie anywhere, as the user asked for it. Throws NOT_TRUSTED, FILE_NOT_FOUND. */
  async open(file: string): Promise<string> {
    const absolute = path.resolve(this.folder, file);
    const isInside = await this.resolve(absolute).then(
      () => true,
      () => false, // Outside: that is what is asked for.
    );
    if (!isInside) {
      this.refuseOutside();
      await this.guarded(absolute, () => stat(absolute));
      this.opened.add(absolute);
    }
    return this.shown(absolute);
  }

  /** As a person writes it. */
  shown(absolute: string): string {
    return shownPath(absolute, this.folder);
  }

  /** What `work` gives; its errors name the file and say what to do. */
  async guarded<T>(absolute: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toFileError(error, absolute, this.folder);
    }
  }

  /** What millrace.yaml says of a file or of a part of it. */
  optionsOf(absolute: string, part: string | undefined): FileOptions {
    const shown = this.shown(absolute);
    const { files } = this.project.config;
    return files[optionsKey(shown, part)] ?? files[shown] ?? {};
  }

  /** Stores the options of a file or of a part of it; none remove the entry. */
  async storeOptions(absolute: string, part: string | undefined, options: FileOptions): Promise<void> {
    const key = optionsKey(this.shown(absolute), part);
    await this.project.updateConfig((document) => {
      if (Object.keys(options).length > 0) document.setIn(['files', key], document.createNode(options));
      else if (document.hasIn(['files', key])) document.deleteIn(['files', key]);
    });
  }

  /** The added folders as the tree shows them, also those that cannot be read. */
  addedEntries(): Promise<FileEntry[]> {
    return Promise.all(this.added().map(addedEntry));
  }

  /** Throws NOT_TRUSTED, FILE_NOT_FOUND, and BAD_REQUEST for what is no folder. */
  async add(folder: string): Promise<void> {
    this.refuseOutside();
    const absolute = path.resolve(this.folder, folder);
    const found = await this.guarded(absolute, () => stat(absolute));
    if (!found.isDirectory()) {
      throw new MillraceError({ code: 'BAD_REQUEST', message: `${absolute} is not a folder.`, hint: 'Name a folder.' });
    }
    if (isInside(absolute, this.folder) || this.added().includes(absolute)) return;
    const folders = [...(this.project.config.folders ?? []), absolute];
    await this.project.updateConfig((document) => document.setIn(['folders'], document.createNode(folders)));
  }

  private refuseOutside(): void {
    if (!this.restricted) return;
    throw new MillraceError({
      code: 'NOT_TRUSTED',
      message: 'A folder that is not trusted reads nothing outside of itself.',
      hint: 'Trust the project first.',
    });
  }

  async remove(folder: string): Promise<void> {
    const absolute = path.resolve(this.folder, folder);
    const folders = this.project.config.folders ?? [];
    const added = this.project.addedFolders?.() ?? folders.map((one) => path.resolve(this.folder, one));
    const left = folders.filter((_, index) => added[index] !== absolute);
    await this.project.updateConfig((document) => {
      if (left.length > 0) document.setIn(['folders'], document.createNode(left));
      else document.deleteIn(['folders']);
    });
  }
}

/** How a file, or a part of it, is named under `files:` and in SQL. */
export function optionsKey(shown: string, part: string | undefined): string {
  return part === undefined ? shown : `${shown}#${part}`;
}

async function addedEntry(folder: string): Promise<FileEntry> {
  const base = {
    path: folder.split(path.sep).join('/'),
    name: path.basename(folder),
    kind: 'folder',
    format: 'other',
    size: 0,
  } as const;
  try {
    const found = await stat(folder);
    return { ...base, modified: found.mtimeMs, expandable: found.isDirectory() };
  } catch (error) {
    return { ...base, modified: 0, expandable: false, problem: problemOf(error, false) };
  }
}
