import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FileEntry } from '../../../src/shared/files';
import { withoutRoot } from '../../support/as-user';
import { type CatalogFixture, openCatalog } from './catalog-fixture';

let fixture: CatalogFixture;
let top: FileEntry[];

const entry = (name: string) => top.find((one) => one.name === name);

beforeAll(async () => {
  fixture = await openCatalog();
  const { write, folder } = fixture;
  await write('orders.csv', 'id\n1\n');
  await write('notes.md', '# x');
  await write('.hidden/x.csv', 'a\n');
  await write('node_modules/p/x.csv', 'a\n');
  await write('alike/1.csv', 'id,a\n1,2\n');
  await write('alike/2.csv', 'id,a\n3,4\n');
  await write('unlike/1.csv', 'id,a\n1,2\n');
  await write('unlike/2.csv', 'id,b\n3,4\n');
  await write('mixed/1.csv', 'id\n1\n');
  await write('mixed/2.json', '{"id":1}');
  await write('hive/y=2023/a.csv', 'id\n1\n');
  await write('hive/y=2024/a.csv', 'id\n2\n');
  await write('one/only.csv', 'id\n1\n');
  await write('unknown', 'PAR1....');
  await write('lake/catalog.ducklake', '');
  await write('lake/data/part.csv', 'id\n1\n');
  await write('file2.csv', 'a\n');
  await write('file10.csv', 'a\n');
  await symlink(folder, path.join(folder, 'loop'));
  await symlink(path.join(folder, 'nowhere'), path.join(folder, 'dangling.csv'));
  top = await fixture.files.list('');
});
afterAll(() => fixture.close());

describe('the explore tree', () => {
  test('shows folders first, leaves hidden ones out, and sorts numbers by value', () => {
    const names = top.map((one) => one.name);
    expect(names).not.toContain('.hidden');
    expect(names).not.toContain('node_modules');
    expect(names).not.toContain('.millrace');
    expect(names).not.toContain('lake');
    expect(names.indexOf('file2.csv')).toBeLessThan(names.indexOf('file10.csv'));
    expect(names.indexOf('unlike')).toBeLessThan(names.indexOf('orders.csv'));
  });

  test('a folder of like files is one table, others are folders', () => {
    expect(entry('alike')).toMatchObject({ kind: 'dataset', format: 'csv', fileCount: 2, expandable: true });
    expect(entry('unlike')).toMatchObject({ kind: 'folder' });
    expect(entry('mixed')).toMatchObject({ kind: 'folder' });
    expect(entry('one')).toMatchObject({ kind: 'folder' });
    expect(entry('hive')).toMatchObject({ kind: 'dataset', partitions: ['y'], fileCount: 2 });
  });

  test('formats come from the name, or from the content where the name tells none', () => {
    expect(entry('orders.csv')).toMatchObject({ format: 'csv', size: 5, expandable: true });
    expect(entry('unknown')).toMatchObject({ format: 'parquet' });
    expect(entry('notes.md')).toMatchObject({ format: 'other', expandable: false });
  });

  test('a link to a folder above does not open, a dangling one says so', () => {
    expect(entry('loop')).toMatchObject({ expandable: false, problem: expect.stringContaining('link') });
    expect(entry('dangling.csv')).toMatchObject({
      expandable: false,
      problem: expect.stringContaining('does not exist'),
    });
  });

  test('a folder without the right to read it is an entry that says so', async () => {
    const closed = path.join(fixture.folder, 'closed');
    await mkdir(closed);
    await chmod(closed, 0);
    await chmod(fixture.folder, 0o755);
    const entries = await withoutRoot(() => fixture.files.list(''));
    expect(entries.find((one) => one.name === 'closed')).toMatchObject({ problem: expect.any(String) });
    await chmod(closed, 0o700);
  });

  test('ten thousand files are listed', async () => {
    const folder = path.join(fixture.folder, 'crowd');
    await mkdir(folder);
    for (let start = 0; start < 10_000; start += 500) {
      await Promise.all(
        Array.from({ length: 500 }, (_, i) => writeFile(path.join(folder, `f${start + i}.csv`), 'a\n')),
      );
    }
    expect(await fixture.files.list('crowd')).toHaveLength(10_000);
  });

  test('a file from elsewhere is read once it was opened by hand, and no other beside it', async () => {
    const elsewhere = await realpath(await mkdtemp(path.join(tmpdir(), 'millrace-elsewhere-')));
    for (const name of ['asked.csv', 'other.csv']) await writeFile(path.join(elsewhere, name), 'id;zip\n1;00420\n');
    const asked = path.join(elsewhere, 'asked.csv');
    await expect(fixture.files.describe({ path: asked })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await fixture.files.openFile(asked)).toBe(asked);
    const { relation } = await fixture.files.describe({ path: asked });
    expect(await fixture.query(`from ${relation}`)).toEqual([{ id: '1', zip: '00420' }]);
    await expect(fixture.files.describe({ path: path.join(elsewhere, 'other.csv') })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(fixture.files.openFile(path.join(elsewhere, 'gone.csv'))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
    await rm(elsewhere, { recursive: true });
  });

  test('nothing outside of the project is listed, unless its folder was added', async () => {
    await expect(fixture.files.list('..')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(fixture.files.list('/etc')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const other = await openCatalog();
    await other.write('far.csv', 'zip\n00420\n');
    await fixture.files.addFolder(other.folder);
    expect((await fixture.files.list('')).at(-1)).toMatchObject({ path: other.folder, kind: 'folder' });
    expect(await fixture.files.list(other.folder)).toMatchObject([{ path: `${other.folder}/far.csv` }]);
    expect(await fixture.query(`from '${other.folder}/far.csv'`)).toEqual([{ zip: '00420' }]);
    await fixture.files.removeFolder(other.folder);
    await expect(fixture.files.list(other.folder)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await other.close();
  });

  test('a link out of the project is not followed', async () => {
    await symlink('/etc', path.join(fixture.folder, 'alike-out'));
    await expect(fixture.files.list('alike-out')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('completion knows every file and dataset', async () => {
    const paths = (await fixture.files.datasets()).map((one) => one.path);
    expect(paths).toEqual(expect.arrayContaining(['orders.csv', 'alike', 'hive', 'unlike/1.csv']));
    expect(paths).not.toContain('alike/1.csv');
  });
});

describe('a folder that is not trusted', () => {
  test('reads its own files by name, and nothing outside', async () => {
    const closed = await openCatalog({ restricted: true });
    try {
      await closed.write('a.csv', 'zip\n00420\n');
      await closed.write('d.json', '[{"a":1}]');
      expect(await closed.query(`from 'a.csv'`)).toEqual([{ zip: '00420' }]);
      expect(await closed.query(`from 'd.json'`)).toEqual([{ a: '1' }]);
      const outside = path.join(fixture.folder, 'orders.csv');
      expect((await closed.files.prepareSql(`from '${outside}'`)).sql).toBe(`from '${outside}'`);
      await expect(closed.query(`from '${outside}'`)).rejects.toThrow();
      await expect(closed.files.addFolder(fixture.folder)).rejects.toMatchObject({ code: 'NOT_TRUSTED' });
      await expect(closed.files.openFile(outside)).rejects.toMatchObject({ code: 'NOT_TRUSTED' });
      await expect(closed.files.describe({ path: outside })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    } finally {
      await closed.close();
    }
  });
});
