import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorShape } from '../../../src/shared/errors';
import { type ConnectionsProject, openConnectionsProject } from '../../support/connections-project';

let project: ConnectionsProject;

/** Taken from the environment. */
const TOKEN = `\${MILLRACE_TEST_TOKEN}`;
const SHOP = { type: 'duckdb', path: 'shop.db' };

async function makeShop(folder: string): Promise<void> {
  const instance = await DuckDBInstance.create(path.join(folder, 'shop.db'));
  const connection = await instance.connect();
  await connection.run('create table orders as select 7 as id');
  connection.closeSync();
  instance.closeSync();
}

async function open(given: Parameters<typeof openConnectionsProject>[0] = {}): Promise<void> {
  project = await openConnectionsProject({ connections: { shop_db: SHOP }, ...given });
  await makeShop(project.folder);
}

const attached = async () => {
  const { results } = await project.run(
    "select database_name from duckdb_databases() where database_name like 'shop%'",
  );
  const last = results.at(-1);
  return last ? (await project.cells(last)).flat() : [];
};
const failure = (work: Promise<unknown>) => work.then(() => undefined, errorShape);

beforeEach(() => {
  process.env.MILLRACE_TEST_TOKEN = 'tok-5b1f';
});
afterEach(async () => {
  delete process.env.MILLRACE_TEST_TOKEN;
  await project?.close();
});

describe('connections of a project', () => {
  it('open when a statement names them, and not before', async () => {
    await open();
    expect(await attached()).toEqual([]);
    expect(project.connections.info('shop_db').state).toBe('idle');
    const { run, results } = await project.run('from shop_db.main.orders');
    expect(run.error).toBeUndefined();
    expect(await project.cells(results.at(-1) as never)).toEqual([['7']]);
    expect(project.connections.info('shop_db').state).toBe('connected');
    expect(project.events).toContainEqual({ type: 'connections' });
  });

  it('only read, unless their entry says otherwise', async () => {
    await open();
    expect((await project.run('insert into shop_db.main.orders values (8)')).run.error?.message).toMatch(/read-only/i);
    await project.configure({ shop_db: { ...SHOP, access: 'write' } });
    expect((await project.run('insert into shop_db.main.orders values (8)')).run.error).toBeUndefined();
  });

  it('are let go of when idle, and not while a transaction is open', async () => {
    await open({ options: { idleMilliseconds: 100 } });
    await project.run('begin; from shop_db.main.orders', { session: 'open' });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await attached()).toEqual(['shop_db']);
    await project.run('commit', { session: 'open' });
    await expect.poll(attached).toEqual([]);
    expect((await project.run('from shop_db.main.orders')).run.error).toBeUndefined();
  });

  it('stay while they are a worksheet’s default', async () => {
    await open({ options: { idleMilliseconds: 50 } });
    await project.run('use shop_db', { session: 'one' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await project.run('from orders', { session: 'one' })).run.error).toBeUndefined();
  });

  it('come back after the engine was opened anew', async () => {
    await open();
    await project.run('from shop_db.main.orders');
    await project.engine.reopen();
    expect((await project.run('from shop_db.main.orders')).run.error).toBeUndefined();
  });

  it('come back after a worksheet detached them', async () => {
    await open();
    expect((await project.run('from shop_db.main.orders; detach shop_db')).run.error).toBeUndefined();
    expect((await project.run('from shop_db.main.orders')).run.error).toBeUndefined();
  });

  it('follow an edit of millrace.yaml', async () => {
    await open();
    await project.run('from shop_db.main.orders');
    await project.configure({});
    expect(await attached()).toEqual([]);
    expect((await failure(project.connections.listRemote('shop_db', [])))?.code).toBe('NOT_FOUND');
  });

  it('say which file is missing, and are failed then', async () => {
    await open({ connections: { shop_db: { type: 'duckdb', path: 'gone.db' } } });
    const { run } = await project.run('from shop_db.main.orders');
    expect(run.error?.message).toContain('gone.db');
    expect(project.connections.info('shop_db').state).toBe('failed');
    expect(existsSync(path.join(project.folder, 'gone.db'))).toBe(false);
  });

  it('give way to a schema of the lake with their name', async () => {
    let schemas = ['raw'];
    await open({ options: { schemaNames: async () => schemas } });
    await project.run('from shop_db.main.orders');
    schemas = ['raw', 'shop_db'];
    expect((await project.run('from shop_db_conn.main.orders')).run.error).toBeUndefined();
    expect(project.connections.info('shop_db').alias).toBe('shop_db_conn');
    expect((await failure(project.connections.refuseName('shop_db')))?.code).toBe('NAME_TAKEN');
  });

  it('leave other statements alone where one is broken', async () => {
    await open({ connections: { shop_db: SHOP, broken: { type: 'postgres', password: 'hunter2' } } });
    expect((await project.run('from shop_db.main.orders')).run.error).toBeUndefined();
    const info = project.connections.info('broken');
    expect(info.problem?.code).toBe('PROJECT_INVALID');
    expect(JSON.stringify(info)).not.toContain('hunter2');
  });

  it('do not write to a bucket that they only read', async () => {
    const store = {
      type: 's3',
      endpoint: 'http://127.0.0.1:9',
      bucket: 'b',
      key_id: 'k',
      secret_key: TOKEN,
    };
    await open({ connections: { store } });
    const { run } = await project.run("copy (select 1) to 's3://b/x.csv'");
    expect(run.error?.code).toBe('CONNECTION_READ_ONLY');
  });

  it('answer for the longest fitting bucket and prefix', async () => {
    await open({
      connections: {
        all: { type: 's3' },
        raw: { type: 's3', bucket: 'raw' },
        day: { type: 's3', bucket: 'raw', prefix: 'day/' },
        again: { type: 's3', bucket: 'raw', prefix: 'day/' },
      },
    });
    expect(project.connections.nameOfUrl('s3://other/x')).toBe('all');
    expect(project.connections.nameOfUrl('s3://raw2/x')).toBe('all');
    expect(project.connections.nameOfUrl('s3://raw/x')).toBe('raw');
    expect(() => project.connections.nameOfUrl('s3://raw/day/x')).toThrow(/day and again/);
    expect(project.connections.nameOfUrl('gs://raw/x')).toBeUndefined();
  });
});

describe('secrets of connections', () => {
  const api = (url: string) => ({
    api: { type: 'http', url, auth: { type: 'bearer', token: TOKEN } },
  });

  it('go to the host that they were first used for, until the user confirms another', async () => {
    await open({ connections: api('https://one.example/v1') });
    expect((await project.connections.open('api')).options).toMatchObject({ auth: { token: 'tok-5b1f' } });
    await project.configure(api('https://two.example/v1'));
    const error = await failure(project.connections.open('api'));
    expect(error).toMatchObject({ code: 'SECRET_HOST_CHANGED' });
    expect(error?.message).toMatch(/one\.example:443.*two\.example:443/);
    await project.connections.confirmHost('api');
    await expect(project.connections.open('api')).resolves.toBeDefined();
    await project.configure(api('https://one.example/v2'));
    await expect(project.connections.open('api')).resolves.toBeDefined();
    await project.configure(api('http://one.example/v1'));
    expect((await failure(project.connections.open('api')))?.code).toBe('SECRET_HOST_CHANGED');
  });

  it('are not read in a folder that is not trusted', async () => {
    await open({ restricted: true, connections: { ...api('https://one.example'), shop_db: SHOP } });
    expect((await failure(project.connections.open('api')))?.code).toBe('NOT_TRUSTED');
    expect((await project.run('from shop_db.main.orders')).run.error?.code).toBe('NOT_TRUSTED');
  });

  it('that are missing say how to give them', async () => {
    delete process.env.MILLRACE_TEST_TOKEN;
    await open({ connections: api('https://one.example') });
    const error = await failure(project.connections.open('api'));
    expect(error).toMatchObject({ code: 'SECRET_MISSING' });
    expect(error?.hint).toContain('export MILLRACE_TEST_TOKEN=');
  });

  it('are never written to the project', async () => {
    await open({ connections: api('https://one.example') });
    await project.connections.open('api');
    await writeFile(path.join(project.folder, 'x'), '');
    expect(await readFile(path.join(project.folder, 'millrace.yaml'), 'utf8')).not.toContain('tok-5b1f');
    const bindings = await readFile(path.join(process.env.MILLRACE_HOME ?? '', 'secret-bindings.json'), 'utf8');
    expect(bindings).toContain('one.example:443');
    expect(bindings).not.toContain('tok-5b1f');
  });
});
