import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import type { AppRouter } from '../../../src/main/server/app-router';
import { ownProject } from '../../../src/main/server/own-project';
import type { ProjectHost } from '../../../src/main/server/project-host';
import { serve } from '../../../src/main/server/serve';
import type { ErrorShape } from '../../../src/shared/errors';
import type { ResultInfo, RunInfo, RunRequest } from '../../../src/shared/results';
import { EventStream } from './event-stream';
import { type Address, type Answer, type Call, fetchThrough, send } from './http-client';
import { makeProject, makeRenderer, type TestPlace } from './test-project';

export type DoorName = 'desktop' | 'browser';
export const DOORS: DoorName[] = ['desktop', 'browser'];

/** A workbench that runs, seen through one of its doors as a window that is signed in. */
export interface Door {
  name: DoorName;
  address: Address;
  /** What a signed in window sends along. */
  headers: Record<string, string>;
  project: TestPlace;
  api: ReturnType<typeof createTRPCClient<AppRouter>>;
  /** With the token; of the browser door alone. */
  url: string;
  /** What is behind the door, to look at. */
  host: ProjectHost;
  send(call: Call): Promise<Answer>;
  events(after?: string): Promise<EventStream>;
  /** Runs SQL as a worksheet does, and waits for its end. */
  run(sql: string, request?: Partial<RunRequest>): Promise<{ run: RunInfo; results: ResultInfo[] }>;
  /** A link for another browser; of the browser door alone. */
  renewUrl(): string;
  /** Stops the backend and leaves the project's folder. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface DoorOptions {
  trusted?: boolean;
  allowHosts?: string[];
}

let runs = 0;

/** Starts a backend on a fresh project and signs in at its door. */
export async function openDoor(name: DoorName, options: DoorOptions = {}): Promise<Door> {
  const project = await makeProject(options.trusted === undefined ? {} : { trusted: options.trusted });
  try {
    const opened = name === 'desktop' ? await openDesktop(project) : await openBrowser(project, options);
    return await withClients(name, project, opened);
  } catch (error) {
    await project.remove();
    throw error;
  }
}

interface Opened {
  address: Address;
  headers: Record<string, string>;
  url: string;
  host: ProjectHost;
  renewUrl(): string;
  stop(): Promise<void>;
}

async function openDesktop(project: TestPlace): Promise<Opened> {
  const owned = await ownProject({ folder: project.folder, door: 'desktop' });
  if (owned.state !== 'owner') throw new Error('The project has another owner.');
  return {
    address: { socketPath: owned.socket },
    headers: {},
    url: '',
    host: owned.host,
    renewUrl: () => '',
    stop: owned.stop,
  };
}

async function openBrowser(project: TestPlace, options: DoorOptions): Promise<Opened> {
  process.env.MILLRACE_RENDERER = await makeRenderer(project.place);
  const served = await serve({
    folder: project.folder,
    port: 0,
    allowHosts: options.allowHosts ?? [],
    trust: false,
  });
  const { host } = served;
  if (!host) throw new Error('The project has another owner.');
  const address = { host: '127.0.0.1', port: served.port };
  const headers = { host: `127.0.0.1:${served.port}`, cookie: await signIn(address, served.url) };
  // A second link, as the first is used up: tests of the token take it.
  return { address, headers, url: served.renewUrl(), host, renewUrl: served.renewUrl, stop: served.stop };
}

/** Exchanges the token of the printed URL for the session's cookie. */
export async function signIn(
  address: { host: string; port: number },
  url: string,
  host = `127.0.0.1:${address.port}`,
): Promise<string> {
  const { search } = new URL(url);
  const answer = await send(address, { path: `/${search}`, headers: { host } });
  const [cookie] = answer.headers['set-cookie'] ?? [];
  if (answer.status !== 302 || cookie === undefined) throw new Error(`Signing in answered ${answer.status}.`);
  return cookie.split(';')[0] ?? '';
}

async function withClients(name: DoorName, project: TestPlace, opened: Opened): Promise<Door> {
  const { address, headers, url } = opened;
  const base = 'http://localhost';
  const api = createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${base}/api/trpc`, fetch: fetchThrough(address, headers) as never })],
  });
  const events = (after?: string) => EventStream.open(address, headers, after);
  const streams: EventStream[] = [];
  const stop = async () => {
    for (const stream of streams) stream.close();
    await opened.stop();
  };
  return {
    name,
    address,
    headers,
    project,
    api,
    url,
    host: opened.host,
    send: (call) => send(address, { ...call, headers: { ...headers, ...call.headers } }),
    async events(after) {
      const stream = await events(after);
      streams.push(stream);
      return stream;
    },
    async run(sql, request = {}) {
      runs += 1;
      const run = request.run ?? `run-${runs}`;
      const stream = await events();
      try {
        await api.worksheets.run.mutate({ session: 'sheet', run, sql, ...request } as never);
        const end = await stream.runEnd(run);
        return { run: end, results: stream.resultsOf(run) };
      } finally {
        stream.close();
      }
    },
    renewUrl: opened.renewUrl,
    stop,
    async close() {
      await stop();
      await project.remove();
    },
  };
}

/** The error that a call ended with, as the window gets it, with its HTTP status. */
export async function callError(call: Promise<unknown>): Promise<ErrorShape & { httpStatus: number }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    const data = error.data as { error: ErrorShape; httpStatus: number } | undefined;
    if (!data) throw error;
    return { ...data.error, httpStatus: data.httpStatus };
  }
  throw new Error('The call went through.');
}
