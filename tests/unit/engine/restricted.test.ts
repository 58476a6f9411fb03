import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findExtensions, wantedExtensions } from '../../../src/main/engine/extensions';
import { absoluteFiles, absoluteTargets } from '../../../src/main/engine/restricted-files';
import { type EngineFixture, openEngine } from './engine-fixture';

let outside: string;
let fixture: EngineFixture;
beforeAll(async () => {
  outside = await mkdtemp(path.join(os.tmpdir(), 'millrace-outside-'));
  await writeFile(path.join(outside, 'secret.csv'), 'a\n1\n');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'millrace-untrusted-'));
  await mkdir(path.join(folder, 'data'));
  await writeFile(path.join(folder, 'data', 'x.csv'), 'a,b\n1,2\n');
  await writeFile(path.join(folder, 'data', 'y.csv'), 'a,b\n3,4\n');
  await symlink(outside, path.join(folder, 'link'));
  const extensionFiles = findExtensions(true)
    .found.map((extension) => extension.file)
    .filter((file) => !file.includes('encodings'));
  fixture = await openEngine({ projectFolder: folder, restricted: true, extensionFiles });
});
afterAll(async () => {
  await fixture.close();
  await rm(outside, { recursive: true, force: true });
});

describe('a folder that is not trusted', () => {
  it('says of SQLite files that trust is what is missing, not an extension', async () => {
    const { run } = await fixture.run("from sqlite_scan('data/shop.sqlite', 'items')");
    expect(run.error).toMatchObject({ code: 'NOT_TRUSTED', hint: expect.stringContaining('Trust the folder') });
  });

  it('has its own files read, by relative and absolute paths', async () => {
    for (const sql of [
      "from 'data/x.csv'",
      "select * from read_csv(['data/x.csv', 'data/y.csv']) limit 1",
      "select * from './data/x.csv', 'data/y.csv'",
      `from '${fixture.folder}/data/x.csv'`,
      "from 'data/*.csv' limit 1",
    ]) {
      expect((await fixture.run(sql)).run.error, sql).toBeUndefined();
    }
    const connection = await fixture.engine.connect();
    expect(await connection.rows("select a::int as a from 'data/x.csv'")).toEqual([{ a: 1 }]);
    connection.close();
  });

  it('reaches no other path, no address, no database and no extension', async () => {
    const attempts = [
      `from '${outside}/secret.csv'`,
      `from 'data/../../${path.basename(outside)}/secret.csv'`,
      "from '/etc/passwd'",
      "from '~/.ssh/id_rsa'",
      "from 'http://127.0.0.1:9/secrets'",
      "from 'link/secret.csv'",
      `from '${fixture.folder}/link/secret.csv'`,
      `select * from read_text('${outside}/secret.csv')`,
      `select * from glob('${outside}/*')`,
      "from 'https://127.0.0.1:9/x.csv'",
      "from 's3://bucket/x.parquet'",
      `attach '${outside}/other.duckdb'`,
      `select * from read_xlsx('${outside}/book.xlsx')`,
      `select * from read_avro('${outside}/x.avro')`,
      `create table t as from '${outside}/secret.csv'`,
      'install spatial',
      'load spatial',
      `load '${outside}/x.duckdb_extension'`,
      'set enable_external_access = true',
      "set allowed_directories = ['/']",
      'reset allowed_directories',
    ];
    for (const sql of attempts) {
      const { run } = await fixture.run(sql);
      expect(run.state, sql).toBe('failed');
      expect(run.error?.code, `${sql}: ${run.error?.message}`).toMatch(/NOT_TRUSTED|CONFIG_LOCKED|EXTENSION_MISSING/);
      expect(run.error?.hint, sql).toBeTruthy();
    }
  });

  it('does without SQLite, whose extension opens files past the rules', async () => {
    expect(wantedExtensions(true)).not.toContain('sqlite_scanner');
    expect((await fixture.run(`attach '${outside}/x.db' (type sqlite)`)).run.state).toBe('failed');
    expect((await fixture.run(`select * from sqlite_scan('${outside}/x.db', 't')`)).run.state).toBe('failed');
    expect(existsSync(path.join(outside, 'x.db'))).toBe(false);
  });

  it('writes no file, neither outside nor over the project’s state', async () => {
    for (const target of [`${outside}/w.csv`, 'w.csv', '.millrace/millrace.duckdb', 'link/w.csv']) {
      for (const sql of [
        `copy (select 1) to '${target}'`,
        `explain analyze copy (select 1) to '${target}'`,
        `prepare p as copy (select 1) to '${target}'`,
      ]) {
        expect((await fixture.run(sql)).run.error?.code, sql).toBe('NOT_TRUSTED');
      }
    }
    expect((await fixture.run(`export database '${fixture.folder}/dump'`)).run.error?.code).toBe('NOT_TRUSTED');
    expect(
      (await fixture.run("call enable_logging(storage = 'file', storage_path = '/tmp/log')")).run.error?.code,
    ).toBe('NOT_TRUSTED');
    expect(existsSync(path.join(outside, 'w.csv'))).toBe(false);
    expect((await fixture.run('create table millrace.mine (i int); from millrace.mine')).run.state).toBe('done');
  });

  it('sorts more than memory holds, so spilling works', async () => {
    expect(
      (
        await fixture.run(
          'create table big as select i, md5(i::varchar) as h from range(300000) r(i); select * from big order by h limit 5',
        )
      ).run.state,
    ).toBe('done');
  });
});

describe('relative file names', () => {
  it('are made absolute where SQL takes files, and nowhere else', () => {
    const make = (sql: string) => absoluteFiles(sql, '/p').sql;
    expect(make("select 'data/x.csv' from 'data/x.csv' join 'y.parquet' on true")).toBe(
      "select 'data/x.csv' from '/p/data/x.csv' join '/p/y.parquet' on true",
    );
    expect(make("from read_csv('a.csv', delim = ';')")).toBe("from read_csv('/p/a.csv', delim = ';')");
    expect(make("from read_csv(['a.csv', '/abs.csv', 's3://b/c.csv'], names = ['x'])")).toBe(
      "from read_csv(['/p/a.csv', '/abs.csv', 's3://b/c.csv'], names = ['x'])",
    );
    expect(make("select extract('year' from d), replace(x, 'a', 'b')")).toBe(
      "select extract('year' from d), replace(x, 'a', 'b')",
    );
  });

  it('are found in a text of very many literals without going through all of it for each', () => {
    const columns = Array.from({ length: 20_000 }, (_, index) => `'column ${index}': 'VARCHAR'`).join(', ');
    const sql = `from read_csv('data/wide.csv', columns={${columns}})`;
    expect(absoluteTargets(sql, '/p').sql).toBe(sql);
    expect(absoluteFiles(sql, '/p').sql).toContain("'/p/data/wide.csv'");
    const values = `insert into t values ${"('x'),".repeat(20_000)}('y')`;
    expect(absoluteTargets(values, '/p').sql).toBe(values);
  });

  it('keep the way back to the original place', () => {
    const sql = "from 'a.csv' where nope";
    const rewritten = absoluteFiles(sql, '/project');
    expect(rewritten.toOriginal(rewritten.sql.indexOf('nope'))).toBe(sql.indexOf('nope'));
    expect(rewritten.toOriginal(3)).toBe(3);
  });
});
