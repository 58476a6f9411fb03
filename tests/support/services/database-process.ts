import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Database servers refuse to run as root; as any other user they just run. */
const NOBODY = 65_534;

/** What a command needs to run as a user without rights where the tests run as root. */
export function asServerUser(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

/** A new temporary folder that the server's user owns. */
export function serverFolder(name: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), `millrace-${name}-`));
  giveToServer(folder);
  return folder;
}

export function giveToServer(file: string): void {
  if (process.getuid?.() === 0) chownSync(file, NOBODY, NOBODY);
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Runs a command to its end; throws with its output where it fails. */
export function runCommand(command: string, args: string[], options: { cwd?: string; input?: string } = {}): string {
  const done = spawnSync(command, args, { encoding: 'utf8', ...options, ...asServerUser() });
  if (done.status === 0) return done.stdout;
  throw new Error(`${command} ${args.join(' ')} failed: ${done.error?.message ?? ''}${done.stderr}${done.stdout}`);
}

/** Installs a Debian package where the command is not there; said on stderr. */
export function commandOf(name: string, debianPackage: string): string {
  const find = () =>
    ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/sbin']
      .map((folder) => path.join(folder, name))
      .find((file) => spawnSync('test', ['-x', file]).status === 0);
  const found = find();
  if (found) return found;
  process.stderr.write(`${name} is missing: apt-get install ${debianPackage}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { env });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', debianPackage], { env });
  const installed = find();
  if (installed) return installed;
  throw new Error(`${name} is not to be had: install the Debian package ${debianPackage}`);
}

/** A server process with the last lines it said, which tell why where it does not start. */
export class ServerProcess {
  private said = '';
  private readonly ended: Promise<void>;

  private constructor(
    readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    child.stderr?.on('data', (piece: Buffer) => this.hear(piece));
    child.stdout?.on('data', (piece: Buffer) => this.hear(piece));
    this.ended = new Promise((resolve) => child.once('exit', () => resolve()));
  }

  /** Starts it and waits until `isReady` holds. */
  static async start(
    command: string,
    args: string[],
    folder: string,
    isReady: () => Promise<boolean>,
    asRoot = false,
  ): Promise<ServerProcess> {
    const child = spawn(command, args, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(asRoot ? {} : asServerUser()),
    });
    const server = new ServerProcess(child, folder);
    const until = Date.now() + 60_000;
    while (!(await isReady())) {
      if (child.exitCode !== null || Date.now() > until) {
        await server.stop();
        throw new Error(`${command} did not start: ${server.said}`);
      }
      await sleep(50);
    }
    return server;
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill(signal);
      await this.ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private hear(piece: Buffer): void {
    this.said = (this.said + piece.toString()).slice(-4_000);
  }
}
