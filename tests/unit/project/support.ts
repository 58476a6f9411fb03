import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';

/** A temporary folder for the tests of a file, which is also the home of the user's own state; gone afterwards. */
export function temporaryFolder(): { path(...parts: string[]): string } {
  let folder = '';
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), 'millrace-project-')));
    process.env.MILLRACE_HOME = path.join(folder, 'home');
    process.env.MILLRACE_PROJECTS = path.join(folder, 'projects');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return { path: (...parts) => path.join(folder, ...parts) };
}

const SOURCES = path.resolve(import.meta.dirname, '../../../src');

/** Runs TypeScript, which imports from `millrace/…` for `src/…`, in a process of its own. */
export async function startChild(
  folder: string,
  code: string,
  options: { wrapper?: string[]; env?: Record<string, string> } = {},
): Promise<ChildProcess> {
  const file = path.join(folder, `child-${Math.random().toString(36).slice(2)}.mjs`);
  await build({
    stdin: { contents: code, loader: 'ts', resolveDir: SOURCES },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias: { millrace: SOURCES },
    outfile: file,
    logLevel: 'error',
  });
  await symlink(path.resolve(SOURCES, '../node_modules'), path.join(folder, 'node_modules')).catch(() => undefined);
  const command = [...(options.wrapper ?? []), process.execPath, file];
  return spawn(command[0] ?? '', command.slice(1), {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...options.env },
  });
}

/** Resolves when the child has written the text; rejects when it ended without. */
export function outputOf(child: ChildProcess, wanted: string): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes(wanted)) resolve(text);
    });
    child.on('exit', (code, signal) => reject(new Error(`ended with ${code ?? signal} after: ${text}`)));
  });
}

export function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.on('exit', (code) => resolve(code));
  });
}

/** Whether this machine lets a process have mounts and limits of its own, to fill a disk or to run out of watches. */
export function canUnshare(): boolean {
  const probe = 'mount -t tmpfs probe /mnt && echo 20 > /proc/sys/user/max_inotify_watches';
  return process.platform === 'linux' && spawnSync('unshare', ['-Urm', 'sh', '-c', probe]).status === 0;
}
