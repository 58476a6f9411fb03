import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { agentsFor, proxyFor } from '../../../src/main/connectors/network';

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
const servers: Server[] = [];
const before = Object.fromEntries(PROXIES.map((name) => [name, process.env[name]]));

afterEach(async () => {
  for (const name of PROXIES) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A real proxy as far as plain requests go: they come with their whole address. */
function startProxy(seen: string[]): Promise<number> {
  return listen(
    createServer((request, response) => {
      seen.push(request.url ?? '');
      response.end('proxy');
    }),
  );
}

function call(address: string): Promise<string> {
  const { httpAgent: agent } = agentsFor(new URL(address), { maxSockets: 2 });
  return new Promise((resolve, reject) => {
    get(address, { agent }, (response) => {
      let text = '';
      response.on('data', (piece: Buffer) => {
        text += piece.toString();
      });
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });
}

describe('the proxy of the environment', () => {
  const env = { HTTPS_PROXY: 'http://p:1', http_proxy: 'q:2', NO_PROXY: 'localhost, .inner.example,db:8443' };
  it.each([
    ['https://a.example/', 'http://p:1/'],
    ['http://a.example/', 'http://q:2/'],
    ['https://localhost/', undefined],
    ['https://x.inner.example/', undefined],
    ['https://inner.example/', undefined],
    ['https://outinner.example/', 'http://p:1/'],
    ['https://db:8443/', undefined],
    ['https://db/', 'http://p:1/'],
  ])('%s goes through %s', (url, proxy) => expect(proxyFor(new URL(url), env)?.href).toBe(proxy));
});

describe('agents of a client', () => {
  it('go through HTTP_PROXY, and not where NO_PROXY excepts the host', async () => {
    const seen: string[] = [];
    const port = await listen(createServer((_request, response) => response.end('server')));
    process.env.HTTP_PROXY = `http://127.0.0.1:${await startProxy(seen)}`;
    delete process.env.http_proxy;
    expect(await call('http://api.example/orders')).toBe('proxy');
    expect(seen).toEqual(['http://api.example/orders']);
    process.env.NO_PROXY = '127.0.0.1';
    expect(await call(`http://127.0.0.1:${port}/`)).toBe('server');
    expect(seen).toHaveLength(1);
  });
});
