import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trustCertificates } from '../../../src/main/engine/certificates';
import { findExtensions } from '../../../src/main/engine/extensions';
import { type EngineFixture, openEngine } from './engine-fixture';

let folder: string;
let fixture: EngineFixture;
let url: string;
let authority: string;
let stop: () => void;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'millrace-certificates-'));
  authority = await startServer();
  const httpfs = findExtensions().found.find((extension) => extension.name === 'httpfs');
  fixture = await openEngine({ extensionFiles: [httpfs?.file ?? ''] });
});
afterAll(async () => {
  stop();
  await fixture.close();
  await rm(folder, { recursive: true, force: true });
});

/** A server whose certificate it signed itself; gives that certificate. */
async function startServer(): Promise<string> {
  const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  const files = ['-keyout', 'server.key', '-out', 'server.crt', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', [...words, ...files], { cwd: folder, stdio: 'ignore' });
  const [key, cert] = await Promise.all([
    readFile(path.join(folder, 'server.key'), 'utf8'),
    readFile(path.join(folder, 'server.crt'), 'utf8'),
  ]);
  const body = 'a,b\n1,2\n';
  const server = createServer({ key, cert }, (request, response) => {
    response.writeHead(200, { 'content-length': String(body.length), 'accept-ranges': 'none' });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stop = () => server.close();
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return cert;
}

describe('certificates of a company', () => {
  it('are trusted by the engine from the moment a connection brings them until it goes', async () => {
    const state = path.join(fixture.folder, '.millrace');
    expect((await fixture.run(`from '${url}/before.csv'`)).run.state).toBe('failed');
    await trustCertificates(state, 'warehouse', authority);
    const { run, results } = await fixture.run(`from '${url}/trusted.csv'`);
    expect(run.error).toBeUndefined();
    expect(results[0]?.rowCount).toBe(1);
    await trustCertificates(state, 'warehouse', undefined);
    expect(await readFile(path.join(state, 'certificates.pem'), 'utf8')).not.toContain(authority.trim());
  });

  it('stand beside those that the system and the environment know, and no private key is copied', async () => {
    const state = path.join(fixture.folder, '.millrace');
    const extra = path.join(folder, 'extra.pem');
    await writeFile(extra, `${await readFile(path.join(folder, 'server.key'), 'utf8')}\n${authority}`);
    process.env.NODE_EXTRA_CA_CERTS = extra;
    try {
      await trustCertificates(state, 'other', authority);
      const written = await readFile(path.join(state, 'certificates.pem'), 'utf8');
      expect(written.split('BEGIN CERTIFICATE').length).toBeGreaterThan(50);
      expect(written.split(authority.trim())).toHaveLength(2);
      expect(written).not.toContain('PRIVATE KEY');
    } finally {
      delete process.env.NODE_EXTRA_CA_CERTS;
    }
  });

  it('must be certificates', async () => {
    await expect(trustCertificates(fixture.folder, 'wrong', 'no certificate')).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      hint: expect.stringContaining('BEGIN CERTIFICATE'),
    });
  });
});
