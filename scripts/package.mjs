/**
 * `npm run package`: builds, and makes an unpacked desktop build in dist/ with electron-builder from the Electron that is
 * on this machine (node_modules/electron/dist, or ELECTRON_OVERRIDE_DIST_PATH). Downloads nothing.
 */
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Arch, build as makePackage, Platform } from 'electron-builder';
import { build, ROOT } from './build.mjs';
import { binaryIn, electronDist, wantedElectronVersion } from './electron-binary.mjs';

const EXECUTABLES = ['electron', 'chrome_crashpad_handler', 'chrome-sandbox'];

/** Electron's folder as electron-builder wants it: its own files with their executable bits, which some copies lost. */
function stageElectron(dist) {
  const stage = mkdtempSync(path.join(os.tmpdir(), 'millrace-electron-'));
  cpSync(dist, stage, { recursive: true, verbatimSymlinks: true });
  if (process.platform === 'linux') for (const name of EXECUTABLES) chmodSync(path.join(stage, name), 0o755);
  return stage;
}

async function main() {
  const dist = electronDist();
  if (dist === undefined) {
    console.error(
      "Electron's binary is missing: run `node scripts/install-electron.mjs`, or set ELECTRON_OVERRIDE_DIST_PATH.",
    );
    return 1;
  }
  const code = build();
  if (code !== 0) return code ?? 1;
  const stage = stageElectron(dist);
  try {
    const targets = Platform.current().createTarget('dir', Arch[process.arch]);
    await makePackage({
      projectDir: ROOT,
      targets,
      publish: 'never',
      config: { extends: 'electron-builder.yml', electronDist: stage, electronVersion: wantedElectronVersion() },
    });
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
  console.log(`The desktop build lies in ${path.join(ROOT, 'dist')} (made with ${binaryIn(dist)}).`);
  return 0;
}

process.exitCode = await main();
