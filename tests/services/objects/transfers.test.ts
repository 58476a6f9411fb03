import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { OpenConnection } from '../../../src/main/connectors/connector';
import { Transfers } from '../../../src/main/connectors/objects/transfers';
import { s3Connector } from '../../../src/main/connectors/s3/s3';
import type { Transfer } from '../../../src/shared/objects';
import { type Minio, startMinio } from '../../support/services/minio';
import { minioConnection } from '../../support/services/minio-connection';
import { errorOf, temporaryFolder } from './support/stores';
import { bundleUploader } from './support/upload-process';

const MEGABYTE = 1024 * 1024;
let server: Minio;
let place: Awaited<ReturnType<typeof temporaryFolder>>;
let uploader: Awaited<ReturnType<typeof bundleUploader>>;
const opened: Transfers[] = [];

beforeAll(async () => {
  server = await startMinio();
  place = await temporaryFolder();
  uploader = await bundleUploader();
  await server.mc('mb', 't/shop');
}, 600_000);

afterEach(async () => {
  for (const transfers of opened.splice(0)) await transfers.close();
});

afterAll(async () => {
  await uploader?.remove();
  await server?.stop();
  await place?.remove();
});

/** Transfers of a project whose state lies in `state`, with what they told and a way to wait for one. */
function openTransfers(state: string, connection: OpenConnection = minioConnection(server)) {
  const told: Transfer[] = [];
  const waiting: { id: string; until(transfer: Transfer): boolean; resolve(transfer: Transfer): void }[] = [];
  const transfers = new Transfers({
    stateFolder: path.join(place.folder, state),
    projectFolder: place.folder,
    storeOf: async () => ({ connection, store: await s3Connector.store(connection) }),
    emit: (transfer) => {
      told.push(transfer);
      for (const one of waiting) if (one.id === transfer.id && one.until(transfer)) one.resolve(transfer);
    },
  });
  opened.push(transfers);
  const when = (id: string, until: (transfer: Transfer) => boolean) =>
    new Promise<Transfer>((resolve) => {
      const seen = told.find((transfer) => transfer.id === id && until(transfer));
      if (seen) resolve(seen);
      else waiting.push({ id, until, resolve });
    });
  const end = (id: string) => when(id, ({ state }) => state !== 'running' && state !== 'waiting');
  return { transfers, told, when, end };
}

async function fileOf(name: string, megabytes: number): Promise<{ file: string; sum: string }> {
  const file = path.join(place.folder, name);
  const content = randomBytes(Math.round(megabytes * MEGABYTE));
  await writeFile(file, content);
  return { file, sum: createHash('sha256').update(content).digest('hex') };
}

async function sumOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

/** What the server has under the key, fetched by its own client. */
async function stored(key: string): Promise<string> {
  const copy = path.join(place.folder, 'fetched');
  await server.mc('cp', `t/shop/${key}`, copy);
  return sumOf(copy);
}

describe('uploads', () => {
  test.each([
    ['an empty file', 0],
    ['a small file', 0.5],
    ['a file of exactly one part', 16],
    ['a file of several parts and a rest', 50.25],
  ])('%s arrives byte for byte', async (name, megabytes) => {
    const { file, sum } = await fileOf('sent', megabytes);
    const { transfers, end } = openTransfers('a');
    const key = `sizes/${name} ä+%.bin`;
    const { id } = await transfers.upload({ connection: 'minio', path: `shop/${key}`, file });
    expect(await end(id)).toMatchObject({ state: 'done', totalBytes: megabytes * MEGABYTE });
    expect(await stored(key)).toBe(sum);
    expect(await readdir(path.join(place.folder, 'a', 'transfers'))).toEqual([]);
  });

  test('does not replace what is there unless asked to', async () => {
    const { file } = await fileOf('sent', 0.1);
    const { transfers, end } = openTransfers('b');
    const request = { connection: 'minio', path: 'shop/taken', file };
    await end((await transfers.upload(request)).id);
    expect((await errorOf(transfers.upload(request))).code).toBe('NAME_TAKEN');
    expect((await end((await transfers.upload({ ...request, overwrite: true })).id)).state).toBe('done');
  });

  test('through a connection that only reads are refused', async () => {
    const { file } = await fileOf('sent', 0.1);
    const { transfers } = openTransfers('c', { ...minioConnection(server), access: 'read' });
    const error = await errorOf(transfers.upload({ connection: 'minio', path: 'shop/x', file }));
    expect(error.code).toBe('CONNECTION_READ_ONLY');
    expect(error.hint).toContain('access: write');
  });

  test('that are cancelled leave no parts on the server', async () => {
    const { file } = await fileOf('sent', 200);
    const { transfers, told, when } = openTransfers('d');
    const { id } = await transfers.upload({ connection: 'minio', path: 'shop/cancelled', file });
    await when(id, ({ bytes }) => bytes > 0);
    await transfers.cancel(id);
    expect(told.at(-1)?.state).toBe('cancelled');
    expect(await server.mc('ls', '--recursive', '--incomplete', 't/shop')).toBe('');
    expect(await readdir(path.join(place.folder, 'd', 'transfers'))).toEqual([]);
  });

  test('a process killed with -9 in the middle goes on where it was, with flat memory', async () => {
    const { file, sum } = await fileOf('sent', 300);
    const request = {
      connection: minioConnection(server),
      stateFolder: path.join(place.folder, 'killed'),
      path: 'shop/killed',
      file,
    };
    const before = await uploader.run(request, ({ bytes }) => bytes >= 64 * MEGABYTE);
    expect(before.at(-1)?.state).toBe('running');
    expect(await server.mc('ls', 't/shop/killed')).toBe('');
    const after = await uploader.run({ ...request, resume: true });
    const first = after.find(({ bytes }) => bytes > 0);
    expect(first?.bytes).toBeGreaterThanOrEqual(64 * MEGABYTE);
    expect(after.at(-1)?.state).toBe('done');
    expect(await stored('killed')).toBe(sum);
    expect(Math.max(...[...before, ...after].map(({ memory }) => memory))).toBeLessThan(256 * MEGABYTE);
  });

  test('a server that is killed in the middle is waited for, and the upload goes on', async () => {
    const { file, sum } = await fileOf('sent', 200);
    const { transfers, when, end } = openTransfers('e');
    const { id } = await transfers.upload({ connection: 'minio', path: 'shop/survived', file });
    await when(id, ({ bytes }) => bytes >= 32 * MEGABYTE);
    await server.kill();
    await server.restart();
    expect(await end(id)).toMatchObject({ state: 'done' });
    expect(await stored('survived')).toBe(sum);
  });

  test('a file that changed while the upload was stopped is sent anew', async () => {
    const first = await fileOf('sent', 100);
    const one = openTransfers('f');
    const { id } = await one.transfers.upload({ connection: 'minio', path: 'shop/changed', file: first.file });
    await one.when(id, ({ bytes }) => bytes > 0);
    await one.transfers.close();
    const second = await fileOf('sent', 60);
    const two = openTransfers('f');
    expect(await two.transfers.list()).toMatchObject([{ id, state: 'stopped', path: 'shop/changed' }]);
    await two.transfers.resume(id);
    expect(await two.end(id)).toMatchObject({ state: 'done', totalBytes: 60 * MEGABYTE });
    expect(await stored('changed')).toBe(second.sum);
  });
});

describe('downloads', () => {
  test('go on behind what an earlier run left, and show the file when it is whole', async () => {
    const { file, sum } = await fileOf('large', 150);
    await server.mc('cp', file, 't/shop/large');
    const target = path.join(place.folder, 'got.bin');
    const request = { connection: 'minio', path: 'shop/large', file: target };
    const one = openTransfers('g');
    const { id } = await one.transfers.download(request);
    await one.when(id, ({ bytes }) => bytes > 0);
    await one.transfers.close();
    expect(await readdir(place.folder)).not.toContain('got.bin');
    const two = openTransfers('g');
    await two.transfers.resume(id);
    expect((await two.end(id)).state).toBe('done');
    expect(await sumOf(target)).toBe(sum);
    expect((await readdir(place.folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect((await errorOf(two.transfers.download(request))).code).toBe('FILE_CHANGED');
  });

  test('an object that changed meanwhile is fetched anew, never mixed', async () => {
    const first = await fileOf('large', 150);
    await server.mc('cp', first.file, 't/shop/mixed');
    const target = path.join(place.folder, 'mixed.bin');
    const one = openTransfers('h');
    const { id } = await one.transfers.download({ connection: 'minio', path: 'shop/mixed', file: target });
    await one.when(id, ({ bytes }) => bytes > 0);
    await one.transfers.close();
    const second = await fileOf('large', 150);
    await server.mc('cp', second.file, 't/shop/mixed');
    const two = openTransfers('h');
    await two.transfers.resume(id);
    expect((await two.end(id)).state).toBe('done');
    expect(await sumOf(target)).toBe(second.sum);
  });

  test('an empty object becomes an empty file, a missing one an error', async () => {
    const { file } = await fileOf('empty', 0);
    await server.mc('cp', file, 't/shop/empty');
    const { transfers, end } = openTransfers('i');
    const target = path.join(place.folder, 'empty.bin');
    await end((await transfers.download({ connection: 'minio', path: 'shop/empty', file: target })).id);
    expect((await readFile(target)).length).toBe(0);
    const missing = transfers.download({
      connection: 'minio',
      path: 'shop/missing',
      file: path.join(place.folder, 'm'),
    });
    expect((await errorOf(missing)).message).toBe('There is no object shop/missing.');
    const bucket = transfers.download({
      connection: 'minio',
      path: 'gone/missing',
      file: path.join(place.folder, 'm'),
    });
    expect((await errorOf(bucket)).message).toContain('no bucket gone');
  });
});
