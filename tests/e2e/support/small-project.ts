import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** Rows of data/orders.parquet; enough that a grid has to scroll far. */
export const ORDER_ROWS = 100_000;

const CONFIG = 'name: small\n';

const FIRST_WORKSHEET = `-- orders with the highest amounts
select order_id, customer_id, ordered_at, status, amount
from 'data/orders.parquet'
order by amount desc, order_id;
`;

const ORDERS = `
  copy (
    select
      i::bigint as order_id,
      (i * 7919) % 5000 as customer_id,
      timestamp '2025-01-01' + to_seconds(i * 300) as ordered_at,
      ['new', 'paid', 'shipped', 'returned'][1 + i % 4] as status,
      (((i * 104729) % 500000) / 100)::decimal(12, 2) as amount,
      case when i % 5 = 0 then 'WINTER25' end as coupon
    from range(${ORDER_ROWS}) as orders(i)
  ) to '$file' (format parquet, row_group_size 20000)`;

const CUSTOMERS = `
  copy (
    select i as customer_id, 'Customer ' || i as name, ['de', 'fr', 'nl', 'at'][1 + i % 4] as country
    from range(5000) as customers(i)
  ) to '$file' (format csv, header)`;

/** Writes a project of a few files, the same each time, in under a second. */
export async function writeSmallProject(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'data'), { recursive: true });
  await mkdir(path.join(folder, 'queries'), { recursive: true });
  await writeFile(path.join(folder, 'millrace.yaml'), CONFIG);
  await writeFile(path.join(folder, 'queries', 'orders.sql'), FIRST_WORKSHEET);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(ORDERS.replace('$file', path.join(folder, 'data', 'orders.parquet')));
    await connection.run(CUSTOMERS.replace('$file', path.join(folder, 'data', 'customers.csv')));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
