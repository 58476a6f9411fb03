import { homedir } from 'node:os';
import path from 'node:path';
import { makePrivateFolder } from './atomic-file';

type Environment = Record<string, string | undefined>;

/**
 * Where the user's own state lives (settings, trusted folders): MILLRACE_HOME, else what the system foresees:
 * `$XDG_CONFIG_HOME/millrace`, `~/Library/Application Support/Millrace`, `%APPDATA%\Millrace`.
 */
export function userFolderPath(environment: Environment = process.env, platform: string = process.platform): string {
  const own = environment.MILLRACE_HOME;
  if (own) return path.resolve(own);
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Application Support', 'Millrace');
  if (platform === 'win32') {
    return path.join(environment.APPDATA || path.join(homedir(), 'AppData', 'Roaming'), 'Millrace');
  }
  // The base directory specification says that a relative XDG_CONFIG_HOME is to be ignored.
  const config = environment.XDG_CONFIG_HOME;
  return path.join(config && path.isAbsolute(config) ? config : path.join(homedir(), '.config'), 'millrace');
}

/** The user's folder, made where it is missing and open to the user alone (0700). */
export async function userFolder(): Promise<string> {
  const folder = userFolderPath();
  await makePrivateFolder(folder);
  return folder;
}

/** The parent of projects that Millrace makes unasked: MILLRACE_PROJECTS, else `~/Millrace`. */
export function projectsFolderPath(environment: Environment = process.env): string {
  return environment.MILLRACE_PROJECTS ? path.resolve(environment.MILLRACE_PROJECTS) : path.join(homedir(), 'Millrace');
}

/** Where the sample project is written on first start. */
export function sampleFolderPath(environment: Environment = process.env): string {
  return path.join(projectsFolderPath(environment), 'shop');
}
