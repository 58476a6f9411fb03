import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, unlink } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { MillraceError } from '../../shared/errors';
import { errorCode, fileError, makePrivateFolder, randomName, writeFileAtomic } from './atomic-file';

/**
 * The process that has a project open, as it says itself in `<state>/owner.json`. That file only tells where to knock:
 * the lock is the kernel's, on the database file that the engine holds open.
 */
export interface Owner {
  pid: number;
  version: string;
  /** A Unix socket, or a named pipe on Windows. */
  socket: string;
}

const ownerSchema = z.object({ pid: z.int().positive(), version: z.string(), socket: z.string().min(1) });
const healthSchema = z.object({ version: z.string() });

interface StateHolder {
  folder: string;
  stateFolder: string;
}

/**
 * A fresh socket path for an owner of the project: short (a Unix socket's path ends at 103 bytes), in a folder that
 * only the user may enter. Each call gives another one, as the socket of a killed process may still stand in the way.
 * @param folder the project's real path
 */
export async function newSocketPath(folder: string): Promise<string> {
  const name = `${projectHash(folder)}-${process.pid}-${randomName().slice(0, 4)}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\millrace-${name}`;
  const runtime = await runtimeFolder();
  await removeDeadSockets(runtime, projectHash(folder));
  return path.join(runtime, `${name}.sock`);
}

/** What the last owner of the project wrote; undefined where there is none. It may have died since. */
export async function readOwner(folder: string): Promise<Owner | undefined> {
  return readAnnouncement(ownerFile(folder));
}

/** The command that said it has the project and runs the SQL of other commands; undefined where none does. */
export async function readCommand(folder: string): Promise<Owner | undefined> {
  const command = await readAnnouncement(commandFile(folder));
  return command && isAlive(command.pid) ? command : undefined;
}

/** Where a command that has the project announces itself: not as its owner, as no window can work through it. */
export function commandFile(folder: string): string {
  return path.join(folder, '.millrace', 'command.json');
}

async function readAnnouncement(file: string): Promise<Owner | undefined> {
  try {
    const owner = ownerSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    // A checked out project could carry an announcement that leads to some other service's socket.
    return (await isOwnSocket(owner.socket)) ? owner : undefined;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw fileError(error, file);
  }
}

/** Tells others where this process answers for the project. Call it once the engine holds the project and the socket listens. */
export async function announceOwner(project: StateHolder, socket: string, version: string): Promise<Owner> {
  const owner: Owner = { pid: process.pid, version, socket };
  await writeFileAtomic(ownerFile(project.folder), `${JSON.stringify(owner)}\n`, { mode: 0o600 });
  return owner;
}

/** Takes the announcement back, if it is still this process's own, and removes the socket. */
export async function withdrawOwner(project: StateHolder): Promise<void> {
  const owner = await readOwner(project.folder);
  if (owner?.pid !== process.pid) return;
  await unlink(ownerFile(project.folder)).catch(ignoreMissing);
  if (process.platform !== 'win32') await unlink(owner.socket).catch(ignoreMissing);
}

export interface AttachOptions {
  version: string;
  /** How long to wait for an owner that is starting or dying; 4 seconds unless said. */
  timeoutMilliseconds?: number;
}

/**
 * Finds a running owner of the project that answers. Undefined means that nobody does, and the caller may become the
 * owner. Throws VERSION_MISMATCH for an owner of another version, PROJECT_LOCKED for one that listens but hangs.
 */
export async function attachToOwner(folder: string, options: AttachOptions): Promise<Owner | undefined> {
  const deadline = Date.now() + (options.timeoutMilliseconds ?? 4_000);
  for (;;) {
    const owner = await readOwner(folder);
    if (!owner) return undefined;
    const answer = await knock(owner.socket, Math.max(deadline - Date.now(), 200));
    if (typeof answer === 'object') return checkVersion(owner, answer.version, options.version, folder);
    if (answer === 'nobody' && !isAlive(owner.pid)) return undefined;
    if (Date.now() >= deadline) {
      if (answer === 'silent') throw hangingOwner(owner, folder);
      return undefined;
    }
    await wait(50);
  }
}

/** Whether a process of that id runs; one of another user counts too. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/**
 * Asks the socket for its health: the answer, `nobody` where none listens, `silent` where it does but gives no proper
 * answer in time.
 */
function knock(socketPath: string, timeout: number): Promise<{ version: string } | 'nobody' | 'silent'> {
  return new Promise((resolve) => {
    const call = request({ socketPath, path: '/api/health', timeout, headers: { host: 'millrace' } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => resolve('silent'));
      response.on('end', () => resolve(parseHealth(Buffer.concat(chunks).toString())));
    });
    call.on('timeout', () => {
      resolve('silent');
      call.destroy();
    });
    call.on('error', (error) => {
      const nobody = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(errorCode(error) ?? '');
      resolve(nobody ? 'nobody' : 'silent');
    });
    call.end();
  });
}

function parseHealth(body: string): { version: string } | 'silent' {
  try {
    return healthSchema.parse(JSON.parse(body));
  } catch {
    return 'silent'; // Something answers, but not as an owner does.
  }
}

function checkVersion(owner: Owner, found: string, wanted: string, folder: string): Owner {
  if (found === wanted) return { ...owner, version: found };
  throw new MillraceError({
    code: 'VERSION_MISMATCH',
    message: `${folder} is open in Millrace ${found} (process ${owner.pid}); this is Millrace ${wanted}.`,
    hint: `Close the other Millrace, or use version ${found} here too.`,
  });
}

function hangingOwner(owner: Owner, folder: string): MillraceError {
  return new MillraceError({
    code: 'PROJECT_LOCKED',
    message: `${folder} is open in process ${owner.pid}, which does not answer.`,
    hint: `End process ${owner.pid} if it hangs, then try again.`,
  });
}

function ownerFile(folder: string): string {
  return path.join(folder, '.millrace', 'owner.json');
}

function projectHash(folder: string): string {
  return createHash('sha256').update(folder).digest('hex').slice(0, 16);
}

function runtimePath(): string {
  const runtime = process.env.XDG_RUNTIME_DIR;
  if (runtime && path.isAbsolute(runtime) && runtime.length < 50) return path.join(runtime, 'millrace');
  const user = userInfo().uid;
  // macOS has a long temporary folder for each user (/var/folders/…), which still leaves room for the name.
  const temporary = tmpdir().length < 60 ? tmpdir() : '/tmp';
  return path.join(temporary, `millrace-${user}`);
}

async function runtimeFolder(): Promise<string> {
  const folder = runtimePath();
  await makePrivateFolder(folder);
  return folder;
}

/**
 * Whether the path is of the form that {@link newSocketPath} gives and its folder is the user's alone. The folder need
 * not be the one that this process would choose: a cron job and a desktop session have other environments.
 */
async function isOwnSocket(socket: string): Promise<boolean> {
  if (process.platform === 'win32') return /^\\\\\.\\pipe\\millrace-[0-9a-f-]+$/.test(socket);
  const folder = path.dirname(socket);
  if (!path.isAbsolute(socket) || !/^millrace(-\d+)?$/.test(path.basename(folder))) return false;
  if (!/^[0-9a-f]{16}-\d+-[0-9a-f]{4}\.sock$/.test(path.basename(socket))) return false;
  const found = await lstat(folder).catch(ignoreMissing);
  return found?.isDirectory() === true && found.uid === userInfo().uid && (found.mode & 0o077) === 0;
}

async function removeDeadSockets(runtime: string, hash: string): Promise<void> {
  for (const name of await readdir(runtime)) {
    const pid = new RegExp(`^${hash}-(\\d+)-`).exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) await unlink(path.join(runtime, name)).catch(ignoreMissing);
  }
}

function ignoreMissing(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') throw error;
  return undefined;
}
