import { mkdir, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { dirname } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';

type Fetch = (request: Request) => Response | Promise<Response>;

/** An HTTP server over a fetch handler, with long-lived event streams in mind. */
function createServer(fetch: Fetch): Server {
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: false }) as Server;
  server.keepAliveTimeout = 60_000;
  server.requestTimeout = 0;
  return server;
}

/** Listens on a Unix socket (or named pipe) that only this user may open. */
export async function listenOnSocket(fetch: Fetch, socket: string): Promise<Server> {
  if (process.platform !== 'win32') {
    await mkdir(dirname(socket), { recursive: true, mode: 0o700 });
    await rm(socket, { force: true });
  }
  const server = createServer(fetch);
  // The socket's own mode comes from the umask of this moment, so there is no time at which others may open it.
  const before = process.platform === 'win32' ? undefined : process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socket, resolve);
    });
  } finally {
    if (before !== undefined) process.umask(before);
  }
  return server;
}

/** Listens on the loopback interface; port 0 takes a free one. Gives the server and its port. */
export async function listenOnLoopback(fetch: Fetch, port: number): Promise<{ server: Server; port: number }> {
  const server = createServer(fetch);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return { server, port: typeof address === 'object' && address ? address.port : port };
}

/** Stops taking connections and ends those that are open. */
export async function stopServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
