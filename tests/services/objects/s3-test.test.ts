import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { s3Connector } from '../../../src/main/connectors/s3/s3';
import { freePort } from '../../support/services/database-process';
import { type Minio, startMinio } from '../../support/services/minio';
import { minioConnection } from '../../support/services/minio-connection';
import { stepsOf } from './support/stores';

let server: Minio;
let secured: Minio;
const never = new AbortController().signal;

beforeAll(async () => {
  server = await startMinio({ region: 'eu-test-1' });
  secured = await startMinio({ tls: true });
  await server.mc('mb', 't/shop');
  await server.mc('mb', 't/private');
  const onShop = ['arn:aws:s3:::shop', 'arn:aws:s3:::shop/*'];
  await server.addUser('nothing', 'nothing-secret');
  await server.addUser('reader', 'reader-secret', [
    { Effect: 'Allow', Action: ['s3:ListBucket', 's3:GetBucketLocation'], Resource: [onShop[0]] },
    { Effect: 'Allow', Action: ['s3:GetObject'], Resource: [onShop[1]] },
  ]);
}, 600_000);

afterAll(async () => {
  await server?.stop();
  await secured?.stop();
});

afterEach(() => vi.useRealTimers());

const test3 = (options: Parameters<typeof minioConnection>[1], at = server, access: 'read' | 'write' = 'write') =>
  stepsOf(s3Connector.test({ ...minioConnection(at, options), access }, never));

describe('testing a connection to an object store', () => {
  test('a good one passes every step, and says what was seen', async () => {
    const { steps, last } = await test3({ bucket: 'shop' });
    expect(steps).toEqual(['name: ok', 'route: ok', 'tls: skipped', 'login: ok', 'right: ok']);
    expect(last.message).toBe('May list shop/ and write to it.');
  });

  test('without a bucket it counts those that the key sees', async () => {
    expect((await test3({})).last.message).toBe('Sees 2 buckets.');
  });

  test('a test of the right to write leaves nothing behind', async () => {
    await test3({ bucket: 'private' });
    expect(await server.mc('ls', '--recursive', '--incomplete', 't/private')).toBe('');
    expect(await server.mc('ls', '--recursive', 't/private')).toBe('');
  });

  test('a port where nobody listens fails at the route', async () => {
    const port = await freePort();
    const { steps, last } = await test3({ endpoint: `http://127.0.0.1:${port}` });
    expect(steps).toEqual(['name: ok', 'route: CONNECTION_FAILED']);
    expect(last.error?.message).toBe(`Nothing listens at 127.0.0.1:${port}.`);
  });

  test('a host that nobody knows fails at the name', async () => {
    const { steps, last } = await test3({ endpoint: 'http://no-such-host.invalid:9000' });
    expect(steps).toEqual(['name: CONNECTION_FAILED']);
    expect(last.error?.hint).toContain('endpoint');
  });

  test('an endpoint with a path is told to be no endpoint', async () => {
    const { steps, last } = await test3({ endpoint: `${server.endpoint}/shop` });
    expect(steps).toEqual(['name: BAD_REQUEST']);
    expect(last.error?.hint).toContain('`bucket`');
  });

  test('an access key that the server does not know', async () => {
    const { steps, last } = await test3({ key_id: 'stranger' });
    expect(steps.at(-1)).toBe('login: ACCESS_DENIED');
    expect(last.error?.message).toContain('does not know the access key stranger');
  });

  test('a secret key that does not belong to the access key', async () => {
    const { steps, last } = await test3({ secret_key: 'not-the-secret' });
    expect(steps.at(-1)).toBe('login: ACCESS_DENIED');
    expect(last.error?.message).toContain('does not belong to the access key rootkey');
    expect(JSON.stringify(last)).not.toContain('not-the-secret');
  });

  test('a session token that is no longer good', async () => {
    const { steps, last } = await test3({ session_token: 'old-token-value' });
    expect(steps.at(-1)).toBe('login: ACCESS_DENIED');
    expect(last.error?.message).toContain('session token');
    expect(JSON.stringify(last)).not.toContain('old-token-value');
  });

  test('another region than the bucket is in', async () => {
    const { steps, last } = await test3({ region: 'us-west-2', bucket: 'shop' });
    expect(steps.at(-1)).toMatch(/: CONNECTION_FAILED$/);
    expect(last.error?.hint).toBe('Set `region: eu-test-1` in the connection minio.');
  });

  test('a clock that is an hour off', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    const { steps, last } = await test3({});
    expect(steps.at(-1)).toBe('login: CONNECTION_FAILED');
    expect(last.error?.message).toContain('clock');
  });

  test('a bucket that is gone', async () => {
    const { steps, last } = await test3({ bucket: 'gone' });
    expect(steps.at(-1)).toBe('right: NOT_FOUND');
    expect(last.error?.message).toContain('no bucket gone');
  });

  test('a key without rights logs in and hears which right it lacks', async () => {
    const { steps, last } = await test3({ key_id: 'nothing', secret_key: 'nothing-secret', bucket: 'shop' });
    expect(steps.slice(-2)).toEqual(['login: ok', 'right: ACCESS_DENIED']);
    expect(last.error?.message).toContain('s3:ListBucket');
  });

  test('a key for one bucket is told to name it', async () => {
    const { steps, last } = await test3({ key_id: 'nothing', secret_key: 'nothing-secret' });
    expect(steps.at(-1)).toBe('right: ACCESS_DENIED');
    expect(last.error?.hint).toContain('`bucket: NAME`');
  });

  test('a key that may only read passes with access read, and fails with access write', async () => {
    const reader = { key_id: 'reader', secret_key: 'reader-secret', bucket: 'shop' };
    expect((await test3(reader, server, 'read')).last.message).toBe('May list shop/.');
    const { steps, last } = await test3(reader, server, 'write');
    expect(steps.at(-1)).toBe('right: ACCESS_DENIED');
    expect(last.error?.message).toContain('s3:PutObject');
  });

  test('a private bucket without a key', async () => {
    const { steps, last } = await test3({ key_id: '', secret_key: '', anonymous: true, bucket: 'private' });
    expect(steps.slice(-2)).toEqual(['login: ok', 'right: ACCESS_DENIED']);
    expect(last.error?.message).toContain('not public');
  });

  test('an authority that nobody knows fails at TLS, and passes with ca_file', async () => {
    const { steps, last } = await test3({}, secured);
    expect(steps).toEqual(['name: ok', 'route: ok', 'tls: CONNECTION_FAILED']);
    expect(last.error?.hint).toContain('ca_file');
    const passed = await test3({ ca_file: secured.caFile ?? '' }, secured);
    expect(passed.steps).toEqual(['name: ok', 'route: ok', 'tls: ok', 'login: ok', 'right: ok']);
  });

  test('TLS asked of a server without it, and the reverse', async () => {
    const tls = await test3({ endpoint: `https://${server.address}` });
    expect(tls.steps.at(-1)).toBe('tls: CONNECTION_FAILED');
    expect(tls.last.error?.hint).toContain('`tls: false`');
    const plain = await test3({ endpoint: `http://${secured.address}` });
    expect(plain.steps.at(-1)).toBe('login: CONNECTION_FAILED');
    expect(plain.last.error?.hint).toContain('https://');
  });

  test('a profile that does not exist', async () => {
    const { steps, last } = await test3({ key_id: '', secret_key: '', profile: 'no-such-profile' });
    expect(steps.at(-1)).toBe('login: SECRET_MISSING');
    expect(last.error?.hint).toContain('no-such-profile');
  });
});
