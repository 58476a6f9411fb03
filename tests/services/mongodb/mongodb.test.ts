import { Binary, Decimal128, Double, Long, MongoClient, ObjectId, UUID } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenConnection } from '../../../src/main/connectors/connector';
import { mongodbConnector } from '../../../src/main/connectors/mongodb/mongodb';
import type { OptionValue, TestStep } from '../../../src/shared/connections';
import { errorShape } from '../../../src/shared/errors';
import { type MongoService, startMongodb } from '../../support/services/mongodb';
import { type IngestFixture, openIngest } from '../../unit/ingest/ingest-fixture';

let server: MongoService;
let client: MongoClient;
let project: IngestFixture;

const FIRST = new ObjectId('65a000000000000000000001');

beforeAll(async () => {
  server = await startMongodb();
  client = await new MongoClient(server.url).connect();
  const shop = client.db('shop');
  await shop.collection('reviews').insertMany([
    {
      _id: FIRST,
      price: Decimal128.fromString('1234567890123456789012.5678'),
      count: Long.fromString('9007199254740993'),
      at: new Date('2024-01-02T03:04:05.678Z'),
      who: { name: 'Ada "ä"\n', tags: ['x', 'y'] },
      share: 1.5,
      ok: true,
      gone: null,
    },
    { count: Long.MIN_VALUE, who: { name: 'Bob', age: 5 }, extra: 'only here', share: new Double(Number.NaN) },
    { count: 3, price: Decimal128.fromString('1.5E+3'), id: new UUID('11111111-2222-4333-8444-555555555555') },
    { lines: [{ sku: 'a', n: 1 }, { sku: 'b' }], raw: new Binary(Buffer.from('abc')) },
  ]);
  await shop.collection<{ _id: number; v: unknown }>('mixed').insertMany([
    { _id: 1, v: 5 },
    { _id: 2, v: 'five' },
  ]);
  await shop.collection('Größe 1.ä').insertOne({ n: 1 });
  await shop.collection('many').insertMany(Array.from({ length: 2_000 }, (_, n) => ({ n, v: 'x'.repeat(20) })));
  await shop.collection('reviews').createIndex({ at: 1 });
  await shop.createCollection('nothing');
  project = await openIngest();
  await project.connect({ mongo: { type: 'mongodb', host: server.host, port: server.port } });
});

afterAll(async () => {
  await project?.close();
  await client?.close();
  await server?.stop();
});

function connectionOf(options: Record<string, OptionValue>): OpenConnection {
  return {
    name: 'mongo',
    alias: 'mongo',
    type: 'mongodb',
    access: 'read',
    environment: 'dev',
    projectFolder: project.folder,
    options,
  };
}

async function steps(options: Record<string, OptionValue>): Promise<TestStep[]> {
  const seen: TestStep[] = [];
  for await (const step of mongodbConnector.test(connectionOf(options), new AbortController().signal)) seen.push(step);
  return seen;
}

describe('a MongoDB collection', () => {
  it('is read with the exact values of every type', async () => {
    await project.ingest({ source: 'mongo:shop.reviews', into: 'raw.reviews' });
    const [first, second, third, fourth] = await project.rows(
      `SELECT _id, price, count, "at", who.name AS name, who.age AS age, who.tags AS tags, share, ok, extra, id, lines[2].sku AS sku, raw
       FROM lake.raw.reviews ORDER BY rowid`,
    );
    expect(first).toMatchObject({
      _id: FIRST.toHexString(),
      price: '1234567890123456789012.5678',
      count: '9007199254740993',
      name: 'Ada "ä"\n',
      tags: ['x', 'y'],
      share: 1.5,
      ok: true,
      extra: null,
    });
    expect(new Date(String(first?.at)).toISOString()).toBe('2024-01-02T03:04:05.678Z');
    expect(second).toMatchObject({
      count: '-9223372036854775808',
      age: 5,
      extra: 'only here',
      share: 'NaN',
      price: null,
    });
    expect(third).toMatchObject({ count: '3', price: '1500.0000', id: '11111111-2222-4333-8444-555555555555' });
    expect(fourth).toMatchObject({ sku: 'b', raw: 'YWJj', count: null });
    const types = await project.rows<{ column_name: string; column_type: string }>('DESCRIBE lake.raw.reviews');
    expect(Object.fromEntries(types.map((row) => [row.column_name, row.column_type]))).toMatchObject({
      price: 'DECIMAL(26,4)',
      count: 'BIGINT',
      at: 'TIMESTAMP WITH TIME ZONE',
      id: 'UUID',
    });
  });

  it('is a table of a worksheet', async () => {
    const { connections } = project.services;
    const connection = await connections.open('mongo');
    const query = await mongodbConnector.exactRelation(connection, {
      path: ['shop', 'reviews'],
      reads: () => true,
      limit: undefined,
    });
    const rows = await project.rows(`SELECT count(*) AS n, sum(price) AS price FROM (${query})`);
    expect(rows).toEqual([{ n: '4', price: '1234567890123456790512.5678' }]);
    const worksheet = await project.services.engine.prepareSql?.(
      'select r.extra, m.v from mongo.shop.reviews r, mongo.shop.mixed m where r.extra is not null order by m._id',
    );
    expect(await project.rows(worksheet?.sql ?? '')).toEqual([
      { extra: 'only here', v: '5' },
      { extra: 'only here', v: '"five"' },
    ]);
    const two = await mongodbConnector.exactRelation(connection, {
      path: ['shop', 'many'],
      reads: () => true,
      limit: 2,
    });
    expect(await project.rows(`SELECT count(*) AS n FROM (${two})`)).toEqual([{ n: '2' }]);
  });

  it('with values of several types in one field keeps each, and an ingest says what to do', async () => {
    const connection = await project.services.connections.open('mongo');
    const query = await mongodbConnector.exactRelation(connection, {
      path: ['shop', 'mixed'],
      reads: () => true,
      limit: undefined,
    });
    expect(await project.rows(`SELECT v FROM (${query}) ORDER BY _id`)).toEqual([{ v: '5' }, { v: '"five"' }]);
    const shape = await project.failure({ source: 'mongo:shop.mixed', into: 'raw.mixed' });
    expect(shape.message).toContain('"v"');
    expect(shape.message).toContain('document 2 of shop.mixed');
  });

  it('that is empty, or is not there, is told as such', async () => {
    const report = await project.ingest({ source: 'mongo:shop.nothing', into: 'raw.nothing' });
    expect(report.notes).toEqual(['There were no records, so no table was made.']);
    expect(await project.failure({ source: 'mongo:shop.revews', into: 'raw.x' })).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('shop.revews'),
    });
  });

  it('goes on from a cursor, by merge', async () => {
    const request = { source: 'mongo:shop.many', into: 'raw.many', mode: 'merge' as const, key: ['_id'], cursor: 'n' };
    expect(await project.ingest(request)).toMatchObject({ rowsRead: 2_000, rowsWritten: 2_000, cursor: '1999' });
    await client.db('shop').collection('many').insertOne({ n: 2_000, v: 'new' });
    expect(await project.ingest(request)).toMatchObject({ rowsRead: 2, rowsWritten: 1, cursor: '2000' });
  });

  it('comes with all others of its database', async () => {
    const seen = await project.events({ source: 'mongo:shop.*', into: 'every', contract: { types: 'discard_value' } });
    const tables = seen.flatMap((event) => (event.type === 'table' ? [event.report.table] : []));
    expect(tables.sort()).toEqual(['every.größe_1_ä', 'every.many', 'every.mixed', 'every.nothing', 'every.reviews']);
  });
});

describe('a MongoDB connection', () => {
  it('unfolds into databases and collections with their counts', async () => {
    const { connections } = project.services;
    expect((await connections.listRemote('mongo', [])).nodes.map(({ name }) => name)).toContain('shop');
    const { nodes } = await connections.listRemote('mongo', ['shop']);
    expect(nodes.map(({ name }) => name)).toEqual(['Größe 1.ä', 'many', 'mixed', 'nothing', 'reviews']);
    expect(nodes.at(-1)).toMatchObject({ kind: 'collection', rows: 4, relation: 'mongo.shop.reviews' });
    expect(nodes[0]?.relation).toBe('mongo.shop."Größe 1.ä"');
    const page = await connections.listRemote('mongo', ['shop'], { size: 2 });
    expect(page).toMatchObject({ next: 'many' });
    expect((await connections.listRemote('mongo', ['shop'], { after: 'many', size: 2 })).nodes[0]?.name).toBe('mixed');
  });

  it('tells the structure of a collection from a sample', async () => {
    const connection = await project.services.connections.open('mongo');
    const { columns, keys, notes } = await mongodbConnector.describe(connection, ['shop', 'reviews']);
    const column = (name: string) => columns.find((one) => one.name === name);
    expect(column('who')).toMatchObject({
      type: 'STRUCT("name" VARCHAR, "tags" VARCHAR[], "age" INTEGER)',
      nullable: true,
    });
    expect(column('count')).toMatchObject({
      nativeType: 'long | int',
      comment: 'long 50 %, int 25 %, missing or null 25 %',
    });
    expect(keys.map(({ columns: names }) => names)).toEqual([['_id'], ['at']]);
    expect(notes[0]).toContain('all 4 documents');
  });

  it('says in a test what failed', async () => {
    const good = await steps({ host: server.host, port: server.port });
    expect(good.map(({ step, state }) => `${step} ${state}`)).toEqual([
      'name ok',
      'route ok',
      'tls skipped',
      'login ok',
      'right ok',
    ]);
    const closed = await steps({ host: '127.0.0.1', port: 1 });
    expect(closed.at(-1)).toMatchObject({ step: 'route', state: 'failed' });
    const unknown = await steps({ host: 'no-such-host.invalid' });
    expect(unknown.at(-1)).toMatchObject({ step: 'name', state: 'failed' });
  });

  it('with a wrong password names the login, and never the password', async () => {
    const guarded = await startMongodb({ login: { user: 'reader', password: 'right-one-1' } });
    try {
      const options = { host: guarded.host, port: guarded.port, user: 'reader' };
      const wrong = await steps({ ...options, password: 'wrong-one-2' });
      expect(wrong.at(-1)).toMatchObject({ step: 'login', state: 'failed', error: { code: 'ACCESS_DENIED' } });
      expect(JSON.stringify(wrong)).not.toContain('wrong-one-2');
      expect((await steps({ ...options, password: 'right-one-1' })).at(-1)).toMatchObject({
        step: 'right',
        state: 'ok',
      });
    } finally {
      await guarded.stop();
    }
  });

  it('whose server is killed while it is read fails, and the table is as it was', async () => {
    const other = await startMongodb();
    const own = await new MongoClient(other.url).connect();
    await own
      .db('d')
      .collection('c')
      .insertMany(Array.from({ length: 250 }, (_, n) => ({ n, v: 'x'.repeat(200_000) })));
    await own.close();
    const connection = { ...connectionOf({ host: other.host, port: other.port }), name: 'dying' };
    let lines = 0;
    const reading = mongodbConnector.read(connection, {
      path: ['d', 'c'],
      signal: new AbortController().signal,
      sink: {
        bytes: 0,
        async write() {
          lines += 1;
          if (lines === 1) other.kill();
        },
        rewind: async () => undefined,
      },
    });
    const error = await reading.then(
      () => undefined,
      (failure: unknown) => errorShape(failure),
    );
    expect(['CONNECTION_LOST', 'CONNECTION_FAILED']).toContain(error?.code);
    await mongodbConnector.close(connection);
    await other.stop();
  });
});
