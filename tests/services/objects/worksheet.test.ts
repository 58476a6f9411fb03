import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ObjectService } from '../../../src/main/server/object-service';
import { MillraceError } from '../../../src/shared/errors';
import { type ConnectionsProject, openConnectionsProject } from '../../support/connections-project';
import { type Minio, startMinio } from '../../support/services/minio';

let server: Minio;
let opened: ConnectionsProject;
let objects: ObjectService;

beforeAll(async () => {
  server = await startMinio();
  await server.mc('mb', 't/shop');
  await server.mc('mb', 't/archive');
  await server.addUser('reader', 'reader-secret', [
    { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: ['arn:aws:s3:::shop'] },
    { Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::shop/open/*'] },
  ]);
  Object.assign(process.env, { TEST_ROOT_SECRET: server.rootPassword, TEST_READER_SECRET: 'reader-secret' });
  const common = { type: 's3', endpoint: server.endpoint };
  const secretOf = (name: string) => `\${${name}}`;
  opened = await openConnectionsProject({
    connections: {
      owner: { ...common, key_id: server.rootUser, secret_key: secretOf('TEST_ROOT_SECRET'), access: 'write' },
      reader: { ...common, bucket: 'shop', key_id: 'reader', secret_key: secretOf('TEST_READER_SECRET') },
    },
  });
  objects = new ObjectService({
    project: opened.project,
    connections: opened.connections,
    connect: () => opened.engine.connect(),
    emit: () => undefined,
  });
  opened.engine.explainError = (sql, error) => objects.explain(sql, error);
  const { writer } = (await objects.open('owner')).store;
  await writer.put('shop', 'open/a.csv', Buffer.from('a,b\n1,x\n2,y\n'));
  await writer.put('shop', 'closed/a.csv', Buffer.from('a,b\n1,x\n'));
  await writer.put('archive', 'old.csv', Buffer.from('a\n7\n'));
}, 600_000);

afterAll(async () => {
  await objects?.close();
  await opened?.close();
  await server?.stop();
});

/** The error of a statement as the worksheet shows it. */
async function failureOf(sql: string): Promise<MillraceError> {
  const { run, results } = await opened.run(sql);
  const error = run.error ?? results.at(-1)?.error;
  if (!error) throw new Error('it did not fail');
  return new MillraceError(error);
}

describe('a worksheet on buckets', () => {
  test('reads each through the connection that is bound closest', async () => {
    const { results } = await opened.run("from 's3://shop/open/*.csv' order by a");
    expect(await opened.cells(results[0] as never)).toEqual([
      ['1', 'x'],
      ['2', 'y'],
    ]);
    const archive = await opened.run("from 's3://archive/old.csv'");
    expect(await opened.cells(archive.results[0] as never)).toEqual([['7']]);
  });

  test('does not write through a connection that only reads, and does through one that may', async () => {
    expect((await failureOf("copy (select 1 as a) to 's3://shop/open/new.csv'")).code).toBe('CONNECTION_READ_ONLY');
    const { run } = await opened.run("copy (select 1 as a) to 's3://archive/new.csv'");
    expect(run.state).toBe('done');
    expect(await server.mc('ls', 't/archive/new.csv')).toContain('new.csv');
  });

  test('says what is wrong with what cannot be read', async () => {
    expect((await failureOf("from 's3://shop/open/none.csv'")).message).toBe('There is no object shop/open/none.csv.');
    expect((await failureOf("from 's3://shop/none/*.csv'")).message).toBe('No object begins with shop/none/.');
    expect((await failureOf("from 's3://gone/a.csv'")).message).toContain('There is no bucket gone');
    const denied = await failureOf("from 's3://shop/closed/a.csv'");
    expect(denied.code).toBe('ACCESS_DENIED');
    expect(denied.message).toContain('s3:GetObject on shop/closed/a.csv');
    expect(JSON.stringify(denied.toShape())).not.toContain('reader-secret');
  });
});
