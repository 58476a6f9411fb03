import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const NAME_BY_PLATFORM = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };

/** Where the electron package lies, or undefined where development packages were left out. */
export function electronPackageFolder() {
  try {
    return path.dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return undefined; // not installed: the caller says so
  }
}

/** The folder of Electron's binary: ELECTRON_OVERRIDE_DIST_PATH, else the package's own; undefined if it is not there. */
export function electronDist() {
  const folder = electronPackageFolder();
  const candidates = [process.env.ELECTRON_OVERRIDE_DIST_PATH, folder && path.join(folder, 'dist')];
  return candidates.find((dist) => dist && existsSync(binaryIn(dist)));
}

/** Electron's executable, or undefined. It never downloads, unlike `require('electron')`. */
export function electronBinary() {
  const dist = electronDist();
  return dist === undefined ? undefined : binaryIn(dist);
}

/** The version of Electron that the lockfile asks for. */
export function wantedElectronVersion() {
  const folder = electronPackageFolder();
  if (folder === undefined) return undefined;
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).version;
}

export function binaryIn(dist) {
  return path.join(dist, NAME_BY_PLATFORM[process.platform] ?? 'electron');
}
