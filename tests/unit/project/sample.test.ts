import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject } from '../../../src/main/project/create-project';
import type { Project } from '../../../src/main/project/project';
import { writeSampleProject } from '../../../src/main/project/sample/write-sample';
import { listWorksheets } from '../../../src/main/project/text-files';
import { isTrusted } from '../../../src/main/project/trust';
import { sampleFolderPath } from '../../../src/main/project/user-folder';
import { splitStatements } from '../../../src/shared/sql/split';
import { ended, outputOf, startChild, temporaryFolder } from './support';

const temporary = temporaryFolder();
let project: Project;
let instance: DuckDBInstance;
let connection: DuckDBConnection;
let milliseconds = 0;
const titles: string[] = [];

beforeAll(async () => {
  const started = Date.now();
  project = await createProject(sampleFolderPath(), {
    template: 'shop',
    onProgress: ({ title }) => titles.push(title),
  });
  milliseconds = Date.now() - started;
  instance = await DuckDBInstance.create(':memory:', { allow_unsigned_extensions: 'true' });
  connection = await instance.connect();
  for (const name of ['excel', 'encodings']) {
    const leaf = `@haybarn/ext-${name}-h1-5-5-${process.platform}-${process.arch}`;
    await connection.run(`load '${path.resolve('node_modules', leaf, 'bin', `${name}.duckdb_extension`)}'`);
  }
  await connection.run(`set file_search_path = '${project.folder}'`);
});

afterAll(() => {
  connection?.closeSync();
  instance?.closeSync();
});

async function one(sql: string): Promise<Record<string, unknown>> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson()[0] ?? {};
}

describe('the sample project', () => {
  it('is a trusted project of modest size, made in seconds, with progress', async () => {
    expect(milliseconds).toBeLessThan(30_000);
    expect(titles).toEqual(['Customers', 'Products', 'Orders', 'Order lines', 'Returns', 'Web events', 'Ready']);
    expect(project.config.name).toBe('shop');
    expect(project.config.files['data/suppliers.csv']).toMatchObject({ encoding: 'CP1252', decimal: ',' });
    expect(await isTrusted(project.folder)).toBe(true);
    expect((await project.info()).sample).toBe(true);
    expect(sizeOf(project.folder)).toBeLessThan(150e6);
    expect(readdirSync(path.dirname(project.folder))).toEqual(['shop']);
    expect(readdirSync(project.folder).sort()).toEqual([
      '.gitignore',
      '.millrace',
      'README.md',
      'data',
      'millrace.yaml',
      'queries',
    ]);
  });

  it('has the same values on every machine', async () => {
    const lines =
      "from 'data/order_lines/**/*.parquet' select count(*)::integer as lines, sum(quantity)::integer as pieces, sum(quantity * unit_price)::varchar as money, sum(order_id * line_no * product_id % 1000003)::varchar as digest";
    expect(await one(lines)).toEqual(LINES);
    expect(
      await one(
        "from 'data/orders.parquet' select count(*)::integer as orders, sum(order_id * customer_id * (second(ordered_at) + 1) % 1000003)::varchar as digest, count(*) filter (status = 'cancelled')::integer as cancelled",
      ),
    ).toEqual(ORDERS);
    for (const [name, hash] of Object.entries(HASHES)) expect([name, hashOf(name)]).toEqual([name, hash]);
  });

  it('is skewed and seasonal', async () => {
    const skew = await one(`with c as (select count(*) as n from 'data/orders.parquet' group by customer_id)
      select (sum(n) filter (n >= (select quantile_cont(n, 0.9) from c)) / sum(n))::double as top_tenth from c`);
    expect(skew.top_tenth).toBeGreaterThan(0.4);
    const season =
      await one(`select count(*) filter (month(ordered_at) = 12) / count(*) filter (month(ordered_at) = 8) as christmas,
      count(*) filter (year(ordered_at) = 2025) / count(*) filter (year(ordered_at) = 2024) as growth,
      count(*) filter (isodow(ordered_at) = 6) / count(*) filter (isodow(ordered_at) = 2) as saturday from 'data/orders.parquet'`);
    expect(season.christmas).toBeGreaterThan(1.6);
    expect(season.growth).toBeGreaterThan(1.15);
    expect(season.saturday).toBeGreaterThan(1.2);
  });

  it('fits together: every order has its customer and its lines, and none is older than its customer', async () => {
    expect(
      await one(`select count(*) filter (c.customer_id is null)::integer as nobody,
          count(*) filter (c.signed_up > o.ordered_at::date)::integer as early, count(*)::integer = count(distinct o.order_id)::integer as once
        from 'data/orders.parquet' o left join 'data/customers.csv' c using (customer_id)`),
    ).toEqual({ nobody: 0, early: 0, once: true });
    expect(
      await one(`select count(*) filter (o.order_id is null)::integer as without_order, count(*) filter (p.product_id is null)::integer as without_product,
          count(*) filter (loaded_at < l.ordered_at)::integer as too_early, count(distinct (order_id, line_no))::integer = count(*)::integer as once
        from 'data/order_lines/**/*.parquet' l left join 'data/orders.parquet' o using (order_id) left join 'data/products.json' p using (product_id)`),
    ).toEqual({ without_order: 0, without_product: 0, too_early: 0, once: true });
    expect(
      await one(`select count(*)::integer as returns_without_line from (select distinct order_id::bigint as order_id, line_no::integer as line_no
        from read_csv('data/returns_*.csv', union_by_name = true, all_varchar = true)) anti join 'data/order_lines/**/*.parquet' using (order_id, line_no)`),
    ).toEqual({ returns_without_line: 0 });
  });

  it('has the dirt that its README lists', async () => {
    const dirt = await one(`select
      (select count(*) from 'data/customers.csv' where postcode like '0%') as zeros,
      (select count(*) - count(distinct lower(trim(email))) from 'data/customers.csv' where email is not null) as registered_twice,
      (select count(distinct payment) from 'data/orders.parquet' where lower(trim(payment)) = 'paypal') as spellings,
      (select count(*) from 'data/order_lines/**/*.parquet' where month(ordered_at) <> month) as late,
      (select count(*) - count(distinct event_id) from 'data/events/*.ndjson.gz') as delivered_twice,
      (select count(*) from 'data/products.json' where json_type(to_json(attributes), '$.weight') = 'VARCHAR') as heavy,
      (select count(*) - count(distinct return_id) from 'data/returns_2025.csv') as returned_twice,
      (select count(*) from read_csv('data/returns_2025.csv', all_varchar = true) where returned_on like '__.__.____') as dotted,
      (select count(*) from read_csv('data/returns_2025.csv', all_varchar = true) where returned_on like '2024%') as of_2024,
      (select count(*) from read_csv('data/returns_2025.csv', all_varchar = true) where try_cast(quantity as integer) is null) as wrong`);
    for (const [name, count] of Object.entries(dirt)) expect(Number(count), name).toBeGreaterThan(1);
    const head = (name: string) => readFileSync(path.join(project.folder, 'data', name), 'utf8').split('\n')[0];
    expect(head('returns_2024.csv')).toBe('return_id,order_id,line_no,returned_on,quantity,reason,refund');
    expect(head('returns_2025.csv')).toBe('return_id,order_id,line_no,returned_on,quantity,reason,refund_amount');
    expect(
      await one(
        "select typeof(opened) as opened, square_metres from read_xlsx('data/stock.xlsx', sheet = 'Warehouses')",
      ),
    ).toEqual({ opened: 'DATE', square_metres: 12_400 });
    expect(
      await one(
        "select count(*)::integer as n, min(counted_on)::varchar as counted from read_xlsx('data/stock.xlsx', sheet = 'Stock')",
      ),
    ).toEqual({ n: 7_200, counted: '2025-12-23' });
    expect(readFileSync(path.join(project.folder, 'data', 'suppliers.csv')).includes(Buffer.from([0x80]))).toBe(true);
  });

  it('has four worksheets', async () => {
    expect((await listWorksheets(project)).map(({ name }) => name.slice(0, 3))).toEqual(['01_', '02_', '03_', '04_']);
  });

  it.each([1, 2, 3, 4])('worksheet %i runs from its first to its last statement, each with rows', async (number) => {
    const worksheet = (await listWorksheets(project))[number - 1];
    const text = readFileSync(path.join(project.folder, worksheet?.path ?? ''), 'utf8');
    const spans = splitStatements(text);
    expect(spans.length).toBeGreaterThan(4);
    for (const [index, { start, end }] of spans.entries()) {
      const sql = text.slice(start, end);
      const parameters = sql.includes('$since') ? { since: '2024-01-01' } : undefined;
      const reader = await connection.runAndReadAll(sql, parameters);
      expect(reader.currentRowCount, sql).toBeGreaterThan(0);
      // The app makes each result a view of this name; here the first one is all that is asked for.
      if (number === 4 && index === 0) await connection.run(`create temp table _1 as ${sql}`, parameters);
    }
  });

  it('is not written over what is there', async () => {
    const folder = temporary.path('taken');
    mkdirSync(folder);
    writeFileSync(`${folder}/mine.txt`, 'mine');
    await expect(writeSampleProject(folder)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    await expect(writeSampleProject(`${folder}/mine.txt`)).rejects.toMatchObject({
      code: expect.stringMatching(/^FILE_/),
    });
    expect(readdirSync(folder)).toEqual(['mine.txt']);
  });

  it('killed while it is made leaves no half project, and the next start clears up', async () => {
    const parent = temporary.path('killed');
    const child = await startChild(
      temporary.path(),
      `import { writeSampleProject } from 'millrace/main/project/sample/write-sample';
       await writeSampleProject(${JSON.stringify(`${parent}/shop`)}, { onProgress: ({ title }) => console.log(title) });`,
    );
    await outputOf(child, 'Order lines');
    child.kill('SIGKILL');
    await ended(child);
    expect(existsSync(`${parent}/shop`)).toBe(false);
    expect(readdirSync(parent)).toHaveLength(1);
    writeFileSync(`${parent}/blocked`, '');
    await expect(writeSampleProject(`${parent}/shop/../blocked/shop`)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    const next = writeSampleProject(`${parent}/shop`, {
      onProgress: () => {
        throw new Error('stopped');
      },
    });
    await expect(next).rejects.toThrow('stopped');
    expect(readdirSync(parent)).toEqual(['blocked']);
  });
});

const LINES = { digest: '1012538680133', lines: 2_028_266, money: '181332640.78', pieces: 2_880_469 };
const ORDERS = { orders: 699_637, digest: '349809614364', cancelled: 21_323 };
const HASHES: Record<string, string> = {
  'customers.csv': '754d89e6f01fbb8c',
  'products.json': '019e00dfa3803984',
  'returns_2024.csv': '8293a2d6fe60e600',
  'returns_2025.csv': '4df70c730835dd13',
  'suppliers.csv': 'f7f84d55a1de4476',
  'events/events_2025_q3.ndjson.gz': '299b1dacca7e5a72',
  'order_lines/year=2025/month=2/lines-0.parquet': '32926c7b75ece1df',
};

function hashOf(name: string): string {
  const content = readFileSync(path.join(project.folder, 'data', name));
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}
