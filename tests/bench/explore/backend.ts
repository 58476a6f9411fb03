import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventStream } from '../../api/support/event-stream';
import type { Address } from '../../api/support/http-client';
import type { BenchPlace } from './bench-place';

const ROOT = process.cwd();

/** What the backend's event loop did since it was last asked; times in milliseconds. */
export interface LoopDelay {
  max: number;
  p99: number;
  /** The longest without the time in which the thread waited for a processor. */
  own: number;
  /** Bytes. */
  rss: number;
}

/** A backend of the built app in a process of its own, and a client that is signed in at its door. */
export interface Backend {
  name: string;
  address: Address;
  headers: Record<string, string>;
  /** The page's URL with a fresh token; of the browser door alone. */
  url: string;
  get(target: string): Promise<Uint8Array>;
  post(target: string, body: unknown): Promise<Uint8Array>;
  /** Sends and counts the bytes of the answer without keeping them. */
  count(target: string, body: unknown): Promise<number>;
  call<T>(procedure: string, input: unknown): Promise<T>;
  events(): Promise<EventStream>;
  loopDelay(): Promise<LoopDelay>;
  stop(): Promise<void>;
}

/** The desktop's backend on its Unix socket. */
export async function startSocketBackend(place: BenchPlace, folder: string): Promise<Backend> {
  const child = start(place, folder, [path.join(ROOT, 'out', 'main', 'backend.js'), '--project', folder]);
  const line = await firstLine(child, /^\{.*"type":"(?:ready|attached|failed)".*\}$/m);
  const told = JSON.parse(line) as { type: string; socket: string };
  if (told.type !== 'ready') throw new Error(`The backend did not start: ${line}`);
  return connect('socket', child, probeFile(place, folder), { socketPath: told.socket }, { host: 'millrace' }, '');
}

/** `millrace serve`, with the cookie that its link gives. */
export async function startHttpBackend(place: BenchPlace, folder: string): Promise<Backend> {
  const child = start(place, folder, [path.join(ROOT, 'bin', 'millrace'), 'serve', '--project', folder, '--port', '0']);
  const url = (await firstLine(child, /http:\/\/\S+token=\S+/)).trim();
  const { host, port, search } = new URL(url);
  const address = { host: '127.0.0.1', port: Number(port) };
  const answer = await read(await send(new Agent(), address, { path: `/${search}`, headers: { host } }));
  const cookie = answer.incoming.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  return connect('http', child, probeFile(place, folder), address, { host, cookie }, url);
}

function probeFile(place: BenchPlace, folder: string): string {
  return path.join(place.place, `probe-${path.basename(folder)}.json`);
}

function start(place: BenchPlace, folder: string, words: string[]): ChildProcess {
  const probe = path.join(ROOT, 'tests', 'bench', 'explore', 'probe.cjs');
  const child = spawn(process.execPath, ['--require', probe, ...words], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...place.environment,
      UV_THREADPOOL_SIZE: '16',
      MILLRACE_BENCH_PROBE: probeFile(place, folder),
    },
  });
  const endToo = () => child.kill('SIGTERM');
  process.once('exit', endToo);
  child.once('exit', () => process.off('exit', endToo));
  return child;
}

function firstLine(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const found = wanted.exec(output)?.[0];
      if (found) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`The backend ended with ${code}: ${output}`)));
  });
}

interface Sent {
  method?: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

function send(agent: Agent, address: Address, sent: Sent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing: ClientRequest = request({ ...address, agent, ...sent }, resolve);
    outgoing.on('error', reject);
    outgoing.end(sent.body);
  });
}

async function read(incoming: IncomingMessage): Promise<{ bytes: Buffer; incoming: IncomingMessage }> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return { bytes: Buffer.concat(chunks), incoming };
}

async function readOk(incoming: IncomingMessage): Promise<Buffer> {
  const { bytes } = await read(incoming);
  if (incoming.statusCode !== 200) throw new Error(`${incoming.statusCode}: ${bytes.toString()}`);
  return bytes;
}

function connect(
  name: string,
  child: ChildProcess,
  probe: string,
  address: Address,
  headers: Record<string, string>,
  url: string,
): Backend {
  const agent = new Agent({ keepAlive: true });
  const json = { ...headers, 'content-type': 'application/json' };
  const post = (target: string, body: unknown) =>
    send(agent, address, { method: 'POST', path: target, headers: json, body: JSON.stringify(body) });
  return {
    name,
    address,
    headers,
    url,
    get: async (target) => readOk(await send(agent, address, { path: target, headers })),
    post: async (target, body) => readOk(await post(target, body)),
    async count(target, body) {
      const incoming = await post(target, body);
      if (incoming.statusCode !== 200) throw new Error((await read(incoming)).bytes.toString());
      let bytes = 0;
      await new Promise<void>((resolve, reject) => {
        incoming.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        incoming.on('end', resolve);
        incoming.on('error', reject);
      });
      return bytes;
    },
    async call<T>(procedure: string, input: unknown): Promise<T> {
      const answer = await readOk(await post(`/api/trpc/${procedure}`, input));
      return (JSON.parse(answer.toString()) as { result: { data: T } }).result.data;
    },
    events: () => EventStream.open(address, headers),
    async loopDelay() {
      await rm(probe, { force: true });
      child.kill('SIGUSR2');
      for (;;) {
        const text = await readFile(probe, 'utf8').catch(() => undefined); // not written yet
        if (text) return JSON.parse(text) as LoopDelay;
        await sleep(5);
      }
    },
    async stop() {
      agent.destroy();
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}
