/**
 * Runs at the end of `npm ci` in a checkout: builds, so that bin/millrace works at once. Where development packages
 * were left out (`--omit=dev`) there is nothing to build with, and what is built already stays.
 * MILLRACE_SKIP_BUILD=1 leaves it out.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Runs the build; gives its exit code, 0 where there is nothing to build with. */
function build() {
  if (process.env.MILLRACE_SKIP_BUILD) return 0;
  let tool;
  try {
    tool = createRequire(import.meta.url).resolve('electron-vite/package.json');
  } catch {
    return 0; // no development packages
  }
  const result = spawnSync(
    process.execPath,
    [path.join(path.dirname(tool), 'bin', 'electron-vite.js'), 'build', '--logLevel', 'warn'],
    { cwd: fileURLToPath(new URL('..', import.meta.url)), stdio: 'inherit' },
  );
  return result.status ?? 1;
}

process.exitCode = build();
