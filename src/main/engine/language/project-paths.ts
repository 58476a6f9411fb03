import { lstat, realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/**
 * Whether a path as written in SQL names something inside the project by its text alone: relative, no scheme, no `..`.
 * Nothing on the disk is touched.
 */
export function isPlainProjectPath(path: string): boolean {
  if (path === '' || path.includes('\0') || path.startsWith('~')) return false;
  if (isAbsolute(path) || /^[a-z][a-z0-9+.-]*:/i.test(path) || path.startsWith('\\')) return false;
  return !path.split(/[/\\]/).includes('..');
}

/** Whether the path holds a pattern such as `data/*.csv`. */
export function hasPattern(path: string): boolean {
  return /[*?[\]]/.test(path);
}

/** The folder that a pattern starts from: what stands before its first part with a wildcard. */
export function patternRoot(path: string): string {
  const parts = path.split('/');
  const wild = parts.findIndex(hasPattern);
  return parts.slice(0, wild).join('/') || '.';
}

/**
 * What stands at a project path: `safe` is a file or folder that lies in the project once links are followed (so not a
 * pipe, a device or a link to elsewhere), `missing` nothing, `unsafe` anything else.
 */
export async function projectPathState(projectFolder: string, path: string): Promise<'safe' | 'missing' | 'unsafe'> {
  if (!isPlainProjectPath(path)) return 'unsafe';
  try {
    const root = await realpath(projectFolder);
    const real = await realpath(resolve(projectFolder, path));
    if (!isInside(root, real)) return 'unsafe';
    const status = await lstat(real);
    return status.isFile() || status.isDirectory() ? 'safe' : 'unsafe';
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unsafe';
  }
}

/** Whether `path` is `folder` or lies below it; both absolute with links followed. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
