import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

export const TABLES = ['lineitem', 'orders', 'customer', 'part', 'partsupp', 'supplier', 'nation', 'region'] as const;

export interface Tpch {
  /** A DuckDB file with the eight tables. */
  file: string;
  /** The 22 queries in order. */
  queries: string[];
}

/** TPC-H at about 6 million lines, made once and kept outside the tree (MILLRACE_BENCH_CACHE). */
export async function tpch(say: (line: string) => void): Promise<Tpch> {
  const cache = process.env.MILLRACE_BENCH_CACHE ?? path.join(os.homedir(), '.cache', 'millrace-bench');
  const file = path.join(cache, 'tpch-sf1-v1.5.5.duckdb');
  const queries = path.join(cache, 'tpch-queries-v1.5.5.json');
  if (!existsSync(file) || !existsSync(queries)) {
    say(`Making TPC-H data once, in ${cache} (about a minute)…`);
    await mkdir(cache, { recursive: true });
    await make(file, queries);
  }
  return { file, queries: JSON.parse(await readFile(queries, 'utf8')) as string[] };
}

async function make(file: string, queries: string): Promise<void> {
  const half = `${file}.${process.pid}`;
  await rm(half, { force: true });
  const instance = await DuckDBInstance.create(half, { allow_unsigned_extensions: 'true' });
  const connection = await instance.connect();
  try {
    await connection.run(`LOAD '${extensionFile()}'`);
    await connection.run('CALL dbgen(sf = 1)');
    const rows = await (await connection.run('SELECT query FROM tpch_queries() ORDER BY query_nr')).getRows();
    await writeFile(queries, JSON.stringify(rows.map((row) => String(row[0]).trim().replace(/;$/, ''))));
    await connection.run('CHECKPOINT');
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  await rename(half, file);
}

function extensionFile(): string {
  const leaf = `@haybarn/ext-tpch-h1-5-5-${process.platform}-${process.arch}`;
  const manifest = createRequire(path.join(process.cwd(), 'package.json')).resolve(`${leaf}/package.json`);
  return path.join(path.dirname(manifest), 'bin', 'tpch.duckdb_extension');
}

/** SQL that makes the tables visible under their own names to every connection of an engine. */
export function attachSql(file: string): string[] {
  return [
    `ATTACH '${file.replaceAll("'", "''")}' AS tpch (READ_ONLY)`,
    ...TABLES.map((table) => `CREATE VIEW memory.main.${table} AS FROM tpch.main.${table}`),
  ];
}
