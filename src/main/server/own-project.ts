import type { Server } from 'node:http';
import { MillraceError } from '../../shared/errors';
import { announceOwner, attachToOwner, newSocketPath, readCommand, withdrawOwner } from '../project/owner';
import { applicationVersion } from '../project/version';
import { createApp } from './app';
import { listenOnSocket, stopServer } from './listen';
import { ProjectHost } from './project-host';

export interface OwnOptions {
  folder: string;
  door: 'desktop' | 'browser';
  /** Where to listen; a fresh path unless given. */
  socket?: string;
  trust?: boolean;
}

export type Owned =
  | { state: 'attached'; socket: string }
  | { state: 'owner'; socket: string; host: ProjectHost; stop(): Promise<void> };

const ATTEMPTS = 3;

/**
 * Becomes the owner of a project and listens on its socket, or finds the process that owns it already. While an owner
 * starts or dies neither may succeed at once, so it is tried a few times. Throws PROJECT_LOCKED, VERSION_MISMATCH.
 */
export async function ownProject(options: OwnOptions): Promise<Owned> {
  for (let attempt = 1; ; attempt += 1) {
    const owner = await attachToOwner(options.folder, { version: applicationVersion() });
    if (owner) return { state: 'attached', socket: owner.socket };
    try {
      return await becomeOwner(options);
    } catch (error) {
      const locked = error instanceof MillraceError && error.code === 'PROJECT_LOCKED';
      if (locked && attempt === ATTEMPTS) throw await nameHolder(options.folder, error);
      if (!locked) throw error;
      await new Promise((resolve) => setTimeout(resolve, 400 * attempt));
    }
  }
}

/** A command works for a moment and no window can work through it: it is named, so that the user knows what to wait for. */
async function nameHolder(folder: string, error: MillraceError): Promise<MillraceError> {
  const command = await readCommand(folder);
  if (!command) return error;
  return new MillraceError({
    code: 'PROJECT_LOCKED',
    message: `${folder} is in use by a running \`millrace\` command (process ${command.pid}).`,
    hint: `Wait until that command ends, or end it with \`kill ${command.pid}\`, then start again.`,
    cause: error,
  });
}

async function becomeOwner(options: OwnOptions): Promise<Owned> {
  const host = await ProjectHost.open(options);
  const { project } = host.services;
  let server: Server | undefined;
  try {
    const socket = options.socket ?? (await newSocketPath(project.folder));
    server = await listenOnSocket(createApp(host).fetch, socket);
    await announceOwner(project, socket, applicationVersion());
    const listening = server;
    return {
      state: 'owner',
      socket,
      host,
      async stop() {
        await withdrawOwner(project);
        await stopServer(listening);
        await host.close();
      },
    };
  } catch (error) {
    if (server) await stopServer(server);
    await host.close();
    throw error;
  }
}
