import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FolderStatements } from '../../../src/main/lake/folders/folder-statements';
import { type LakeFixture, openLake } from './lake-fixture';

let fixture: LakeFixture;
let statements: FolderStatements;
beforeAll(async () => {
  fixture = await openLake();
  statements = new FolderStatements(fixture.folder, (work) => fixture.lake.reading(work));
});
afterAll(() => fixture.close());

const at = (...names: string[]) => path.join(fixture.folder, ...names);

/** A Delta table of two commits, as the format's protocol describes them. */
async function writeDelta(folder: string): Promise<void> {
  await mkdir(path.join(folder, '_delta_log'), { recursive: true });
  const fields = [{ name: 'id', type: 'long', nullable: true, metadata: {} }];
  const commit = async (version: number, rows: number, more: object[]) => {
    const name = `part-${version}.parquet`;
    await fixture.rows(
      `copy (select i + ${version * 100} as id from range(${rows}) t(i)) to '${path.join(folder, name)}'`,
    );
    const { size } = await stat(path.join(folder, name));
    const lines = [
      { commitInfo: { timestamp: 1_700_000_000_000 + version * 1000, operation: 'WRITE' } },
      ...more,
      { add: { path: name, partitionValues: {}, size, modificationTime: 1_700_000_000_000, dataChange: true } },
    ];
    const file = path.join(folder, '_delta_log', `${String(version).padStart(20, '0')}.json`);
    await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  };
  const format = { provider: 'parquet', options: {} };
  const schemaString = JSON.stringify({ type: 'struct', fields });
  await commit(0, 10, [
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    { metaData: { id: 'a', format, schemaString, partitionColumns: [], configuration: {}, createdTime: 1 } },
  ]);
  await commit(1, 5, []);
}

async function count(sql: string): Promise<string | null | undefined> {
  const prepared = await statements.prepare(sql);
  const { run, results } = await fixture.run(prepared.sql);
  expect(run.error).toBeUndefined();
  return String((await fixture.cells(results[0] as never))[0]?.[0]);
}

describe('a folder that another engine wrote is one table', () => {
  it('a Delta table with its versions', async () => {
    await writeDelta(at('data', 'events'));
    expect(await count("select count(*) from 'data/events'")).toBe('15');
    expect(await count("select events.id from 'data/events/' where id = 104")).toBe('104');
    const folder = await fixture.lake.tableFolder('data/events');
    expect(folder).toMatchObject({ format: 'delta', versions: [{ id: '1', operation: 'WRITE' }, { id: '0' }] });
    expect(folder?.versions[1]?.time).toBe(new Date(1_700_000_000_000).toISOString());
    expect(await count(`select count(*) from ${folder?.versions[1]?.relation}`)).toBe('10');
  });

  it('an Iceberg table with its snapshots, also where it has no version hint and was moved', async () => {
    await fixture.rows(`copy (select i as id from range(7) t(i)) to '${at('data', 'ice')}' (format iceberg)`);
    expect(await count("select count(*) from 'data/ice'")).toBe('7');
    const folder = await fixture.lake.tableFolder('data/ice');
    expect(folder).toMatchObject({ format: 'iceberg', versions: [{ operation: 'append' }] });
    expect(await count(`select count(*) from ${folder?.versions[0]?.relation}`)).toBe('7');
    const { rename, rm } = await import('node:fs/promises');
    await rename(at('data', 'ice'), at('data', 'moved'));
    expect(await count("select count(*) from 'data/moved'")).toBe('7');
    await rename(at('data', 'moved'), at('data', 'ice'));
    await rm(at('data', 'ice', 'metadata', 'version-hint.text'));
    expect(await count("select count(*) from 'data/ice'")).toBe('7');
  });

  it('the output of Spark, flat and by partitions', async () => {
    await mkdir(at('out', 'day=2024-01-01'), { recursive: true });
    await mkdir(at('flat'));
    await fixture.rows(`copy (select 1 as a) to '${at('out', 'day=2024-01-01', 'part-00000-x.snappy.parquet')}'`);
    await fixture.rows(`copy (select 1 as a) to '${at('flat', 'part-00000-x.csv')}'`);
    await writeFile(at('out', '_SUCCESS'), '');
    await writeFile(at('flat', '_SUCCESS'), '');
    expect(await count("select day from 'out'")).not.toBe('');
    expect(await count("select a from 'flat' as f")).toBe('1');
    expect(await fixture.lake.tableFolder('out')).toMatchObject({ format: 'spark', versions: [] });
  });

  it('and no other folder is', async () => {
    await mkdir(at('plain', 'metadata'), { recursive: true });
    await writeFile(at('plain', 'a.csv'), 'a\n1\n');
    expect(await fixture.lake.tableFolder('plain')).toBeUndefined();
    expect(await fixture.lake.tableFolder('nowhere')).toBeUndefined();
    const sql = "select * from 'plain/a.csv', 'nowhere' where x in ('plain')";
    expect((await statements.prepare(sql)).sql).toBe(sql);
  });
});
