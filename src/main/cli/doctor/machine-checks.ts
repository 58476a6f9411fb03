import { constants, existsSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { freemem, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { projectsFolderPath, userFolderPath } from '../../project/user-folder';
import { findElectron } from './native-files';
import type { Check } from './report';

const OLDEST_NODE = [20, 19] as const;

/** Node's version against the oldest that is supported. */
export function checkNode(version = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const works = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const base: Check = { name: 'node', state: works ? 'ok' : 'failed', essential: true, detail: `v${version}` };
  return works ? base : { ...base, mend: `Install Node ${OLDEST_NODE.join('.')} or later.` };
}

/** Whether `npm run build` has been run. */
export function checkBuild(root: string): Check {
  const wanted = ['out/main/backend.js', 'out/renderer/index.html'];
  const missing = wanted.filter((file) => !existsSync(path.join(root, file)));
  const base = { name: 'build', essential: false };
  if (missing.length === 0) return { ...base, state: 'ok', detail: 'backend and workbench are built' };
  return { ...base, state: 'warning', detail: `${missing.join(', ')} not there`, mend: 'Run `npm run build`.' };
}

/** Electron's binary, without which the workbench opens in a browser. */
export function checkElectron(root: string): Check {
  const { binary, wanted } = findElectron(root);
  const base = { name: 'electron', essential: false };
  if (binary) return { ...base, state: 'ok', detail: binary };
  return {
    ...base,
    state: 'warning',
    detail: `the binary ${wanted ? `of version ${wanted} ` : ''}is not there: the workbench opens in a browser instead`,
    mend: 'Run `npm ci` again with access to the network (ELECTRON_MIRROR and proxy variables are honoured), or set ELECTRON_OVERRIDE_DIST_PATH.',
  };
}

/** Whether windows can be opened. */
export function checkDisplay(environment: NodeJS.ProcessEnv = process.env): Check {
  const base = { name: 'display', essential: false };
  if (process.platform !== 'linux') return { ...base, state: 'ok', detail: 'of the system' };
  const display = environment.WAYLAND_DISPLAY || environment.DISPLAY;
  if (display) return { ...base, state: 'ok', detail: display };
  return {
    ...base,
    state: 'warning',
    detail: 'neither DISPLAY nor WAYLAND_DISPLAY is set: the workbench opens in a browser instead',
    mend: 'Use `millrace serve`, through an SSH tunnel if need be.',
  };
}

/** The system's keychain, in which later versions keep passwords; asked for an entry that does not exist. */
export async function checkKeychain(): Promise<Check> {
  const base = { name: 'keychain', essential: false };
  try {
    const { AsyncEntry } = await import('@napi-rs/keyring');
    await withDeadline(new AsyncEntry('millrace', 'doctor').getPassword(), 3_000);
    return { ...base, state: 'ok', detail: 'answers' };
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return {
      ...base,
      state: 'warning',
      detail: `unavailable (${why})`,
      mend:
        process.platform === 'linux'
          ? 'Passwords need a secret service such as GNOME Keyring or KWallet in your session; all else works without.'
          : 'Unlock the keychain of the system; all else works without.',
    };
  }
}

/** The machine's memory, or the container's where that is less. */
export async function checkMemory(): Promise<Check> {
  const limit = await containerLimit();
  const total = Math.min(totalmem(), limit ?? Number.POSITIVE_INFINITY);
  const detail = `${gigabytes(total)} GB${limit && limit < totalmem() ? ' (limit of the container)' : ''}, ${gigabytes(freemem())} GB free`;
  const base = { name: 'memory', essential: false, detail };
  if (total >= 2 * 2 ** 30) return { ...base, state: 'ok' };
  return { ...base, state: 'warning', mend: 'Large results will go to disk often; 4 GB or more make it pleasant.' };
}

const PROXY_VARIABLES = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'npm_config_proxy',
  'npm_config_https_proxy',
];

/** The proxy that installation would use, with user and password left out. Millrace itself fetches nothing. */
export function checkProxy(environment: NodeJS.ProcessEnv = process.env): Check {
  const set = PROXY_VARIABLES.flatMap((name) => {
    const value = environment[name] ?? environment[name.toLowerCase()];
    return value ? [`${name}=${value.replace(/\/\/[^@/]*@/g, '//***@')}`] : [];
  });
  return { name: 'proxy', state: 'ok', essential: false, detail: set.length > 0 ? set.join(', ') : 'none set' };
}

/** The folders that are written to. */
export async function checkFolders(): Promise<Check[]> {
  const temporary = await checkFolder('temporary folder', tmpdir(), true);
  const settings = await checkFolder('settings folder', userFolderPath(), false);
  const projects = await checkFolder('projects folder', projectsFolderPath(), false);
  return [temporary, settings, projects];
}

async function checkFolder(name: string, folder: string, essential: boolean): Promise<Check> {
  const base = { name, essential };
  try {
    const there = await nearestFolder(folder);
    await access(there, constants.W_OK);
    return { ...base, state: 'ok', detail: there === folder ? folder : `${folder} (will be made)` };
  } catch {
    const mend = `Make it writable${name === 'settings folder' ? ', or set MILLRACE_HOME' : ''}${name === 'projects folder' ? ', or set MILLRACE_PROJECTS' : ''}${name === 'temporary folder' ? ', or set TMPDIR' : ''}.`;
    return { ...base, state: essential ? 'failed' : 'warning', detail: `${folder} cannot be written to`, mend };
  }
}

async function nearestFolder(folder: string): Promise<string> {
  for (let there = folder; ; there = path.dirname(there)) {
    if (existsSync(there) || there === path.dirname(there)) return there;
  }
}

async function containerLimit(): Promise<number | undefined> {
  for (const file of ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']) {
    const text = await readFile(file, 'utf8').catch(() => undefined); // Only Linux has them.
    if (text && /^\d+$/.test(text.trim())) return Number(text);
  }
  return undefined;
}

function gigabytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}

function withDeadline<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds / 1000} s`)), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
