/**
 * `npm start [-- PATH]`: the desktop where Electron's binary and a display are there; otherwise one line says what is
 * missing and how to get it, and the same workbench is served to a browser. Builds first where out/ is missing or older
 * than the sources. Downloads nothing.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build, isStale, ROOT } from './build.mjs';
import { electronBinary } from './electron-binary.mjs';

const MILLRACE = path.join(ROOT, 'bin', 'millrace');

/** Why the desktop cannot be shown, or undefined. */
function missingForDesktop() {
  if (electronBinary() === undefined) {
    return "Electron's binary is missing (get it with `node scripts/install-electron.mjs`)";
  }
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set; over SSH, `ssh -X` or the tunnel below)';
  }
  return undefined;
}

/** Runs in the foreground, and ends as the child ends. */
function run(command, args) {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, UV_THREADPOOL_SIZE: '16' } });
  // Ctrl+C reaches the child by itself; this process waits for it to finish its files.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
  child.on('error', (error) => {
    console.error(`${command}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + os.constants.signals[signal];
  });
}

/** Where the sample lives: the same place as src/main/project/user-folder.ts says. */
function sampleFolder() {
  return path.join(process.env.MILLRACE_PROJECTS ?? path.join(os.homedir(), 'Millrace'), 'shop');
}

/** Writes the sample project at first start; false where that failed. */
function makeSample(folder) {
  if (existsSync(folder) && readdirSync(folder).length > 0) return true;
  const made = spawnSync(process.execPath, [MILLRACE, 'new', folder, '--template', 'shop'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.exitCode = made.status ?? 1;
  return made.status === 0;
}

function startDesktop(words) {
  const switches = [];
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    console.error("Running as root: Chromium's sandbox cannot be used (--no-sandbox). Prefer a user of your own.");
    switches.push('--no-sandbox');
  }
  run(electronBinary(), [...switches, path.join(ROOT, 'out', 'main', 'shell.js'), ...words]);
}

function main() {
  if (isStale()) {
    console.log('Building…');
    const code = build();
    if (code) {
      process.exitCode = code;
      return;
    }
  }
  // npm runs scripts in the package's folder; a path is meant from where the user stands.
  const words = process.argv.slice(2).map((word) => path.resolve(process.env.INIT_CWD ?? process.cwd(), word));
  const missing = missingForDesktop();
  if (missing === undefined) {
    startDesktop(words);
    return;
  }
  console.error(`The desktop cannot start: ${missing}. Serving to a browser instead.`);
  const folder = words[0] ?? sampleFolder();
  if (words.length === 0 && !makeSample(folder)) return;
  run(process.execPath, [MILLRACE, 'serve', '--project', folder]);
}

main();
