import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { azureConnector } from '../../../src/main/connectors/azure/azure';
import type { OpenConnection } from '../../../src/main/connectors/connector';
import { Deletions } from '../../../src/main/connectors/objects/deletions';
import { listEntries } from '../../../src/main/connectors/objects/object-browsing';
import { objectDetails, previewObject } from '../../../src/main/connectors/objects/object-preview';
import { Transfers } from '../../../src/main/connectors/objects/transfers';
import type { EngineConnection } from '../../../src/main/engine/connection';
import { findExtensions } from '../../../src/main/engine/extensions';
import type { Transfer } from '../../../src/shared/objects';
import { type Azurite, startAzurite } from '../../support/services/azurite';
import { freePort } from '../../support/services/database-process';
import { type EngineFixture, openEngine } from '../../unit/engine/engine-fixture';
import { errorOf, stepsOf, temporaryFolder } from './support/stores';

let server: Azurite;
let fixture: EngineFixture;
let engine: EngineConnection;
let place: Awaited<ReturnType<typeof temporaryFolder>>;
let connection: OpenConnection;
const never = new AbortController().signal;

beforeAll(async () => {
  server = await startAzurite();
  place = await temporaryFolder();
  fixture = await openEngine({ extensionFiles: findExtensions().found.map((extension) => extension.file) });
  engine = await fixture.engine.connect();
  connection = {
    type: 'azure',
    name: 'blobs',
    alias: 'blobs',
    access: 'write',
    environment: 'dev',
    projectFolder: '/',
    options: { account: server.account, key: server.key, endpoint: server.endpoint },
  };
  const service = new BlobServiceClient(server.endpoint, new StorageSharedKeyCredential(server.account, server.key));
  await service.createContainer('shop');
  await azureConnector.attach(connection, engine);
  await engine.run("COPY (SELECT i, 'name ' || i AS name FROM range(250) r(i)) TO 'az://shop/raw/2024/a.parquet'");
  const { writer } = await azureConnector.store(connection);
  for (let number = 0; number < 30; number += 1) {
    await writer.put('shop', `many/${String(number).padStart(3, '0')}.txt`, Buffer.from(`${number}`));
  }
}, 300_000);

afterAll(async () => {
  engine?.close();
  await fixture?.close();
  await server?.stop();
  await place?.remove();
});

const testOf = (options: OpenConnection['options']) =>
  stepsOf(azureConnector.test({ ...connection, options: { ...connection.options, ...options } }, never));

describe('a connection to Azure', () => {
  test('passes its test, also by a connection string', async () => {
    expect((await testOf({})).steps).toEqual(['name: ok', 'route: ok', 'tls: skipped', 'login: ok', 'right: ok']);
    const text = `AccountName=${server.account};AccountKey=${server.key};BlobEndpoint=${server.endpoint}`;
    const bare = { ...connection, options: { connection_string: text } };
    expect((await stepsOf(azureConnector.test(bare, never))).steps.at(-1)).toBe('right: ok');
  });

  test('tells a wrong key, a missing container and a port where nobody listens apart', async () => {
    const wrong = await testOf({ key: Buffer.from('another key').toString('base64') });
    expect(wrong.steps.at(-1)).toBe('login: ACCESS_DENIED');
    const gone = await testOf({ container: 'gone' });
    expect(gone.steps.at(-1)).toBe('right: NOT_FOUND');
    const silent = await testOf({ endpoint: `http://127.0.0.1:${await freePort()}/${server.account}` });
    expect(silent.steps.at(-1)).toBe('route: CONNECTION_FAILED');
  });

  test('is browsed in pages, and read by the engine', async () => {
    const { reader } = await azureConnector.store(connection);
    expect((await listEntries(connection, reader, '')).entries.map((entry) => entry.path)).toEqual(['shop/']);
    expect((await listEntries(connection, reader, 'shop/')).entries.map(({ name }) => name)).toEqual(['many/', 'raw/']);
    const first = await listEntries(connection, reader, 'shop/many/', { size: 20 });
    const second = await listEntries(connection, reader, 'shop/many/', { size: 20, after: first.next });
    expect([...first.entries, ...second.entries].map(({ name }) => name)).toHaveLength(30);
    expect(second.next).toBeUndefined();
    const details = await objectDetails(connection, reader, 'shop/raw/2024/a.parquet');
    expect(details.relation).toBe("'az://shop/raw/2024/a.parquet'");
    expect(await engine.rows(`SELECT count(*)::INT AS n FROM ${details.relation}`)).toEqual([{ n: 250 }]);
    expect(await previewObject(connection, azureConnector, engine, details.path)).toMatchObject({ kind: 'table' });
    expect((await errorOf(objectDetails(connection, reader, 'shop/none'))).message).toBe(
      'There is no object shop/none.',
    );
    expect((await errorOf(objectDetails(connection, reader, 'gone/none'))).message).toContain('no container gone');
  });

  test('uploads in blocks, goes on after it was stopped, and downloads the same bytes', async () => {
    const file = path.join(place.folder, 'sent');
    const content = randomBytes(64 * 1024 * 1024);
    await writeFile(file, content);
    const told: Transfer[] = [];
    const open = () =>
      new Transfers({
        stateFolder: place.folder,
        projectFolder: place.folder,
        storeOf: async () => ({ connection, store: await azureConnector.store(connection) }),
        emit: (transfer) => told.push(transfer),
      });
    const ended = (id: string, state: Transfer['state']) =>
      expect.poll(() => told.findLast((one) => one.id === id)?.state, { timeout: 60_000, interval: 20 }).toBe(state);
    const one = open();
    const { id } = await one.upload({ connection: 'blobs', path: 'shop/large', file });
    await expect.poll(() => told.some(({ bytes }) => bytes > 0), { timeout: 60_000, interval: 5 }).toBe(true);
    await one.close();
    const two = open();
    told.length = 0;
    await two.resume(id);
    await ended(id, 'done');
    expect(told.find(({ bytes }) => bytes > 0)?.bytes).toBeGreaterThanOrEqual(16 * 1024 * 1024);
    const target = path.join(place.folder, 'got');
    await ended((await two.download({ connection: 'blobs', path: 'shop/large', file: target })).id, 'done');
    const sum = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(sum(await readFile(target))).toBe(sum(content));
    await two.close();
  });

  test('deletes what was counted, and gives links', async () => {
    const store = await azureConnector.store(connection);
    const link = await store.reader.link('shop', 'many/007.txt', 60);
    expect(await (await fetch(link)).text()).toBe('7');
    expect(link).not.toContain(encodeURIComponent(server.key));
    const deletions = new Deletions();
    const plan = await deletions.measure(connection, store.reader, ['shop/many/']);
    expect(plan).toMatchObject({ count: 30, bytes: 50 });
    expect(await deletions.remove(plan.token, async () => ({ store }))).toEqual({ removed: 30, failed: [] });
    expect((await listEntries(connection, store.reader, 'shop/many/')).entries).toEqual([]);
  });
});
