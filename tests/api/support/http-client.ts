import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';

/** Where a door listens: a Unix socket, or a port of the loopback interface. */
export type Address = { socketPath: string } | { host: string; port: number };

export interface Call {
  method?: string;
  /** As it goes over the wire: nothing is normalised. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  signal?: AbortSignal;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  bytes: Uint8Array;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server said; the tests assert on it
  json: any;
}

/** Sends a request and gives the answer once its headers are there. Its body is still to be read, or to be destroyed. */
export function open(address: Address, call: Call): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...address,
        method: call.method ?? 'GET',
        path: call.path,
        headers: { host: 'localhost', ...call.headers },
        agent: false,
        ...(call.signal ? { signal: call.signal } : {}),
      },
      resolve,
    );
    outgoing.on('error', reject);
    outgoing.end(call.body);
  });
}

/** Sends a request and reads the whole answer. */
export async function send(address: Address, call: Call): Promise<Answer> {
  const incoming = await open(address, call);
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString();
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    text,
    get json() {
      return JSON.parse(text);
    },
  };
}

/** `fetch` through a door, for clients that want one. */
export function fetchThrough(address: Address, headers: Record<string, string>): typeof fetch {
  return async (input, init) => {
    const url = new URL(typeof input === 'string' || input instanceof URL ? input : input.url);
    const incoming = await open(address, {
      method: init?.method ?? 'GET',
      path: `${url.pathname}${url.search}`,
      headers: { ...Object.fromEntries(new Headers(init?.headers)), ...headers },
      ...(init?.body === undefined || init.body === null ? {} : { body: init.body as string }),
      ...(init?.signal ? { signal: init.signal } : {}),
    });
    return new Response(Readable.toWeb(incoming) as ReadableStream, { status: incoming.statusCode ?? 0 });
  };
}
