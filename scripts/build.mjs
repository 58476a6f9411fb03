import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const BUILT = [
  'out/main/shell.js',
  'out/main/backend.js',
  'out/main/cli.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
];
const SOURCES = ['src', 'electron.vite.config.ts', 'package.json'];

/** Builds the app into out/. Gives the exit code; undefined where the build tools were left out of the install. */
export function build() {
  let tool;
  try {
    tool = createRequire(import.meta.url).resolve('electron-vite/package.json');
  } catch {
    return undefined;
  }
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const script = path.join(path.dirname(tool), 'bin', 'electron-vite.js');
  const env = { ...process.env, npm_package_version: version };
  const result = spawnSync(process.execPath, [script, 'build', '--logLevel', 'warn'], {
    cwd: ROOT,
    stdio: 'inherit',
    env,
  });
  return result.status ?? 1;
}

/** Whether out/ lacks a part, or a source file is newer than what was built from it. Looks at times alone. */
export function isStale() {
  const built = BUILT.map((file) => path.join(ROOT, file));
  if (!built.every((file) => existsSync(file))) return true;
  const oldest = Math.min(...built.map((file) => statSync(file).mtimeMs));
  return SOURCES.some((source) => newest(path.join(ROOT, source)) > oldest);
}

function newest(file) {
  const facts = statSync(file, { throwIfNoEntry: false });
  if (!facts) return 0; // an installed package carries no sources
  if (!facts.isDirectory()) return facts.mtimeMs;
  return Math.max(0, ...readdirSync(file).map((name) => newest(path.join(file, name))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const code = build();
  if (code === undefined) console.error('There is nothing to build with: run `npm ci` without --omit=dev.');
  process.exitCode = code ?? 1;
}
