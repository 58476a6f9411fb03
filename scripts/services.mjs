/**
 * `npm run services -- up postgres minio …`: starts the servers that the tests use, by hand, and prints how to reach them.
 * They run until Ctrl+C, or `npm run services -- down` in another terminal. Without names it lists what there is.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { ROOT } from './build.mjs';

const SOURCES = path.join(ROOT, 'tests', 'support', 'services');
const OUT = path.join(ROOT, 'out', 'services');
const PID_FILE = path.join(OUT, 'running.pid');

/** Files that export a `start…` function, by name. */
function knownServices() {
  return readdirSync(SOURCES)
    .filter((file) => /^export async function start[A-Z]/m.test(readFileSync(path.join(SOURCES, file), 'utf8')))
    .map((file) => file.replace(/\.ts$/, ''));
}

async function start(name) {
  const outfile = path.join(OUT, `${name}.mjs`);
  await build({
    entryPoints: [path.join(SOURCES, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  const module = await import(pathToFileURL(outfile).href);
  const starter = Object.entries(module).find(([key, value]) => key.startsWith('start') && typeof value === 'function');
  return starter[1]();
}

function printAddress(name, server) {
  console.log(name);
  for (const [key, value] of Object.entries(server)) {
    if (['string', 'number', 'boolean'].includes(typeof value)) console.log(`  ${key}: ${value}`);
    else if (key === 'env') for (const [variable, text] of Object.entries(value)) console.log(`  ${variable}=${text}`);
  }
}

async function up(names) {
  const known = knownServices();
  const unknown = names.filter((name) => !known.includes(name));
  if (names.length === 0 || unknown.length > 0) {
    console.error(`${unknown.length > 0 ? `Not known: ${unknown.join(', ')}. ` : ''}Services: ${known.join(', ')}`);
    process.exit(2);
  }
  mkdirSync(OUT, { recursive: true });
  writeFileSync(PID_FILE, String(process.pid));
  const running = [];
  let stopping;
  const stop = (code) => {
    stopping ??= (async () => {
      for (const server of running.reverse()) await server.stop();
      rmSync(PID_FILE, { force: true });
      process.exit(code);
    })();
    return stopping;
  };
  process.on('SIGINT', () => stop(0));
  process.on('SIGTERM', () => stop(0));
  const alive = setInterval(() => undefined, 60_000);
  alive.ref();
  for (const name of names) {
    try {
      const server = await start(name);
      running.push(server);
      printAddress(name, server);
    } catch (error) {
      console.error(`${name} did not start:`, error);
      await stop(1);
    }
  }
  console.log('Running until Ctrl+C, or `npm run services -- down`.');
}

function down() {
  let pid;
  try {
    pid = Number(readFileSync(PID_FILE, 'utf8'));
    process.kill(pid, 'SIGTERM');
    console.log('Stopping.');
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
    console.log('Nothing runs.');
    rmSync(PID_FILE, { force: true });
  }
}

const [verb, ...names] = process.argv.slice(2);
if (verb === 'up') await up(names);
else if (verb === 'down') down();
else {
  console.error(`npm run services -- up NAME… | down\nServices: ${knownServices().join(', ')}`);
  process.exit(2);
}
