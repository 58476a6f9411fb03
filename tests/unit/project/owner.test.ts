import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSocket } from 'node:net';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { announceOwner, attachToOwner, newSocketPath, readOwner, withdrawOwner } from '../../../src/main/project/owner';
import { ended, outputOf, startChild, temporaryFolder } from './support';

const temporary = temporaryFolder();
let project = { folder: '', stateFolder: '' };
let count = 0;
const servers: { close(): unknown }[] = [];

beforeAll(() => {
  process.env.XDG_RUNTIME_DIR = temporary.path();
});

beforeEach(() => {
  count += 1;
  const folder = temporary.path(`shop-${count}`);
  project = { folder, stateFolder: `${folder}/.millrace` };
  mkdirSync(project.stateFolder, { recursive: true });
});

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

function answer(socket: string, version: string): Promise<Server> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(request.url === '/api/health' ? JSON.stringify({ version, state: 'ready' }) : '{}');
  });
  servers.push(server);
  return new Promise((resolve) => server.listen(socket, () => resolve(server)));
}

const CHILD = (folder: string) => `
  import { createServer } from 'node:http';
  import { announceOwner, newSocketPath } from 'millrace/main/project/owner';
  const project = { folder: ${JSON.stringify(folder)}, stateFolder: ${JSON.stringify(`${folder}/.millrace`)} };
  const socket = await newSocketPath(project.folder);
  createServer((_request, response) => response.end('{"version":"1.0.0"}')).listen(socket, async () => {
    await announceOwner(project, socket, '1.0.0');
    console.log('owner ' + socket + ' end');
  });`;

describe('the owner of a project', () => {
  it('is nobody at first', async () => {
    expect(await readOwner(project.folder)).toBeUndefined();
    expect(await attachToOwner(project.folder, { version: '1.0.0' })).toBeUndefined();
  });

  it('is found by others while it runs, and not after it withdrew', async () => {
    const socket = await newSocketPath(project.folder);
    expect(Buffer.byteLength(socket)).toBeLessThan(100);
    expect(statSync(path.dirname(socket)).mode & 0o777).toBe(0o700);
    await answer(socket, '1.0.0');
    const owner = await announceOwner(project, socket, '1.0.0');
    expect(owner).toEqual({ pid: process.pid, version: '1.0.0', socket });
    expect(await attachToOwner(project.folder, { version: '1.0.0' })).toEqual(owner);
    await withdrawOwner(project);
    expect(await attachToOwner(project.folder, { version: '1.0.0' })).toBeUndefined();
    expect(existsSync(`${project.stateFolder}/owner.json`)).toBe(false);
  });

  it('of another version is named, with what to do', async () => {
    const socket = await newSocketPath(project.folder);
    await answer(socket, '0.9.0');
    await announceOwner(project, socket, '0.9.0');
    await expect(attachToOwner(project.folder, { version: '1.0.0' })).rejects.toMatchObject({
      code: 'VERSION_MISMATCH',
      message: expect.stringContaining('0.9.0'),
      hint: expect.stringContaining('Close'),
    });
  });

  it('in another process is attached to, and forgotten when it was killed', async () => {
    const child = await startChild(temporary.path(), CHILD(project.folder));
    const output = await outputOf(child, ' end');
    const socket = /owner (\S+) end/.exec(output)?.[1] ?? '';
    expect(await attachToOwner(project.folder, { version: '1.0.0' })).toMatchObject({ pid: child.pid, socket });
    child.kill('SIGKILL');
    await ended(child);
    expect(await attachToOwner(project.folder, { version: '1.0.0' })).toBeUndefined();
    expect(existsSync(socket)).toBe(true);
    const next = await newSocketPath(project.folder);
    expect(next).not.toBe(socket);
    expect(existsSync(socket)).toBe(false);
    await withdrawOwner(project);
    expect(existsSync(`${project.stateFolder}/owner.json`)).toBe(true);
  });

  it('that is just starting is waited for', async () => {
    const socket = await newSocketPath(project.folder);
    await announceOwner(project, socket, '1.0.0');
    setTimeout(() => void answer(socket, '1.0.0'), 300);
    expect(await attachToOwner(project.folder, { version: '1.0.0', timeoutMilliseconds: 3_000 })).toMatchObject({
      socket,
    });
  });

  it('that lives but does not listen is waited for only so long', async () => {
    await announceOwner(project, await newSocketPath(project.folder), '1.0.0');
    const started = Date.now();
    expect(await attachToOwner(project.folder, { version: '1.0.0', timeoutMilliseconds: 400 })).toBeUndefined();
    expect(Date.now() - started).toBeGreaterThan(350);
  });

  it('that hangs is named with its process', async () => {
    const socket = await newSocketPath(project.folder);
    const server = createSocket(() => undefined);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    await announceOwner(project, socket, '1.0.0');
    await expect(attachToOwner(project.folder, { version: '1.0.0', timeoutMilliseconds: 400 })).rejects.toMatchObject({
      code: 'PROJECT_LOCKED',
      hint: expect.stringContaining(String(process.pid)),
    });
  });

  it.each([
    ['is no JSON', '{"pid": 1'],
    ['names another service', JSON.stringify({ pid: 1, version: '1.0.0', socket: '/var/run/docker.sock' })],
    [
      'climbs out of the runtime folder',
      JSON.stringify({ pid: 1, version: '1.0.0', socket: '/tmp/millrace/../x.sock' }),
    ],
    ['lacks the socket', JSON.stringify({ pid: 1, version: '1.0.0' })],
  ])('is nobody where owner.json %s', async (_name, text) => {
    writeFileSync(`${project.stateFolder}/owner.json`, text);
    expect(await attachToOwner(project.folder, { version: '1.0.0' })).toBeUndefined();
  });

  it('never has its socket in a folder that somebody else linked', async () => {
    const elsewhere = temporary.path('elsewhere');
    mkdirSync(elsewhere);
    process.env.XDG_RUNTIME_DIR = temporary.path('x');
    mkdirSync(process.env.XDG_RUNTIME_DIR);
    symlinkSync(elsewhere, temporary.path('x', 'millrace'));
    await expect(newSocketPath(project.folder)).rejects.toMatchObject({ code: 'PROJECT_INVALID' });
    expect(readdirSync(elsewhere)).toEqual([]);
    process.env.XDG_RUNTIME_DIR = temporary.path();
  });
});
