import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { quoteLiteral } from '../../../shared/sql/quote';
import { errorCode, exists, fileError, randomName } from '../atomic-file';
import { isAlive } from '../owner';
import { isEmptyFolder } from '../project-files';
import { SAMPLE_README } from './readme';
import { suppliersCsv } from './suppliers';
import { calendarSql, customersSql, eventsSql, ordersSql, productsSql, returnsSql } from './tables';
import { type WorkbookCell, workbookBytes } from './workbook';
import { WORKSHEETS } from './worksheets';

export interface SampleProgress {
  /** What is being made, as a user reads it. */
  title: string;
  /** From 0 to 1. */
  done: number;
}

const SAMPLE_CONFIG = `# A Millrace project. This file is plain text: edit it here or in the app, and keep it in git.
name: shop

# How files are read where the file itself does not say; the options beside a file's preview write here.
files:
  data/suppliers.csv:
    delimiter: ";"
    encoding: CP1252
    decimal: ","
    dateFormat: "%d.%m.%Y"

# How much of the machine the engine may use. The default is 60 % of the memory and all cores.
# engine:
#   memory: 4GB
#   threads: 4
#   temporary: 50GB
`;

/**
 * Writes the sample project `shop` into a folder that is empty or does not exist yet: about 50 MB in some seconds, the
 * same values on every machine. Until the last moment it grows in a folder beside, so that a crash leaves no half
 * sample. Throws FILE_CHANGED where the folder holds something.
 */
export async function writeSampleProject(
  folder: string,
  options: { onProgress?: (progress: SampleProgress) => void } = {},
): Promise<void> {
  const target = path.resolve(folder);
  await prepareParent(target);
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.making-${process.pid}-${randomName()}`);
  try {
    await writeEverything(temporary, options.onProgress ?? (() => undefined));
    await rmdir(target).catch(ignoreMissing);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw errorCode(error) ? fileError(error, folder) : error;
  }
}

async function writeEverything(folder: string, onProgress: (progress: SampleProgress) => void): Promise<void> {
  const data = path.join(folder, 'data');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '2GB',
    temp_directory: path.join(folder, '.tmp'),
  });
  try {
    await mkdir(path.join(data, 'events'), { recursive: true });
    await mkdir(path.join(folder, 'queries'));
    const connection = await instance.connect();
    const parts = sampleParts(data);
    for (const [index, part] of parts.entries()) {
      onProgress({ title: part.title, done: index / parts.length });
      for (const sql of part.sql) await connection.run(sql);
    }
    await writeFile(path.join(data, 'stock.xlsx'), await stockWorkbook(connection));
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
  await writeFile(path.join(data, 'suppliers.csv'), suppliersCsv());
  for (const [name, sql] of Object.entries(WORKSHEETS)) await writeFile(path.join(folder, 'queries', name), sql);
  await writeFile(path.join(folder, 'README.md'), SAMPLE_README);
  await writeFile(path.join(folder, '.gitignore'), '.millrace/\nlake/\n');
  await writeFile(path.join(folder, 'millrace.yaml'), SAMPLE_CONFIG);
  await rm(path.join(folder, '.tmp'), { recursive: true, force: true });
  onProgress({ title: 'Ready', done: 1 });
}

function sampleParts(data: string): { title: string; sql: string[] }[] {
  return [
    { title: 'Customers', sql: [...calendarSql(), ...customersSql(), copyCustomers(data)] },
    { title: 'Products', sql: [...productsSql(), copyProducts(data)] },
    { title: 'Orders', sql: [...ordersSql(), copyOrders(data)] },
    { title: 'Order lines', sql: copyLines(data) },
    { title: 'Returns', sql: [...returnsSql(), ...copyReturns(data)] },
    { title: 'Web events', sql: [...eventsSql(), ...copyEvents(data)] },
  ];
}

function copyCustomers(data: string): string {
  return `copy customers to ${file(data, 'customers.csv')} (format csv, header)`;
}

function copyProducts(data: string): string {
  return `copy (
      select product_id, sku, name, category, (cents / 100.0)::decimal(10, 2) as price, 'EUR' as currency, supplier_id, tags,
        json_object('colour', colour, 'weight', case when pick(product_id, 45, 40) = 0
            then to_json((weight / 1000.0)::decimal(6, 1) || ' kg') else to_json(weight) end,
          'sizes', if(category = 'Clothing', ['S', 'M', 'L', 'XL'], [])) as attributes,
        rating
      from products order by product_id
    ) to ${file(data, 'products.json')} (format json, array true)`;
}

function copyOrders(data: string): string {
  return `copy orders to ${file(data, 'orders.parquet')} (format parquet, compression zstd)`;
}

/** One thread, as several would deal the rows out to files by chance. */
function copyLines(data: string): string[] {
  return [
    'set threads = 1',
    `copy (
      select order_id, line_no, product_id, quantity, unit_price, discount_percent, ordered_at, loaded_at,
        year(loaded_at) as year, month(loaded_at) as month
      from lines order by loaded_at, order_id, line_no
    ) to ${file(data, 'order_lines')} (format parquet, compression zstd, partition_by (year, month), filename_pattern 'lines-{i}')`,
    'reset threads',
  ];
}

function copyReturns(data: string): string[] {
  const columns = (day: string, refund: string) =>
    `return_id, order_id, line_no, ${day} as returned_on, quantity, reason, refund as ${refund}`;
  const day =
    "if(returned_on < date '2025-04-01', strftime(returned_on, '%Y-%m-%d'), strftime(returned_on, '%d.%m.%Y'))";
  return [
    `copy (select ${columns('returned_on', 'refund')} from returns_of(false)) to ${file(data, 'returns_2024.csv')} (format csv, header)`,
    `copy (select ${columns(day, 'refund_amount')} from returns_of(true)) to ${file(data, 'returns_2025.csv')} (format csv, header)`,
  ];
}

function copyEvents(data: string): string[] {
  const quarters = [2024, 2025].flatMap((year) => [1, 2, 3, 4].map((quarter) => ({ year, quarter })));
  return quarters.map(({ year, quarter }) => {
    const version =
      year === 2025 && quarter > 2 ? `, app_version := if(kind = 'desktop', null, '3.' || pick(s, 131, 9))` : '';
    return `copy (
      select event_id, strftime(happened_at, '%Y-%m-%dT%H:%M:%SZ') as happened_at, 's' || s as session, customer_id, type,
        case type when 'search' then '/search' when 'product_view' then '/p/' || product_id when 'page_view' then '/' else '/cart' end as url,
        if(type in ('product_view', 'add_to_cart', 'purchase'), product_id, null) as product_id,
        struct_pack(kind := kind, os := case kind when 'desktop' then choose(['Windows', 'macOS', 'Linux'], s, 130)
          else choose(['Android', 'iOS'], s, 130) end${version}) as device
      from events, range(copies) copy
      where year(date '2024-01-01' + arrived::integer) = ${year} and quarter(date '2024-01-01' + arrived::integer) = ${quarter}
      order by arrived, i, copy.range
    ) to ${file(data, `events/events_${year}_q${quarter}.ndjson.gz`)} (format json, compression gzip)`;
  });
}

async function stockWorkbook(connection: DuckDBConnection): Promise<Buffer> {
  const warehouses: WorkbookCell[][] = [
    ['warehouse', 'city', 'country', 'opened', 'square_metres'],
    ['NORD', 'Hamburg', 'DE', { days: 16_801 }, 12_400],
    ['SUED', 'Linz', 'AT', { days: 18_140 }, 6_900],
    ['WEST', 'Utrecht', 'NL', { days: 19_052 }, 9_350],
  ];
  const reader = await connection.runAndReadAll(
    `select product_id::integer as product_id, sku, warehouse, on_hand::integer as on_hand, reorder_at::integer as reorder_at,
       (20453 - pick(i, 142, 9))::integer as counted_on
     from (
       select *, product_id * 4 + w as i, ['NORD', 'SUED', 'WEST'][w] as warehouse,
         floor(400 * part(i, 140) * part(i, 140)) as on_hand, 10 + pick(product_id, 141, 6) * 10 as reorder_at
       from products, range(1, 4) t(w)
     ) order by product_id, warehouse`,
  );
  const stock = reader
    .getRows()
    .map((row): WorkbookCell[] =>
      row.map((value, index) =>
        index === 5 ? { days: Number(value) } : typeof value === 'string' ? value : Number(value),
      ),
    );
  const head = ['product_id', 'sku', 'warehouse', 'on_hand', 'reorder_at', 'counted_on'];
  return workbookBytes([
    { name: 'Stock', rows: [head, ...stock] },
    { name: 'Warehouses', rows: warehouses },
  ]);
}

function file(folder: string, name: string): string {
  return quoteLiteral(path.join(folder, ...name.split('/')));
}

/** Refuses a folder that holds something, and clears what killed processes left beside it. */
async function prepareParent(target: string): Promise<void> {
  const parent = path.dirname(target);
  try {
    await mkdir(parent, { recursive: true });
    const leftover = `.${path.basename(target)}.making-`;
    for (const name of await readdir(parent)) {
      const pid = name.startsWith(leftover) ? /^\d+/.exec(name.slice(leftover.length))?.[0] : undefined;
      if (pid && !isAlive(Number(pid))) await rm(path.join(parent, name), { recursive: true, force: true });
    }
  } catch (error) {
    throw fileError(error, parent);
  }
  if ((await exists(target)) && !(await isEmptyFolder(target))) {
    throw fileError(Object.assign(new Error('not empty'), { code: 'ENOTEMPTY' }), target);
  }
}

function ignoreMissing(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error;
}
