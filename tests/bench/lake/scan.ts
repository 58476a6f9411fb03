import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { findExtensions } from '../../../src/main/engine/extensions';
import { quoteLiteral } from '../../../src/shared/sql/quote';
import { type Minio, startMinio } from '../../support/services/minio';
import { type Backend, startSocketBackend } from '../explore/backend';
import { type BenchPlace, memoryEach } from '../explore/bench-place';
import { type Figure, median } from '../explore/figures';
import { runSql } from '../explore/run-sql';

const QUERY = "SELECT g, count(*), sum(v), max(t) FROM 's3://bench/scan/*.parquet' GROUP BY g ORDER BY g";

/** Parquet in a MinIO read by a worksheet and by bare DuckDB with httpfs; and what a second scan asks the server for. */
export async function measureScan(place: BenchPlace, rounds: number, rows: number): Promise<Figure[]> {
  const server = await startMinio();
  try {
    await server.mc('mb', 't/bench');
    const bare = await BareDuckDb.open(server);
    await bare.fill(rows);
    const folder = await place.project('scan');
    Object.assign(process.env, { BENCH_KEY: server.rootUser, BENCH_SECRET: server.rootPassword });
    await writeFile(path.join(folder, 'millrace.yaml'), projectFile(server));
    const backend = await startSocketBackend(place, folder);
    try {
      return await compare(server, backend, bare, rounds);
    } finally {
      await backend.stop();
      bare.close();
    }
  } finally {
    await server.stop();
  }
}

async function compare(server: Minio, backend: Backend, bare: BareDuckDb, rounds: number): Promise<Figure[]> {
  const events = await backend.events();
  const ours: number[] = [];
  const theirs: number[] = [];
  const timed = async (work: () => Promise<unknown>) => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  for (let round = 0; round <= rounds; round += 1) {
    // Other objects each time, as both keep what they have read.
    await server.mc('cp', '--recursive', 't/bench/data/', `t/bench/round${round}/`);
    const sql = QUERY.replace('scan/', `round${round}/`);
    const own = () => timed(() => runSql(backend, events, sql, 'scan'));
    const other = () => timed(() => bare.run(sql));
    const [first, second] = round % 2 === 0 ? [own, other] : [other, own];
    const [a, b] = [await first(), await second()];
    // The first round connects.
    if (round === 0) continue;
    ours.push(round % 2 === 0 ? a : b);
    theirs.push(round % 2 === 0 ? b : a);
  }
  const again = QUERY.replace('scan/', `round${rounds}/`);
  const asked = await server.traced(() => runSql(backend, events, again, 'scan'));
  const gets = asked.filter((line) => line.includes('GetObject')).length;
  events.close();
  return [
    {
      name: 'scan: worksheet beside bare DuckDB',
      value: median(ours) / median(theirs),
      unit: 'ratio',
      atMost: 1.1,
      detail: `${Math.round(median(ours))} ms against ${Math.round(median(theirs))} ms, ${rounds} rounds by turns`,
      samples: { ours, theirs },
    },
    {
      name: 'scan: GETs of the second scan',
      value: gets,
      unit: 'count',
      atMost: 0,
      detail: `the server was asked: ${asked.join(', ') || 'nothing'}`,
    },
  ];
}

function projectFile(server: Minio): string {
  return [
    'name: scan',
    'engine:',
    `  memory: ${memoryEach()}MB`,
    'connections:',
    '  minio:',
    '    type: s3',
    `    endpoint: ${server.endpoint}`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: millrace.yaml names environment variables so
    '    key_id: ${BENCH_KEY}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as above
    '    secret_key: ${BENCH_SECRET}',
    '',
  ].join('\n');
}

/** DuckDB with httpfs and nothing of ours but the memory limit. */
class BareDuckDb {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: Awaited<ReturnType<DuckDBInstance['connect']>>,
  ) {}

  static async open(server: Minio): Promise<BareDuckDb> {
    const instance = await DuckDBInstance.create(':memory:', { allow_unsigned_extensions: 'true' });
    const connection = await instance.connect();
    const httpfs = findExtensions().found.find((extension) => extension.name === 'httpfs');
    if (!httpfs) throw new Error('httpfs is not installed');
    await connection.run(`LOAD ${quoteLiteral(httpfs.file)}`);
    await connection.run(`SET memory_limit = '${memoryEach()}MB'`);
    await connection.run(
      `CREATE SECRET (TYPE s3, KEY_ID '${server.rootUser}', SECRET '${server.rootPassword}', ENDPOINT '${server.address}', REGION '${server.region}', USE_SSL false, URL_STYLE 'path')`,
    );
    return new BareDuckDb(instance, connection);
  }

  async fill(rows: number): Promise<void> {
    const each = Math.ceil(rows / 8);
    for (let part = 0; part < 8; part += 1) {
      await this.connection.run(
        `COPY (SELECT i % 100 AS g, random() AS v, 'text ' || hash(i) AS t FROM range(${part * each}, ${(part + 1) * each}) r(i)) TO 's3://bench/data/part-${part}.parquet'`,
      );
    }
  }

  async run(sql: string): Promise<void> {
    await (await this.connection.run(sql)).getRows();
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}
