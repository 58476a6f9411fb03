import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { app } from 'electron';
import { userFolderPath } from '../project/user-folder';

/**
 * Gives each project a browser profile of its own under the user's folder, which makes Electron's single instance lock
 * one a project: opening a project twice comes to the window that is there. Before `app` is ready.
 * @returns the profile's folder
 */
export function takeProjectProfile(folder: string): string {
  const name = createHash('sha256').update(realPath(folder)).digest('hex').slice(0, 16);
  const profile = path.join(userFolderPath(), 'desktop', name);
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  app.setPath('userData', profile);
  app.setPath('sessionData', profile);
  return profile;
}

function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return path.resolve(folder); // a project that is still to be made
  }
}
