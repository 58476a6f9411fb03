import { lstat, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { MillraceError } from '../../shared/errors';
import { errorCode, fileError } from './atomic-file';

/** A path inside the project that was checked. */
export interface ProjectPath {
  /** Relative to the project, with forward slashes and without `.` parts; empty for the project itself. */
  relative: string;
  /** Absolute, as named: what is renamed or deleted. */
  absolute: string;
  /** Absolute with all links followed: what is read and written. It may not exist. */
  real: string;
}

const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;

export interface PathRules {
  /** The name is about to be made: it must be one that Windows allows too, so that the project can be shared. */
  isNew?: boolean;
  platform?: string;
}

/**
 * Resolves a path that came from a client. It must be relative and stay inside the project, also after links are
 * followed; on Windows, and for new names everywhere, names that Windows reads otherwise are refused; `.millrace` is
 * closed. Throws FORBIDDEN.
 */
export async function resolveProjectPath(folder: string, asked: string, rules: PathRules = {}): Promise<ProjectPath> {
  const relative = normalizeProjectPath(asked, rules);
  const absolute = path.join(folder, ...relative.split('/'));
  const root = await realpath(folder).catch((error: unknown) => {
    throw fileError(error, folder);
  });
  const real = await followLinks(absolute, asked, 0);
  if (!isInside(real, root)) throw forbidden(asked, 'it leads out of the project through a link');
  if (isState(path.relative(root, real))) throw forbidden(asked, 'it lies in the folder of Millrace itself');
  return { relative, absolute, real };
}

/** The checked relative form, without a look at the disk. Throws FORBIDDEN. */
export function normalizeProjectPath(asked: string, rules: PathRules = {}): string {
  if ([...asked].some((character) => character < ' ')) throw forbidden(asked, 'it holds a control character');
  const slashed = asked.replaceAll('\\', '/');
  if (slashed.startsWith('/') || /^[a-z]:/i.test(slashed)) throw forbidden(asked, 'it is not relative to the project');
  const parts = slashed.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw forbidden(asked, 'it leads out of the project');
  if (rules.isNew || (rules.platform ?? process.platform) === 'win32') checkWindowsNames(asked, parts);
  const relative = parts.join('/');
  if (isState(relative)) throw forbidden(asked, 'it lies in the folder of Millrace itself');
  return relative;
}

function checkWindowsNames(asked: string, parts: string[]): void {
  for (const part of parts) {
    if (/[<>:"|?*]/.test(part)) throw forbidden(asked, 'Windows allows none of < > : " | ? * in a name');
    if (DEVICE.test(part)) throw forbidden(asked, `${part} names a device on Windows`);
    // Windows drops dots and blanks at the end, so that `.millrace.` and `.. ` are other places than they seem.
    if (/[. ]$/.test(part)) throw forbidden(asked, 'a name ends in a dot or a blank, which Windows drops');
    if (Buffer.byteLength(part) > 255) throw forbidden(asked, 'a name is longer than 255 bytes');
  }
}

/** Case is ignored, as file systems do on Windows and macOS; `MILLRA~1` is its short name on Windows. */
function isState(relative: string): boolean {
  const first = relative.split(/[\\/]/)[0] ?? '';
  return first.toLowerCase() === '.millrace' || /^millra~\d+$/i.test(first);
}

/** The real path also of what does not exist yet, and of links that lead nowhere yet. */
async function followLinks(absolute: string, asked: string, depth: number): Promise<string> {
  if (depth > 40) throw forbidden(asked, 'its links run in a circle');
  try {
    return await realpath(absolute);
  } catch (error) {
    if (errorCode(error) === 'ELOOP') throw forbidden(asked, 'its links run in a circle');
    if (errorCode(error) !== 'ENOENT') throw fileError(error, asked);
  }
  const target = await linkTarget(absolute);
  if (target !== undefined) return followLinks(path.resolve(path.dirname(absolute), target), asked, depth + 1);
  const parent = path.dirname(absolute);
  if (parent === absolute) return absolute;
  return path.join(await followLinks(parent, asked, depth), path.basename(absolute));
}

async function linkTarget(absolute: string): Promise<string | undefined> {
  const found = await lstat(absolute).catch(() => undefined); // Not there, so no link either.
  return found?.isSymbolicLink() ? readlink(absolute) : undefined;
}

function isInside(file: string, folder: string): boolean {
  const way = path.relative(folder, file);
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

function forbidden(asked: string, why: string): MillraceError {
  const shown = JSON.stringify(asked.slice(0, 200));
  return new MillraceError({
    code: 'FORBIDDEN',
    message: `The path ${shown} is refused: ${why}.`,
    hint: 'Name a file inside the project, relative to its folder.',
  });
}
