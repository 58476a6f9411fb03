import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { MillraceError } from '../../../shared/errors';

/** Which folders the catalog may look into. */
export interface PathRules {
  /** Absolute. */
  folder: string;
  /** Absolute folders that the user added; empty where the project is restricted. */
  added: string[];
}

/**
 * The absolute form of a path as entries name it: relative to the project, or absolute inside an added folder. Links
 * are followed before it is judged. Throws FORBIDDEN for what leads out, also where the target does not exist.
 */
export async function resolveFile(asked: string, rules: PathRules): Promise<string> {
  const absolute = path.resolve(rules.folder, asked);
  const real = await realpathOfExisting(absolute);
  for (const allowed of [rules.folder, ...rules.added]) {
    if (isInside(real, await realpathOfExisting(allowed)) && isInside(absolute, allowed)) return absolute;
  }
  throw new MillraceError({
    code: 'FORBIDDEN',
    message: `${JSON.stringify(asked)} lies outside the project.`,
    hint: 'Add its folder to the tree first, or copy the file into the project.',
  });
}

/** Whether a file is the folder or lies in it, by their absolute paths alone. */
export function isInside(file: string, folder: string): boolean {
  const way = path.relative(folder, file);
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

/** A path as entries show it: relative to the project with forward slashes, absolute elsewhere. */
export function shownPath(absolute: string, folder: string): string {
  const shown = isInside(absolute, folder) ? path.relative(folder, absolute) : absolute;
  return shown.split(path.sep).join('/');
}

/** A path for DuckDB's readers, which take `*`, `?` and `[` for patterns: each stands for itself in brackets. */
export function escapeGlob(file: string): string {
  return file.replace(/[*?[]/g, '[$&]');
}

/** Whether DuckDB would take the text for a pattern. */
export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

/** The name that DuckDB gives a file's relation where no alias stands: the file name without its last extension. */
export function relationAlias(file: string): string {
  const name = file.split('/').at(-1) ?? file;
  const dot = name.indexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

/** The real path of the nearest parent that exists, with the rest as named. */
async function realpathOfExisting(absolute: string): Promise<string> {
  try {
    return await realpath(absolute);
  } catch {
    // It does not exist or cannot be entered: what is above it decides.
    const parent = path.dirname(absolute);
    return parent === absolute ? absolute : path.join(await realpathOfExisting(parent), path.basename(absolute));
  }
}

const SKIPPED = new Set(['node_modules', '__pycache__']);

/** Whether a folder is the lake's own: its files are parts of tables, which have a place of their own. */
export function isLakeFolder(absolute: string): boolean {
  return existsSync(path.join(absolute, 'catalog.ducklake'));
}

/** Whether the tree leaves a name out: hidden files, and folders that hold no one's data. */
export function isSkipped(name: string): boolean {
  return name.startsWith('.') || SKIPPED.has(name);
}
