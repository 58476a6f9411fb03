import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenConnection } from '../../../src/main/connectors/connector';
import { gcsConnector } from '../../../src/main/connectors/gcs/gcs';
import { Deletions } from '../../../src/main/connectors/objects/deletions';
import { listEntries } from '../../../src/main/connectors/objects/object-browsing';
import { objectDetails, previewObject } from '../../../src/main/connectors/objects/object-preview';
import { s3Connector } from '../../../src/main/connectors/s3/s3';
import type { EngineConnection } from '../../../src/main/engine/connection';
import { findExtensions } from '../../../src/main/engine/extensions';
import { type Minio, startMinio } from '../../support/services/minio';
import { minioConnection } from '../../support/services/minio-connection';
import { type EngineFixture, openEngine } from '../../unit/engine/engine-fixture';
import { errorOf, temporaryFolder } from './support/stores';

let server: Minio;
let place: Awaited<ReturnType<typeof temporaryFolder>>;
let fixture: EngineFixture;
let engine: EngineConnection;
let connection: OpenConnection;

beforeAll(async () => {
  server = await startMinio();
  place = await temporaryFolder();
  fixture = await openEngine({ extensionFiles: findExtensions().found.map((extension) => extension.file) });
  engine = await fixture.engine.connect();
  connection = minioConnection(server);
  await server.mc('mb', 't/shop');
  await server.mc('mb', 't/shop-archive');
  await s3Connector.attach(connection, engine);
  await engine.run(`COPY (SELECT i, 'name ' || i AS name, 12345678901234567890::DECIMAL(38, 0) AS big FROM range(250) r(i))
    TO 's3://shop/raw/2024/a.parquet'`);
  await engine.run("COPY (SELECT 1 AS a) TO 's3://shop-archive/old.parquet'");
  const folder = path.join(place.folder, 'keys');
  await mkdir(path.join(folder, 'many'), { recursive: true });
  await Promise.all(
    Array.from({ length: 2_500 }, (_, number) => {
      return writeFile(path.join(folder, 'many', `${String(number).padStart(5, '0')}.txt`), `${number}`);
    }),
  );
  await writeFile(path.join(folder, 'note äöü 1+1 100%.txt'), 'a note\nof two lines');
  await writeFile(path.join(folder, 'what[1]*.csv'), 'a,b\n1,x\n2,y\n');
  await writeFile(path.join(folder, 'bytes.bin'), Buffer.from([0, 1, 2, 255]));
  await server.mc('mirror', folder, 't/shop/keys');
  await server.addUser('reader', 'reader-secret', [
    { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: ['arn:aws:s3:::shop'] },
    { Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::shop/raw/*'] },
  ]);
}, 600_000);

afterAll(async () => {
  engine?.close();
  await fixture?.close();
  await server?.stop();
  await place?.remove();
});

const reader = async (of = connection) => (await s3Connector.store(of)).reader;

describe('browsing a store', () => {
  test('shows buckets, then prefixes and objects', async () => {
    const root = await listEntries(connection, await reader(), '');
    expect(root.entries.map(({ kind, path: at }) => `${kind} ${at}`)).toEqual(['bucket shop/', 'bucket shop-archive/']);
    const shop = await listEntries(connection, await reader(), 'shop/');
    expect(shop.entries.map(({ name }) => name)).toEqual(['keys/', 'raw/']);
    const keys = await listEntries(connection, await reader(), 's3://shop/keys/');
    expect(keys.entries.map(({ name }) => name)).toEqual([
      'many/',
      'bytes.bin',
      'note äöü 1+1 100%.txt',
      'what[1]*.csv',
    ]);
    expect(keys.entries[1]).toMatchObject({ kind: 'object', path: 'shop/keys/bytes.bin', size: 4 });
  });

  test('comes in pages that together hold every key once', async () => {
    const seen: string[] = [];
    let after: string | undefined;
    let pages = 0;
    do {
      const page = await listEntries(connection, await reader(), 'shop/keys/many/', { after, size: 1_000 });
      seen.push(...page.entries.map(({ name }) => name));
      after = page.next;
      pages += 1;
    } while (after !== undefined);
    expect(pages).toBe(3);
    expect(new Set(seen).size).toBe(2_500);
    expect(seen).toEqual([...seen].sort());
  });

  test('a path that ends within a name shows what begins so, with one request', async () => {
    const asked = await server.traced(async () => {
      const page = await listEntries(connection, await reader(), 'shop/keys/many/024');
      expect(page.entries.length).toBe(100);
      expect(page.entries[0]?.name).toBe('02400.txt');
    });
    expect(asked).toHaveLength(1);
  });

  test('the tree and the browser agree', async () => {
    const [bucket] = (await s3Connector.list(connection, [])).nodes;
    expect(bucket).toMatchObject({ kind: 'bucket', path: ['shop'], expandable: true });
    const page = await s3Connector.list(connection, ['shop', 'raw/', '2024/']);
    expect(page.nodes[0]).toMatchObject({
      path: ['shop', 'raw/', '2024/', 'a.parquet'],
      kind: 'object',
      relation: "'s3://shop/raw/2024/a.parquet'",
    });
  });

  test('a connection that is bound to a prefix shows that alone', async () => {
    const bound = minioConnection(server, { bucket: 'shop', prefix: 'raw' });
    const page = await listEntries(bound, await reader(bound), '');
    expect(page.entries.map(({ path: at }) => at)).toEqual(['shop/raw/2024/']);
    expect((await s3Connector.list(bound, [])).nodes[0]?.path).toEqual(['shop', 'raw/', '2024/']);
    expect((await errorOf(listEntries(bound, await reader(bound), 'shop/keys/'))).code).toBe('FORBIDDEN');
  });

  test('tells what the server knows of an object', async () => {
    const details = await objectDetails(connection, await reader(), 'shop/raw/2024/a.parquet');
    expect(details.size).toBeGreaterThan(1_000);
    expect(details.etag).toMatch(/^"[0-9a-f-]+"$/);
    expect(details.relation).toBe("'s3://shop/raw/2024/a.parquet'");
  });

  test('tells a missing object from a missing bucket and from a right that is lacking', async () => {
    const missing = await errorOf(objectDetails(connection, await reader(), 'shop/nothing'));
    expect(missing).toMatchObject({ code: 'NOT_FOUND', message: 'There is no object shop/nothing.' });
    const gone = await errorOf(objectDetails(connection, await reader(), 'gone/nothing'));
    expect(gone.message).toContain('no bucket gone');
    const restricted = minioConnection(server, { key_id: 'reader', secret_key: 'reader-secret' });
    const denied = await errorOf(objectDetails(restricted, await reader(restricted), 'shop/keys/bytes.bin'));
    expect(denied).toMatchObject({ code: 'ACCESS_DENIED' });
    expect(denied.message).toContain('s3:GetObject on shop/keys/bytes.bin');
  });
});

describe('the preview of an object', () => {
  test('of a Parquet file has rows with every digit', async () => {
    const preview = await previewObject(connection, s3Connector, engine, 'shop/raw/2024/a.parquet');
    expect(preview).toMatchObject({ kind: 'table', more: true });
    if (preview.kind !== 'table') throw new Error('no table');
    expect(preview.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'i BIGINT',
      'name VARCHAR',
      'big DECIMAL(38,0)',
    ]);
    expect(preview.rows).toHaveLength(100);
    expect(preview.rows[7]).toEqual(['7', 'name 7', '12345678901234567890']);
  });

  test('of a key with signs of patterns is of that key', async () => {
    const preview = await previewObject(connection, s3Connector, engine, 'shop/keys/what[1]*.csv');
    expect(preview).toMatchObject({
      kind: 'table',
      rows: [
        ['1', 'x'],
        ['2', 'y'],
      ],
      more: false,
    });
  });

  test('of text is text, of anything else bytes', async () => {
    const text = await previewObject(connection, s3Connector, engine, 'shop/keys/note äöü 1+1 100%.txt');
    expect(text).toEqual({ kind: 'text', text: 'a note\nof two lines', more: false });
    const bytes = await previewObject(connection, s3Connector, engine, 'shop/keys/bytes.bin');
    expect(bytes).toEqual({ kind: 'bytes', hex: '000102ff', more: false });
  });

  test('leaves no secret in the engine', async () => {
    await previewObject(connection, s3Connector, engine, 'shop/keys/what[1]*.csv');
    const secrets = await engine.rows<{ name: string }>('SELECT name FROM duckdb_secrets()');
    expect(secrets.map(({ name }) => name)).toEqual(['millrace_minio']);
  });
});

describe('what the engine reads', () => {
  test('a bucket whose name begins alike is not read through a bound connection', async () => {
    const bound = { ...minioConnection(server, { bucket: 'shop' }), name: 'bound' };
    await s3Connector.detach(connection, engine);
    await s3Connector.attach(bound, engine);
    expect(await engine.rows("SELECT count(*)::INT AS n FROM 's3://shop/raw/2024/a.parquet'")).toEqual([{ n: 250 }]);
    await expect(engine.rows("FROM 's3://shop-archive/old.parquet'")).rejects.toThrow();
    await s3Connector.detach(bound, engine);
    await s3Connector.attach(connection, engine);
  });

  test('gs:// is read through a connection of type gcs', async () => {
    const google: OpenConnection = { ...connection, type: 'gcs', name: 'google' };
    await gcsConnector.attach(google, engine);
    expect(await engine.rows("SELECT count(*)::INT AS n FROM 'gs://shop/raw/2024/*.parquet'")).toEqual([{ n: 250 }]);
    const [node] = (await gcsConnector.list(google, ['shop', 'raw/2024/'])).nodes;
    expect(node?.relation).toBe("'gs://shop/raw/2024/a.parquet'");
    const preview = await previewObject(google, gcsConnector, engine, 'shop/raw/2024/a.parquet');
    expect(preview.kind).toBe('table');
    await gcsConnector.detach(google, engine);
  });

  test('keys of an assumed role are told with their end', async () => {
    const role = minioConnection(server, {
      key_id: 'reader',
      secret_key: 'reader-secret',
      role_arn: 'arn:aws:iam::minio:role/x',
    });
    await s3Connector.attach({ ...role, name: 'role' }, engine);
    const again = { ...role, name: 'again' };
    await s3Connector.attach(again, engine);
    expect(s3Connector.attachedUntil(again)).toBeGreaterThan(Date.now() + 10 * 60_000);
    await s3Connector.detach(again, engine);
    await s3Connector.detach({ ...role, name: 'role' }, engine);
  });
});

describe('deleting', () => {
  const storeOf = async () => ({ store: await s3Connector.store(connection) });

  test('says count and size first, and takes what was counted and no more', async () => {
    const deletions = new Deletions();
    const { store } = await storeOf();
    const plan = await deletions.measure(connection, store.reader, ['shop/keys/many/', 'shop/keys/bytes.bin']);
    expect(plan).toMatchObject({ count: 2_501, bytes: 8_890 + 4 });
    await store.writer.put('shop', 'keys/many/came-later.txt', Buffer.from('new'));
    expect(await deletions.remove(plan.token, storeOf)).toEqual({ removed: 2_501, failed: [] });
    expect(await server.mc('ls', 't/shop/keys/many/')).toContain('came-later.txt');
    expect((await errorOf(deletions.remove(plan.token, storeOf))).code).toBe('NOT_FOUND');
  });

  test('is refused where the connection only reads', async () => {
    const { store } = await storeOf();
    const measured = new Deletions().measure({ ...connection, access: 'read' }, store.reader, ['shop/raw/']);
    expect((await errorOf(measured)).code).toBe('CONNECTION_READ_ONLY');
  });

  test('tells which objects a key without the right kept', async () => {
    const restricted = minioConnection(server, { key_id: 'reader', secret_key: 'reader-secret' });
    const deletions = new Deletions();
    const store = await s3Connector.store(restricted);
    const plan = await deletions.measure(restricted, store.reader, ['shop/raw/']);
    const outcome = await deletions.remove(plan.token, async () => ({ store }));
    expect(outcome).toMatchObject({
      removed: 0,
      failed: [{ path: 'shop/raw/2024/a.parquet', error: { code: 'ACCESS_DENIED' } }],
    });
  });
});

test('a link is good for whoever has it, and shows no secret key', async () => {
  const link = await (await reader()).link('shop', 'keys/note äöü 1+1 100%.txt', 60);
  expect(link).toContain('X-Amz-Expires=60');
  expect(link).not.toContain(server.rootPassword);
  expect(await (await fetch(link)).text()).toBe('a note\nof two lines');
});
