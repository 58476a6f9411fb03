import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../support/services/postgres';
import { type IngestFixture, openIngest } from '../../unit/ingest/ingest-fixture';

let server: PostgresServer;
let project: IngestFixture;

beforeAll(async () => {
  server = await startPostgres();
  await server.run(`
    create table orders (id bigint primary key, amount numeric, note text, changed timestamptz not null);
    insert into orders values
      (1, 12345678901234567890.123456789, 'ä "x"', '2024-01-01 10:00:00+00'),
      (9007199254740993, null, null, '2024-01-02 10:00:00+00');
    create schema "Big Stuff";
    create table "Big Stuff"."Line Items" (n int);
    insert into "Big Stuff"."Line Items" select generate_series(1, 1000);
    create table "Big Stuff".empty (n int)`);
  project = await openIngest();
  process.env.INGEST_TEST_PASSWORD = server.password;
  await project.connect({
    shop_db: {
      type: 'postgres',
      host: server.host,
      port: server.port,
      database: server.database,
      user: server.user,
      password: '$' + '{INGEST_TEST_PASSWORD}',
    },
  });
});

afterAll(async () => {
  delete process.env.INGEST_TEST_PASSWORD;
  await project?.close();
  await server?.stop();
});

describe('tables of PostgreSQL into the lake', () => {
  const request = {
    source: 'shop_db:public.orders',
    into: 'raw.orders',
    mode: 'merge' as const,
    key: ['id'],
    cursor: 'changed',
  };

  it('come with exact values, and later only with what is new', async () => {
    expect(await project.ingest(request)).toMatchObject({ rowsRead: 2, rowsWritten: 2 });
    expect(await project.rows('SELECT id, amount::VARCHAR AS amount, note FROM lake.raw.orders ORDER BY id')).toEqual([
      { id: '1', amount: expect.stringMatching(/^12345678901234567890\.123456789/), note: 'ä "x"' },
      { id: '9007199254740993', amount: null, note: null },
    ]);
    await server.run(`update orders set note = 'new', changed = '2024-02-01 00:00:00+00' where id = 1`);
    expect(await project.ingest(request)).toMatchObject({ rowsRead: 2, rowsWritten: 1 });
    expect(await project.ingest(request)).toMatchObject({ rowsRead: 1, rowsWritten: 0 });
  });

  it('come all at once, each under its own name', async () => {
    const seen = await project.events({ source: 'shop_db:"Big Stuff".*', into: 'every', mode: 'replace' });
    const reports = seen.flatMap((event) => (event.type === 'table' ? [event.report] : []));
    expect(reports.map(({ table, rowsWritten }) => [table, rowsWritten]).sort()).toEqual([
      ['every.Line Items', 1_000],
      ['every.empty', 0],
    ]);
  });

  it('that are not there, or whose server has died, are an error, and the table is as it was', async () => {
    expect((await project.failure({ ...request, source: 'shop_db:public.ordrs' })).message).toContain('ordrs');
    await server.kill();
    const shape = await project.failure(request);
    expect(JSON.stringify(shape)).not.toContain(server.password);
    expect(await project.rows('SELECT count(*) AS n FROM lake.raw.orders')).toEqual([{ n: '2' }]);
  });
});
