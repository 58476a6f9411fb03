import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { errorShape, MillraceError } from '../../shared/errors';
import { runSqlRequest, type SqlServices, sqlRequestSchema } from '../engine/export/sql-stream';
import { writeFileAtomic } from '../project/atomic-file';
import { commandFile, newSocketPath, type Owner, readCommand } from '../project/owner';
import type { Project } from '../project/project';
import { applicationVersion } from '../project/version';

const MAXIMUM_BODY = 64 * 1024 * 1024;

/**
 * The socket by which other commands run their SQL in this one while it has the project. It is announced in a file of its
 * own, not as the project's owner: a window that looks for an owner cannot work through it, and waits for the lock
 * instead. `close` waits for the last client.
 */
export async function openCommandSocket(
  project: Project,
  services: SqlServices,
  onWaiting: () => void,
): Promise<{ close(): Promise<void> }> {
  const socket = await newSocketPath(project.folder);
  const running = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const answered = answer(request, response, services).finally(() => running.delete(answered));
    running.add(answered);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  if (process.platform !== 'win32') await chmod(socket, 0o600);
  const announcement: Owner = { pid: process.pid, version: applicationVersion(), socket };
  await writeFileAtomic(commandFile(project.folder), `${JSON.stringify(announcement)}\n`, { mode: 0o600 });
  return {
    close: async () => {
      await rm(commandFile(project.folder), { force: true });
      if (running.size > 0) onWaiting();
      while (running.size > 0) await Promise.all(running);
      await stop(server);
      if (process.platform !== 'win32') await rm(socket, { force: true });
    },
  };
}

/**
 * The command that has the project and lets others work through it; undefined where there is none. Throws
 * VERSION_MISMATCH for one of another version.
 */
export async function findCommandOwner(folder: string): Promise<Owner | undefined> {
  const owner = await readCommand(folder);
  if (!owner || owner.version === applicationVersion()) return owner;
  throw new MillraceError({
    code: 'VERSION_MISMATCH',
    message: `A command of Millrace ${owner.version} (process ${owner.pid}) has the project open; this is ${applicationVersion()}.`,
    hint: 'Wait until it is done, then try again.',
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, services: SqlServices): Promise<void> {
  const leaving = new AbortController();
  response.on('close', () => leaving.abort());
  try {
    if (request.method !== 'POST' || request.url !== '/api/sql') return json(response, 404, NO_ROUTE);
    const sql = sqlRequestSchema.parse(JSON.parse(await readBody(request)));
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    await pipeline(runSqlRequest(services, sql, { signal: leaving.signal }), response);
  } catch (error) {
    // A client that went away needs no answer; one that is still there before the first byte gets the error.
    if (!response.headersSent && !response.destroyed) json(response, 400, errorShape(error));
    else response.destroy();
  }
}

const NO_ROUTE = { code: 'NOT_FOUND', message: 'A millrace command answers POST /api/sql alone.' };

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).byteLength;
    if (size > MAXIMUM_BODY) throw new Error('The request is larger than 64 MB.');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
