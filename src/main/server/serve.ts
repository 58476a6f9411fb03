import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import { MillraceError } from '../../shared/errors';
import { browserGate } from './auth';
import { listenOnLoopback, stopServer } from './listen';
import type { ProjectHost } from './project-host';
import { SharedBackend } from './shared-backend';
import { staticFiles } from './static-files';

export interface ServeOptions {
  folder: string;
  /** 0 takes a free port. */
  port: number;
  /** Host names besides the loopback's under which a browser may come in. */
  allowHosts: string[];
  /** Trusts the folder on this machine first. */
  trust: boolean;
}

export interface Served {
  /** With its one-time token. */
  url: string;
  port: number;
  /** The open project; undefined where another process owned it when this one started. */
  host: ProjectHost | undefined;
  /** A URL with a fresh token, for another window. */
  renewUrl(): string;
  stop(): Promise<void>;
}

/** The built renderer, beside the bundled main files. */
function rendererFolder(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  return (
    process.env.MILLRACE_RENDERER ??
    path.join(here, path.basename(here) === 'chunks' ? '../../renderer' : '../renderer')
  );
}

/**
 * Serves the workbench to browsers on 127.0.0.1. The process owns the project while it runs, or passes on to the
 * one that does. Throws PROJECT_LOCKED where that cannot be worked through, VERSION_MISMATCH, and LIMIT_EXCEEDED for a port that is taken.
 */
export async function serve(options: ServeOptions): Promise<Served> {
  const backend = await SharedBackend.open({ folder: options.folder, door: 'browser', trust: options.trust });
  const gate = browserGate(options.allowHosts);
  const door = new Hono();
  door.use('*', gate.middleware);
  door.all('/api/*', (c) => backend.fetch(c.req.raw));
  door.get('*', staticFiles(rendererFolder()));
  try {
    const { server, port } = await listenOnLoopback(door.fetch, options.port);
    const urlOf = (token: string) => `http://127.0.0.1:${port}/?token=${token}`;
    return {
      url: urlOf(gate.token),
      port,
      host: backend.host,
      renewUrl: () => urlOf(gate.renew()),
      async stop() {
        await stopServer(server);
        await backend.stop();
      },
    };
  } catch (error) {
    await backend.stop();
    throw portTaken(error, options.port);
  }
}

function portTaken(error: unknown, port: number): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new MillraceError({
    code: 'LIMIT_EXCEEDED',
    message: `Port ${port} is taken by another program.`,
    hint: 'Name another with --port, or leave it out to get a free one.',
    cause: error,
  });
}
