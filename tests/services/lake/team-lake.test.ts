import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { moveLake } from '../../../src/main/lake/move-lake';
import { Project } from '../../../src/main/project/project';
import { openServices, type Services } from '../../../src/main/server/services';
import { type Minio, startMinio } from '../../support/services/minio';
import { type PostgresServer, startPostgres } from '../../support/services/postgres';

let minio: Minio;
let postgres: PostgresServer;
let place: string;
const open: Services[] = [];

beforeAll(async () => {
  [minio, postgres] = [await startMinio(), await startPostgres()];
  await minio.mc('mb', 't/lake');
  await postgres.run('create database moved');
  place = await realpath(await mkdtemp(path.join(os.tmpdir(), 'millrace-team-')));
  process.env.MILLRACE_HOME = path.join(place, 'home');
  process.env.TEAM_PASSWORD = postgres.password;
  process.env.TEAM_SECRET = minio.rootPassword;
});
afterAll(async () => {
  for (const services of open) await services.close();
  await postgres?.stop();
  await minio?.stop();
  await rm(place, { recursive: true, force: true });
});

/** One machine of the team: a project of its own on the same catalog and bucket. */
async function machine(name: string, lake: string): Promise<Services> {
  const folder = path.join(place, name);
  const text = `name: ${name}
engine: { memory: 1GB, threads: 2 }
lake: ${lake}
connections:
  team_db:
    type: postgres
    access: write
    host: ${postgres.host}
    port: ${postgres.port}
    user: ${postgres.user}
    password: \${TEAM_PASSWORD}
    database: ${postgres.database}
  moved_db:
    type: postgres
    access: write
    host: ${postgres.host}
    port: ${postgres.port}
    user: ${postgres.user}
    password: \${TEAM_PASSWORD}
    database: moved
  store:
    type: s3
    access: write
    endpoint: ${minio.endpoint}
    region: us-east-1
    path_style: true
    key_id: ${minio.rootUser}
    secret_key: \${TEAM_SECRET}
`;
  const { mkdir } = await import('node:fs/promises');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'millrace.yaml'), text);
  const services = await openServices(await Project.open(folder, { trust: true }), () => undefined);
  open.push(services);
  return services;
}

const TEAM = (prefix: string) => `{ catalog: team_db, data: s3://lake/${prefix}/ }`;
const rows = <T>(services: Services, sql: string) => services.reading((connection) => connection.rows<T>(sql));
const into = { schema: 'raw', name: 't' };

describe('a team lake', () => {
  test('two machines write at once and nothing is lost', async () => {
    const [one, two] = [await machine('one', TEAM('both')), await machine('two', TEAM('both'))];
    expect(one.lake.status()).toMatchObject({ state: 'waiting', kind: 'team' });
    await one.lake.createTable({
      into,
      from: { sql: "select 0 as id, {'a': 1} as s, date '2024-01-01' as d" },
      mode: 'append',
    });
    const write = (services: Services, n: number) =>
      services.lake.createTable({
        into,
        from: { sql: `select ${n} as id, {'a': ${n}} as s, date '2024-01-01' + ${n} as d from range(50)` },
        mode: 'append',
      });
    await Promise.all([1, 2, 3, 4, 5, 6].map((n) => write(n % 2 === 0 ? one : two, n)));
    for (const services of [one, two]) {
      expect(
        await rows(services, 'select count(*)::int n, sum(s.a)::int s, max(d)::varchar d from lake.raw.t'),
      ).toEqual([{ n: 301, s: 50 * 21 + 1, d: '2024-01-07' }]);
    }
    const merge = (services: Services, from: number) =>
      services.lake.createTable({
        into: { schema: 'raw', name: `m${from}` },
        from: { sql: 'select i as id from range(100) t(i)' },
        mode: 'merge',
        key: ['id'],
      });
    await Promise.all([merge(one, 1), merge(two, 2)]);
    expect((await two.lake.tables()).map((table) => [table.name, table.rows])).toEqual([
      ['m1', 100],
      ['m2', 100],
      ['t', 301],
    ]);
  });

  test('a worksheet reads it by schema and name; no statement can read the password', async () => {
    const [one] = open as [Services];
    const session = await one.engine.openSession('sheet');
    const run = await session.run({ session: 'sheet', run: 'r1', sql: 'select count(*) from raw.t' });
    expect(run.error).toBeUndefined();
    const shown =
      JSON.stringify(await rows(one, 'select * from duckdb_databases()')) +
      JSON.stringify(await rows(one, 'from duckdb_secrets()'));
    expect(shown).not.toContain(postgres.password);
    expect(shown).not.toContain(minio.rootPassword);
  });

  test('snapshots, restore and maintenance', async () => {
    const [one] = open as [Services];
    const snapshots = await one.lake.snapshots(into);
    expect(snapshots).toHaveLength(7);
    await one.lake.restore(into, { version: snapshots.at(-1)?.id as number });
    expect(await one.lake.page(into)).toMatchObject({ rows: 1 });
    await one.lake.restore(into, { version: snapshots[0]?.id as number });
    expect(
      await one.lake.diff({
        table: into,
        from: snapshots[0]?.id as number,
        to: (await one.lake.snapshots(into))[0]?.id as number,
      }),
    ).toMatchObject({ added: 0, removed: 0 });
    for (const id of [700, 701]) {
      await one.lake.createTable({ into, from: { sql: `select ${id} as id` }, mode: 'append' });
    }
    expect((await one.lake.planMaintenance('merge')).count).toBeGreaterThan(0);
    await one.lake.maintain('merge');
    expect(await one.lake.planMaintenance('orphans')).toMatchObject({ files: 0 });
  });

  test('a lake of a folder moves to it and back with every row, and millrace.yaml changes last', async () => {
    const mover = await machine('mover', '{ location: lake }');
    await mover.lake.createTable({
      into: { schema: 'raw', name: 'orders' },
      from: {
        sql: "select i as id, 'x' || i as note, timestamp '2024-01-01' + i * interval 1 hour as at, [i, null] as l from range(5000) t(i)",
      },
      mode: 'append',
      partition: [{ column: 'at', transform: 'month' }],
    });
    const before = await rows(mover, 'select sum(hash(o)::hugeint)::varchar h from lake.raw.orders o');
    const moved = await moveLake(mover.lake, { catalog: 'moved_db', data: 's3://lake/moved/' });
    expect(moved).toMatchObject({ tables: [{ table: 'raw.orders', rows: 5000 }], notes: [] });
    expect(await readFile(path.join(mover.project.folder, 'millrace.yaml'), 'utf8')).toContain(
      'data: s3://lake/moved/',
    );
    expect(mover.lake.status()).toMatchObject({ state: 'attached', kind: 'team' });
    expect(await rows(mover, 'select sum(hash(o)::hugeint)::varchar h from lake.raw.orders o')).toEqual(before);
    expect((await mover.lake.page({ schema: 'raw', name: 'orders' })).partition).toEqual([
      { column: 'at', transform: 'month' },
    ]);
    await moveLake(mover.lake, { location: 'back' });
    expect(mover.lake.status()).toMatchObject({ kind: 'folder' });
    expect(await rows(mover, 'select sum(hash(o)::hugeint)::varchar h from lake.raw.orders o')).toEqual(before);
    const again = moveLake(mover.lake, { catalog: 'moved_db', data: 's3://lake/moved/' });
    await expect(again).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    expect(await rows(mover, 'select count(*)::int n from lake.raw.orders')).toEqual([{ n: 5000 }]);
  });

  test('a catalog that is away stops what names the lake, and nothing else', async () => {
    const away = await machine('away', TEAM('both'));
    await postgres.stop();
    const session = await away.engine.openSession('sheet');
    const plain = await session.run({ session: 'sheet', run: 'r2', sql: 'select 1' });
    expect(plain.error).toBeUndefined();
    const named = await session.run({ session: 'sheet', run: 'r3', sql: 'select * from lake.raw.t' });
    expect(named.error?.code).toMatch(/CONNECTION_FAILED|CONNECTION_LOST/);
    expect(away.lake.status()).toMatchObject({ state: 'failed' });
  });
});
