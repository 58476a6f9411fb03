import { execFile } from 'node:child_process';
import path from 'node:path';
import { exists } from './atomic-file';

export interface GitState {
  branch: string;
  /** Files below the folder that differ from the last commit, new ones included. */
  changed: number;
}

/**
 * Branch and changed files of the checkout that holds the folder; undefined where there is none, no git, or no answer
 * in time. Only for trusted folders: a repository's own configuration can name programs that git starts.
 */
export async function readGitState(folder: string, timeoutMilliseconds = 1500): Promise<GitState | undefined> {
  if (!(await isCheckout(folder))) return undefined;
  const output = await runGit(folder, timeoutMilliseconds);
  return output === undefined ? undefined : parseStatus(output);
}

async function isCheckout(folder: string): Promise<boolean> {
  for (let at = folder; ; at = path.dirname(at)) {
    if (await exists(path.join(at, '.git'))) return true;
    if (path.dirname(at) === at) return false;
  }
}

function runGit(folder: string, timeout: number): Promise<string | undefined> {
  const safe = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
  const status = ['status', '--porcelain=v1', '--branch', '-z', '--untracked-files=all', '--ignore-submodules=all'];
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
  const options = { timeout, killSignal: 'SIGKILL', maxBuffer: 16 << 20, windowsHide: true, env } as const;
  return new Promise((resolve) => {
    // No git, a broken repository or a slow disk: the branch is an ornament, and its absence the honest answer.
    execFile('git', ['-C', folder, ...safe, ...status, '--', '.'], options, (error, output) =>
      resolve(error ? undefined : output),
    );
  });
}

/** Format: git-status(1), "Porcelain Format Version 1" with -z, where a rename is followed by its old name. */
function parseStatus(output: string): GitState | undefined {
  const [head = '', ...entries] = output.split('\0');
  const name = /^## (?:No commits yet on |Initial commit on )?(.*?)(?:\.\.\.\S+)?(?: \[.*\])?$/.exec(head)?.[1];
  if (!name) return undefined;
  let changed = 0;
  for (let index = 0; index < entries.length; index += 1) {
    const entry = entries[index] ?? '';
    if (entry === '') continue;
    changed += 1;
    if (/^[RC]|^.[RC]/.test(entry)) index += 1;
  }
  return { branch: name === 'HEAD (no branch)' ? 'detached' : name, changed };
}
