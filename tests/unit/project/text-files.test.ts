import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  listDrafts,
  readDraft,
  removeDraft,
  saveDraft,
  untitledKey,
  worksheetKey,
} from '../../../src/main/project/drafts';
import {
  createTextFile,
  deleteFile,
  listWorksheets,
  readTextFile,
  renameTextFile,
  restoreFile,
  writeTextFile,
} from '../../../src/main/project/text-files';
import { emptyOldTrash } from '../../../src/main/project/trash';
import { canUnshare, ended, outputOf, startChild, temporaryFolder } from './support';

const temporary = temporaryFolder();
let project = { folder: '', stateFolder: '' };
let count = 0;

beforeEach(() => {
  count += 1;
  const folder = temporary.path(`shop-${count}`);
  project = { folder, stateFolder: `${folder}/.millrace` };
  mkdirSync(project.stateFolder, { recursive: true, mode: 0o700 });
});

const onDisk = (file: string) => readFileSync(path.join(project.folder, file), 'utf8');

describe('saving a worksheet', () => {
  it('writes what was typed, byte for byte', async () => {
    const text = "select 'ä€𝄞';\r\n-- end\n\n";
    const created = await createTextFile(project, 'queries/new/a.sql', text);
    expect(onDisk('queries/new/a.sql')).toBe(text);
    expect(await readTextFile(project, 'queries/new/a.sql')).toEqual(created);
    const saved = await writeTextFile(project, 'queries/new/a.sql', 'select 2', created.hash);
    expect(saved.hash).not.toBe(created.hash);
    expect(onDisk('queries/new/a.sql')).toBe('select 2');
    expect(readdirSync(`${project.folder}/queries/new`)).toEqual(['a.sql']);
  });

  it('never writes over an outside change, and keeps the draft', async () => {
    const { hash } = await createTextFile(project, 'a.sql', 'old');
    await saveDraft(project, worksheetKey('a.sql'), { text: 'mine', baseHash: hash });
    writeFileSync(`${project.folder}/a.sql`, 'theirs');
    await expect(writeTextFile(project, 'a.sql', 'mine', hash)).rejects.toMatchObject({
      code: 'FILE_CHANGED',
      at: { file: 'a.sql' },
    });
    expect(await readTextFile(project, 'a.sql')).toMatchObject({
      text: 'theirs',
      draft: { text: 'mine', baseHash: hash },
    });
    const { hash: theirs } = await readTextFile(project, 'a.sql');
    await writeTextFile(project, 'a.sql', 'both', theirs);
    expect(await readTextFile(project, 'a.sql')).not.toHaveProperty('draft');
  });

  it('tells a deleted file and one that appeared', async () => {
    const { hash } = await createTextFile(project, 'a.sql', 'old');
    await rm(`${project.folder}/a.sql`);
    await expect(writeTextFile(project, 'a.sql', 'mine', hash)).rejects.toMatchObject({
      code: 'FILE_CHANGED',
      message: expect.stringContaining('deleted'),
    });
    writeFileSync(`${project.folder}/a.sql`, 'theirs');
    await expect(createTextFile(project, 'a.sql', 'mine')).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    expect(onDisk('a.sql')).toBe('theirs');
  });

  it('by two windows at once lets one win and tells the other', async () => {
    const { hash } = await createTextFile(project, 'a.sql', 'old');
    const results = await Promise.allSettled(
      ['one', 'two', 'three'].map((text) => writeTextFile(project, 'a.sql', text, hash)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(onDisk('a.sql')).toBe('one');
  });

  it('keeps permissions, a byte order mark and a link', async () => {
    writeFileSync(`${project.folder}/a.sql`, '\uFEFFselect 1');
    await chmod(`${project.folder}/a.sql`, 0o640);
    symlinkSync('a.sql', `${project.folder}/link.sql`);
    const file = await readTextFile(project, 'link.sql');
    expect(file.text).toBe('select 1');
    await writeTextFile(project, 'link.sql', 'select 2', file.hash);
    expect(onDisk('a.sql')).toBe('\uFEFFselect 2');
    expect(statSync(`${project.folder}/a.sql`).mode & 0o777).toBe(0o640);
  });

  it('says why a file cannot be edited', async () => {
    writeFileSync(`${project.folder}/latin.sql`, Buffer.from([0x73, 0xe4]));
    writeFileSync(`${project.folder}/big.sql`, Buffer.alloc(21 * 1024 * 1024, 0x20));
    await expect(readTextFile(project, 'latin.sql')).rejects.toMatchObject({ code: 'FILE_FORMAT' });
    await expect(readTextFile(project, 'big.sql')).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    await expect(readTextFile(project, 'none.sql')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(readTextFile(project, '../x.sql')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(createTextFile(project, 'con.sql')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(createTextFile(project, 'latin.sql/x.sql')).rejects.toMatchObject({
      code: expect.stringMatching(/^FILE_/),
    });
  });

  it.runIf(canUnshare())('on a full disk leaves the file as it was and says so', async () => {
    const disk = temporary.path('small disk');
    mkdirSync(disk);
    const child = await startChild(
      temporary.path(),
      `import { createTextFile, readTextFile, writeTextFile } from 'millrace/main/project/text-files';
       const project = { folder: ${JSON.stringify(disk)}, stateFolder: ${JSON.stringify(`${disk}/.millrace`)} };
       const { hash } = await createTextFile(project, 'a.sql', 'old');
       const error = await writeTextFile(project, 'a.sql', 'x'.repeat(600_000), hash).catch((thrown) => thrown);
       const { readdirSync } = await import('node:fs');
       console.log(JSON.stringify([error.code, (await readTextFile(project, 'a.sql')).text, readdirSync(project.folder)]) + ' end');`,
      { wrapper: ['unshare', '-Urm', 'sh', '-c', 'mount -t tmpfs -o size=256k disk "$0" && exec "$@"', disk] },
    );
    expect(await outputOf(child, ' end')).toBe('["DISK_FULL","old",["a.sql"]] end\n');
  });
});

describe('worksheets', () => {
  it('are listed with those of queries/ first, in the order a person counts', async () => {
    for (const file of [
      'queries/10_b.sql',
      'queries/2_a.sql',
      'etl/x.SQL',
      'top.sql',
      'lake/no.sql',
      'node_modules/p/no.sql',
      'a.txt',
    ]) {
      mkdirSync(path.dirname(path.join(project.folder, file)), { recursive: true });
      writeFileSync(path.join(project.folder, file), 'select 1');
    }
    symlinkSync('..', `${project.folder}/etl/loop`);
    expect((await listWorksheets(project)).map((file) => file.path)).toEqual([
      'queries/2_a.sql',
      'queries/10_b.sql',
      'etl/x.SQL',
      'top.sql',
    ]);
  });

  it('are renamed with their draft, never over another', async () => {
    const { hash } = await createTextFile(project, 'a.sql', 'a');
    await createTextFile(project, 'b.sql', 'b');
    await saveDraft(project, worksheetKey('a.sql'), { text: 'draft', baseHash: hash });
    await expect(renameTextFile(project, 'a.sql', 'b.sql')).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    await renameTextFile(project, 'a.sql', 'sub/c.sql');
    expect(await readTextFile(project, 'sub/c.sql')).toMatchObject({ text: 'a', draft: { text: 'draft' } });
    expect(await readDraft(project, worksheetKey('a.sql'))).toBeUndefined();
    expect(onDisk('b.sql')).toBe('b');
    await expect(renameTextFile(project, 'gone.sql', 'd.sql')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('that are deleted lie in the trash with their draft, and come back', async () => {
    const { hash } = await createTextFile(project, 'queries/a.sql', 'kept');
    await saveDraft(project, worksheetKey('queries/a.sql'), { text: 'newer', baseHash: hash });
    const id = await deleteFile(project, 'queries/a.sql');
    expect(readdirSync(`${project.folder}/queries`)).toEqual([]);
    expect(await listDrafts(project)).toEqual([]);
    await createTextFile(project, 'queries/a.sql', 'other');
    await expect(restoreFile(project, id)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    await deleteFile(project, 'queries/a.sql');
    expect(await restoreFile(project, id)).toBe('queries/a.sql');
    expect(await readTextFile(project, 'queries/a.sql')).toMatchObject({
      text: 'kept',
      draft: { text: 'newer', baseHash: hash },
    });
    await expect(restoreFile(project, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(restoreFile(project, '../drafts')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(deleteFile(project, '.')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('that were deleted more than 30 days ago are gone for good', async () => {
    await createTextFile(project, 'old.sql', 'old');
    const id = await deleteFile(project, 'old.sql');
    const day = 24 * 3_600_000;
    await emptyOldTrash(project, Date.now() + 29 * day);
    expect(readdirSync(`${project.stateFolder}/trash`)).toContain(id);
    await emptyOldTrash(project, Date.now() + 31 * day);
    expect(readdirSync(`${project.stateFolder}/trash`)).toEqual([]);
    await expect(restoreFile(project, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('drafts', () => {
  it('are kept for files and for worksheets without one, listed newest first, and forgotten when told', async () => {
    await saveDraft(project, untitledKey('1'), { text: 'select 1', baseHash: '' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await saveDraft(project, worksheetKey('queries/ä b.sql'), { text: '', baseHash: 'abc' });
    expect((await listDrafts(project)).map(({ key, text }) => [key, text])).toEqual([
      ['file:queries/ä b.sql', ''],
      ['untitled:1', 'select 1'],
    ]);
    await removeDraft(project, untitledKey('1'));
    await removeDraft(project, untitledKey('1'));
    expect(await listDrafts(project)).toHaveLength(1);
    expect(statSync(`${project.stateFolder}/drafts`).mode & 0o777).toBe(0o700);
  });

  it('of one worksheet written many times at once end with the last', async () => {
    const texts = Array.from({ length: 30 }, (_entry, index) => `select ${index}`);
    await Promise.all(texts.map((text) => saveDraft(project, untitledKey('x'), { text, baseHash: '' })));
    expect((await readDraft(project, untitledKey('x')))?.text).toBe('select 29');
  });

  it('survive kill -9 at any moment: the last one kept is there and whole', async () => {
    for (let round = 0; round < 4; round += 1) {
      const child = await startChild(
        temporary.path(),
        `import { saveDraft } from 'millrace/main/project/drafts';
         const project = ${JSON.stringify(project)};
         for (let i = 0; ; i += 1) {
           await saveDraft(project, 'untitled:k', { text: 'x'.repeat(200_000) + i, baseHash: '' });
           process.stdout.write('kept ' + i + '\\n');
         }`,
      );
      let output = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
      await outputOf(child, 'kept 5\n');
      await new Promise((resolve) => setTimeout(resolve, 37 * round));
      child.kill('SIGKILL');
      await ended(child);
      const lastKept = Number(/kept (\d+)\n(?!.*kept \d+\n)/s.exec(output)?.[1]);
      const draft = await readDraft(project, untitledKey('k'));
      expect(draft?.text.slice(0, 200_000)).toBe('x'.repeat(200_000));
      expect(Number(draft?.text.slice(200_000))).toBeGreaterThanOrEqual(lastKept);
      expect(await listDrafts(project)).toHaveLength(1);
    }
  });
});
