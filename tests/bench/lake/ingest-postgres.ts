import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { commandOf } from '../../support/services/database-process';
import { type PostgresServer, startPostgres } from '../../support/services/postgres';
import { startSocketBackend } from '../explore/backend';
import type { BenchPlace } from '../explore/bench-place';
import { type Figure, median } from '../explore/figures';

/** A PostgreSQL table into a lake table beside `psql \copy` of the same table to a file, by turns. */
export async function measurePostgres(place: BenchPlace, rounds: number, rows: number): Promise<Figure[]> {
  const psql = commandOf('psql', 'postgresql-client');
  const server = await startPostgres();
  try {
    await server.run(`
      create table orders as select i::bigint as id, (i % 100000)::int as customer, now() + i * interval '1 second' as at,
        (i % 10000) / 100.0::numeric(10, 2) as amount, 'note of the order ' || i as note, i % 7 = 0 as paid,
        (i % 50)::smallint as kind, md5(i::text) as mark, (i % 365)::int as day, i * 1.5::float8 as weight, 'EUR' as currency
      from generate_series(1, ${rows}) i;
      alter table orders alter column amount type numeric(10, 2);
      analyze orders`);
    const folder = await place.project('ingest-postgres');
    await writeFile(path.join(folder, 'millrace.yaml'), projectFile(server));
    process.env.BENCH_PG_PASSWORD = server.password;
    const backend = await startSocketBackend(place, folder);
    try {
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let round = 0; round <= rounds; round += 1) {
        const started = performance.now();
        const request = { source: 'db:public.orders', into: 'raw.orders', mode: 'replace' };
        const told = Buffer.from(await backend.post('/api/ingest', { request })).toString();
        if (!told.includes('"type":"table"')) throw new Error(told.slice(-2_000));
        const own = performance.now() - started;
        const other = copyOut(psql, server, path.join(place.place, 'orders.csv'));
        // The first round connects and warms the server's cache.
        if (round === 0) continue;
        ours.push(own);
        theirs.push(other);
      }
      return [
        {
          name: `ingest: ${rows.toLocaleString('en-US')} rows of PostgreSQL beside \\copy`,
          value: median(ours) / median(theirs),
          unit: 'ratio',
          atMost: 0.8,
          detail: `${Math.round(median(ours))} ms against ${Math.round(median(theirs))} ms, ${rounds} rounds by turns`,
          samples: { ours, theirs },
        },
      ];
    } finally {
      await backend.stop();
    }
  } finally {
    await server.stop();
  }
}

function copyOut(psql: string, server: PostgresServer, file: string): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(psql, ['-X', '-q', '-c', `\\copy orders to '${file}' with (format csv)`], {
    encoding: 'utf8',
    env: {
      ...process.env,
      PGHOST: server.host,
      PGPORT: String(server.port),
      PGUSER: server.user,
      PGDATABASE: server.database,
      PGPASSWORD: server.password,
    },
  });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - started;
}

function projectFile({ host, port, database, user }: PostgresServer): string {
  const password = '$' + '{BENCH_PG_PASSWORD}';
  return `name: bench\nconnections:\n  db:\n    type: postgres\n    host: ${host}\n    port: ${port}\n    database: ${database}\n    user: ${user}\n    password: ${JSON.stringify(password)}\n`;
}
