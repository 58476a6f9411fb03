import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OpenConnection } from '../../../src/main/connectors/connector';
import { createHttpConnector } from '../../../src/main/connectors/http/http';
import type { OptionValue, TestStep } from '../../../src/shared/connections';
import { errorShape } from '../../../src/shared/errors';
import { type Certificates, makeCertificates } from '../../support/services/certificates';
import { serverFolder } from '../../support/services/database-process';

let folder: string;
let files: Certificates;
let server: Server;
let proxy: Server;
let port: number;
let proxyPort: number;
const proxied: string[] = [];

beforeAll(async () => {
  folder = serverFolder('tls');
  chmodSync(folder, 0o755);
  files = makeCertificates(folder, 'reader');
  server = createHttps(
    {
      cert: readFileSync(files.serverCertificate),
      key: readFileSync(files.serverKey),
      ca: readFileSync(files.ca),
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate();
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify([{ id: 1, client: subject?.CN ?? null }]));
    },
  );
  port = await listen(server);
  proxy = createHttp();
  proxy.on('connect', (request, socket) => {
    proxied.push(request.url ?? '');
    const [host, to] = (request.url ?? '').split(':');
    const onward = connect(Number(to), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket);
      socket.pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  proxyPort = await listen(proxy);
});

afterEach(() => {
  delete process.env.HTTPS_PROXY;
  delete process.env.NO_PROXY;
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
  proxy.close();
  proxy.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

async function listen(one: Server): Promise<number> {
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  return (one.address() as AddressInfo).port;
}

function connectionOf(options: Record<string, OptionValue>): OpenConnection {
  return {
    name: 'api',
    alias: 'api',
    type: 'http',
    access: 'read',
    environment: 'dev',
    projectFolder: tmpdir(),
    options: { url: `https://localhost:${port}`, retries: 0, endpoints: { rows: '/rows' }, ...options },
  };
}

async function read(options: Record<string, OptionValue>): Promise<string> {
  const connector = createHttpConnector();
  const connection = connectionOf(options);
  const taken: string[] = [];
  const sink = {
    bytes: 0,
    write: async (lines: Uint8Array) => void taken.push(Buffer.from(lines).toString()),
    rewind: async () => undefined,
  };
  try {
    await connector.read(connection, { path: ['rows'], sink, signal: new AbortController().signal });
    return taken.join('');
  } finally {
    await connector.close(connection);
  }
}

async function steps(options: Record<string, OptionValue>): Promise<string[]> {
  const seen: TestStep[] = [];
  for await (const step of createHttpConnector().test(connectionOf(options), new AbortController().signal))
    seen.push(step);
  return seen.map(({ step, state }) => `${step} ${state}`);
}

describe('an API with a certificate of its own authority', () => {
  it('is refused until the authority is named, and the test says that it is TLS', async () => {
    const shape = await read({}).then(
      () => undefined,
      (error: unknown) => errorShape(error),
    );
    expect(shape).toMatchObject({ code: 'CONNECTION_FAILED', hint: expect.stringContaining('ca_file') });
    expect(await steps({})).toEqual(['name ok', 'route ok', 'tls failed']);
    expect(await read({ ca_file: files.ca })).toBe('{"id":1,"client":null}\n');
    expect(await steps({ ca_file: files.ca })).toEqual(['name ok', 'route ok', 'tls ok', 'login skipped', 'right ok']);
  });

  it('learns who asks from the client certificate', async () => {
    const options = { ca_file: files.ca, cert_file: files.clientCertificate, key_file: files.clientKey };
    expect(await read(options)).toBe('{"id":1,"client":"reader"}\n');
  });

  it('is reached through the proxy of the environment, unless NO_PROXY names it', async () => {
    process.env.HTTPS_PROXY = `http://127.0.0.1:${proxyPort}`;
    expect(await read({ ca_file: files.ca })).toContain('"id":1');
    expect(proxied).toEqual([`localhost:${port}`]);
    process.env.NO_PROXY = 'localhost';
    expect(await read({ ca_file: files.ca })).toContain('"id":1');
    expect(proxied).toHaveLength(1);
  });
});
