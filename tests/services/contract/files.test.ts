import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { findExtensions } from '../../../src/main/engine/extensions';
import { type ContractServer, connectorContract } from './connector-contract';

const NUMBERS = Array.from({ length: 6 }, (_, index) => `create table d.main.t${index} as select ${index} as a`);

async function databaseFile(type: 'duckdb' | 'sqlite', extremes: string): Promise<{ folder: string; file: string }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'millrace-files-'));
  const file = path.join(folder, `shop ${type}.db`);
  const instance = await DuckDBInstance.create(':memory:', { allow_unsigned_extensions: 'true' });
  const connection = await instance.connect();
  const sqlite = findExtensions().found.find((extension) => extension.name === 'sqlite_scanner');
  await connection.run(`LOAD '${sqlite?.file}'`);
  await connection.run(`ATTACH '${file}' AS d (TYPE ${type})`);
  for (const sql of NUMBERS) await connection.run(sql);
  await connection.run(extremes);
  await connection.run('create table d.main.empty (a integer)');
  await connection.run('create table d.main."Größe 📦" as select 1 as "Länge"');
  await connection.run('create table d.main."Order ""x"" y" as select 2 as "A b"');
  await connection.run('DETACH d');
  connection.closeSync();
  instance.closeSync();
  return { folder, file };
}

async function startFile(
  type: 'duckdb' | 'sqlite',
  extremes: string,
  cells: (string | null)[][],
): Promise<ContractServer> {
  const { folder, file } = await databaseFile(type, extremes);
  return {
    entry: { type, options: { path: file } },
    nowhere: { type, options: { path: `${file}.gone` } },
    nowhereFails: 'name',
    parent: [],
    extremes: { path: ['main', 'extremes'], cells },
    empty: { path: ['main', 'empty'], cells: [] },
    unicode: { path: ['main', 'Größe 📦'], cells: [['1']] },
    quoted: { path: ['main', 'Order "x" y'], cells: [['2']] },
    slow: (alias) => `select sum(a.a + b.range + c.range) from ${alias}.main.t1 a, range(1000000) b, range(1000000) c`,
    stop: () => rm(folder, { recursive: true, force: true }),
  };
}

connectorContract({
  name: 'duckdb',
  start: () =>
    startFile(
      'duckdb',
      `create table d.main.extremes as select * from (values
         (1, 9223372036854775807::bigint, '-170141183460469231731687303715884105728'::hugeint, 'NaN'::double,
          99999999999999999999999999999999999.999::decimal(38,3), timestamp '1970-01-01 00:00:00.000001'),
         (2, null, null, null, null, null)) t(id, big, huge, dbl, amount, moment)`,
      [
        [
          '1',
          '9223372036854775807',
          '-170141183460469231731687303715884105728',
          'nan',
          '99999999999999999999999999999999999.999',
          '1970-01-01 00:00:00.000001',
        ],
        ['2', null, null, null, null, null],
      ],
    ),
});

connectorContract({
  name: 'sqlite',
  start: () =>
    startFile(
      'sqlite',
      `create table d.main.extremes as select * from (values
         (1, 9223372036854775807::bigint, 1.7976931348623157e308, 'ä''"'), (2, -9223372036854775808, -0.5, ''),
         (3, null, null, null)) t(id, big, dbl, txt)`,
      [
        ['1', '9223372036854775807', '1.7976931348623157e+308', 'ä\'"'],
        ['2', '-9223372036854775808', '-0.5', ''],
        ['3', null, null, null],
      ],
    ),
});

connectorContract({
  name: 'folder',
  async start() {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'millrace-folder-'));
    const put = (name: string, text: string) => writeFile(path.join(folder, name), text);
    for (let index = 0; index < 6; index += 1) await put(`t${index}.csv`, `a\n${index}\n`);
    await put('extremes.csv', 'id,big,txt\n1,9223372036854775807,ä\n2,-9223372036854775808,x\n3,,\n');
    await put('empty.csv', 'a,b\n');
    await put('Größe 📦.csv', 'Länge,x\n1,2\n');
    await put("it's A.csv", 'A b,c\n2,3\n');
    return {
      entry: { type: 'folder', options: { path: folder } },
      nowhere: { type: 'folder', options: { path: `${folder}-gone` } },
      nowhereFails: 'name',
      parent: [],
      extremes: {
        path: ['extremes.csv'],
        cells: [
          ['1', '9223372036854775807', 'ä'],
          ['2', '-9223372036854775808', 'x'],
          ['3', null, null],
        ],
      },
      empty: { path: ['empty.csv'], cells: [] },
      unicode: { path: ['Größe 📦.csv'], cells: [['1', '2']] },
      quoted: { path: ["it's A.csv"], cells: [['2', '3']] },
      stop: () => rm(folder, { recursive: true, force: true }),
    };
  },
});
