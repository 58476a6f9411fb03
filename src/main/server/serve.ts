import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import { MillraceError } from '../../shared/errors';
import { createApp } from './app';
import { browserGate } from './auth';
import { listenOnLoopback, stopServer } from './listen';
import { ownProject } from './own-project';
import type { ProjectHost } from './project-host';
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
  host: ProjectHost;
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
 * Serves the workbench to browsers on 127.0.0.1. The process owns the project while it runs; where another one does,
 * PROJECT_LOCKED tells which. Throws LIMIT_EXCEEDED for a port that is taken.
 */
export async function serve(options: ServeOptions): Promise<Served> {
  const owned = await ownProject({ folder: options.folder, door: 'browser', trust: options.trust });
  if (owned.state === 'attached') {
    throw new MillraceError({
      code: 'PROJECT_LOCKED',
      message: 'This project is open in another Millrace process.',
      hint: 'Use that window, or close it first. `millrace sql` works beside it.',
    });
  }
  const { host } = owned;
  const gate = browserGate(options.allowHosts);
  const door = new Hono();
  door.use('*', gate.middleware);
  door.route('/', createApp(host));
  door.get('*', staticFiles(rendererFolder()));
  try {
    const { server, port } = await listenOnLoopback(door.fetch, options.port);
    const urlOf = (token: string) => `http://127.0.0.1:${port}/?token=${token}`;
    return {
      url: urlOf(gate.token),
      port,
      host,
      renewUrl: () => urlOf(gate.renew()),
      async stop() {
        await stopServer(server);
        await owned.stop();
      },
    };
  } catch (error) {
    await owned.stop();
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
