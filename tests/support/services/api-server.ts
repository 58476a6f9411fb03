import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One call that the server got. */
export interface ApiCall {
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
  body: string;
}

export type ApiAnswer = (call: ApiCall, response: ServerResponse) => void | Promise<void>;

/** A real HTTP server whose answers a test writes; it remembers every call. */
export interface ApiServer {
  url: string;
  calls: ApiCall[];
  /** What answers from now on; a path that has no answer of its own is a 404. */
  on(path: string, answer: ApiAnswer): void;
  /** Cuts every open connection, as a server that dies does. */
  kill(): void;
  stop(): Promise<void>;
}

export async function startApiServer(): Promise<ApiServer> {
  const answers = new Map<string, ApiAnswer>();
  const calls: ApiCall[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const call: ApiCall = {
      method: request.method ?? 'GET',
      url: new URL(request.url ?? '/', url),
      headers: request.headers,
      body: Buffer.concat(pieces).toString(),
    };
    calls.push(call);
    const answer = answers.get(call.url.pathname);
    if (answer) await answer(call, response);
    else json(response, { error: 'no such path' }, 404);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kill = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url,
    calls,
    on: (path, answer) => void answers.set(path, answer),
    kill,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        kill();
      }),
  };
}

export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
