import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { forward } from '../../../src/main/project/forward';

let folder: string;
let socket: string;
let server: Server | undefined;

async function listen(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<void> {
  server = createServer(handler);
  await new Promise<void>((resolve) => server?.listen(socket, resolve));
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-forward-'));
  socket = path.join(folder, 's');
});

afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await rm(folder, { recursive: true });
});

describe('a request of the desktop to the backend', () => {
  test('arrives with method, path, query, headers and body, and without the origin of the page', async () => {
    await listen((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        response.setHeader('x-own', 'kept');
        response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }));
      });
    });
    const response = await forward(
      new Request('http://app/api/trpc/a.b?batch=1', {
        method: 'POST',
        body: '{"sql":"select 1"}',
        headers: { 'content-type': 'application/json', origin: 'millrace://app', cookie: 'a=b' },
      }),
      socket,
      { 'content-security-policy': "default-src 'none'" },
    );
    const seen = (await response.json()) as { headers: Record<string, string> };
    expect(seen).toMatchObject({ method: 'POST', url: '/api/trpc/a.b?batch=1', body: '{"sql":"select 1"}' });
    expect(seen.headers).toMatchObject({ host: 'millrace', 'content-type': 'application/json' });
    expect(Object.keys(seen.headers)).not.toContain('origin');
    expect(Object.keys(seen.headers)).not.toContain('cookie');
    expect(response.headers.get('x-own')).toBe('kept');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  test('gives every byte of a large answer', async () => {
    const part = Buffer.alloc(1024 * 1024, 7);
    await listen((_request, response) => {
      let sent = 0;
      const send = () => {
        while (sent < 64) {
          sent += 1;
          if (!response.write(part)) return response.once('drain', send);
        }
        return response.end();
      };
      send();
    });
    const response = await forward(new Request('http://app/api/results/1/arrow'), socket);
    expect((await response.arrayBuffer()).byteLength).toBe(64 * part.length);
  });

  test('ends in the backend when the page drops the answer', async () => {
    const dropped = new Promise<void>((resolve) => {
      void listen((_request, response) => {
        response.write('data: 1\n\n');
        response.on('close', resolve);
      });
    });
    const response = await forward(new Request('http://app/api/trpc/events'), socket);
    await response.body?.cancel();
    await dropped;
  });

  test('is an error, not a shorter answer, when the backend dies in the middle', async () => {
    await listen((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    });
    const response = await forward(new Request('http://app/api/results/1/arrow'), socket);
    await expect(response.arrayBuffer()).rejects.toThrow();
  });

  test('is refused with a code when nobody listens', async () => {
    await expect(forward(new Request('http://app/api/health'), socket)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('keeps an answer that came before the whole body was sent', async () => {
    await listen((request, response) => {
      response.writeHead(413, { connection: 'close' });
      response.end('too large');
      request.resume();
    });
    const body = Buffer.alloc(8 * 1024 * 1024);
    const response = await forward(new Request('http://app/api/x', { method: 'POST', body }), socket);
    expect(response.status).toBe(413);
    expect(await response.text()).toBe('too large');
  });
});
