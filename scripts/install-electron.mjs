/**
 * Runs after `npm install`: brings Electron's binary with the electron package's own installer, which keeps the mirror
 * (ELECTRON_MIRROR), the cache and the checksums. The desktop is one of two doors, so a failure is one line and the
 * install goes on. ELECTRON_SKIP_BINARY_DOWNLOAD=1 leaves it out; MILLRACE_ELECTRON_TIMEOUT is the number of seconds
 * after which a download that shows no sign of life is given up (default 60).
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { binaryIn, electronPackageFolder } from './electron-binary.mjs';

const HOW_TO_MEND =
  'run `node scripts/install-electron.mjs` again with a route to github.com, or with ELECTRON_MIRROR or HTTPS_PROXY set; ' +
  'until then `npm start` serves the workbench to a browser';

/** The proxy that npm was told of is the one that the download takes. */
function installerEnvironment() {
  const environment = { ...process.env };
  const proxy = process.env.npm_config_https_proxy ?? process.env.npm_config_proxy;
  const own = process.env.HTTPS_PROXY ?? process.env.https_proxy ?? process.env.HTTP_PROXY ?? process.env.http_proxy;
  if (own === undefined && proxy) environment.HTTPS_PROXY = proxy;
  if (own !== undefined || proxy) environment.ELECTRON_GET_USE_PROXY = 'true';
  return environment;
}

/** Bytes of downloads under way: the installer prints nothing while it loads, the growth of its file is its sign of life. */
function bytesUnderWay() {
  const folder = os.tmpdir();
  let bytes = 0;
  for (const name of readdirSync(folder)) {
    if (!name.startsWith('electron-download-')) continue;
    try {
      for (const file of readdirSync(path.join(folder, name))) bytes += statSync(path.join(folder, name, file)).size;
    } catch {
      // the installer moved the file meanwhile; the next look tells
    }
  }
  return bytes;
}

function install(installer) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [installer], {
      env: installerEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const limit = Number(process.env.MILLRACE_ELECTRON_TIMEOUT ?? 60) * 1000;
    let output = '';
    let lastSign = Date.now();
    let lastBytes = 0;
    let givenUp = false;
    const heard = (text) => {
      output = (output + text).slice(-4000);
      lastSign = Date.now();
    };
    child.stdout.on('data', heard);
    child.stderr.on('data', heard);
    const watch = setInterval(() => {
      const bytes = bytesUnderWay();
      if (bytes !== lastBytes) lastSign = Date.now();
      lastBytes = bytes;
      if (Date.now() - lastSign < limit) return;
      givenUp = true;
      child.kill('SIGKILL');
    }, 1000);
    child.on('error', (error) => heard(`${error.message}\n`));
    child.on('close', (code) => {
      clearInterval(watch);
      resolve({ code, output, givenUp, limit });
    });
  });
}

function reason({ output, givenUp, limit }) {
  if (givenUp) return `no data for ${limit / 1000} s`;
  const lines = output.split('\n').map((line) => line.trim());
  return lines.find((line) => /error|failed|code/i.test(line) && !line.startsWith('at ')) ?? 'the installer failed';
}

async function main() {
  const folder = electronPackageFolder();
  if (folder === undefined || process.env.ELECTRON_SKIP_BINARY_DOWNLOAD) return;
  if (existsSync(binaryIn(path.join(folder, 'dist')))) return;
  const result = await install(path.join(folder, 'install.js'));
  if (result.code === 0) return;
  console.error(`Electron was not downloaded (${reason(result)}): ${HOW_TO_MEND}.`);
}

await main();
