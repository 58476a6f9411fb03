import type { ErrorShape } from './errors';

/** What a window shows of the project that the backend has open. */
export interface ProjectInfo {
  name: string;
  folder: string;
  trusted: boolean;
  version: string;
  /** `desktop` when the shell started the backend, `browser` for `millrace serve`. */
  door: 'desktop' | 'browser';
  platform: 'linux' | 'darwin' | 'win32';
  /** The git branch and the number of changed files, where the folder is a git checkout. */
  git?: { branch: string; changed: number };
  /** Folders outside the project that the user added to the tree. */
  addedFolders: string[];
  /** True when this is the sample and the user has not seen the tour. */
  sample: boolean;
  /** Why millrace.yaml, as it stands on the disk, cannot be used; until it is mended, what it last said holds. */
  problem?: ErrorShape;
}

/** A text file of the project as an editor holds it. */
export interface TextFile {
  path: string;
  text: string;
  /** SHA-256 of the text on disk; sent back on save so that an outside change is never overwritten. */
  hash: string;
  /** An unsaved draft that was kept from an earlier session, and the file hash it was based on. */
  draft?: { text: string; baseHash: string };
}

/** One query the user ran. */
export interface HistoryEntry {
  id: number;
  at: number;
  worksheet: string;
  sql: string;
  milliseconds: number;
  rows: number | null;
  state: 'done' | 'failed' | 'cancelled' | 'cut';
  error: string | null;
}

export interface UserSettings {
  theme: 'light' | 'dark' | 'system';
  keymap: 'vscode' | 'datagrip' | 'unset';
  /** Key chords by command id that replace the keymap's own; an empty string unbinds. */
  keys: Record<string, string>;
  timeZone: string;
  tourSeen: boolean;
  /** The dock layout a window left, by project folder; opaque to the backend. */
  layouts: Record<string, unknown>;
  editor: { ligatures: boolean; wordWrap: boolean };
}
