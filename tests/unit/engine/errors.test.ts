import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toMillraceError } from '../../../src/main/engine/errors';
import { lineAndColumn, utf16Offset } from '../../../src/main/engine/source-position';
import type { ErrorShape } from '../../../src/shared/errors';
import { withoutRoot } from '../../support/as-user';
import { type EngineFixture, openEngine } from './engine-fixture';

let fixture: EngineFixture;
const file = (name: string) => path.join(fixture.folder, name);
beforeAll(async () => {
  fixture = await openEngine();
  await fixture.run('create table orders (order_id int, amount decimal(10, 2))');
});
afterAll(() => fixture.close());

async function failure(sql: string): Promise<ErrorShape> {
  const { run } = await fixture.run(sql);
  if (!run.error) throw new Error(`did not fail: ${sql}`);
  return run.error;
}

describe('an error of SQL', () => {
  it('has its place, also behind signs of several bytes', async () => {
    const sql = "-- Größe 😀\nselect 'ü😀', x from orders";
    expect(await failure(sql)).toMatchObject({
      code: 'SQL_BIND',
      sql,
      at: { offset: sql.indexOf('x from'), line: 2, column: 15, length: 1 },
    });
    expect(await failure('select 1 form orders x y')).toMatchObject({
      code: 'SQL_PARSE',
      at: { line: 1 },
      hint: expect.any(String),
    });
    expect(utf16Offset('ü😀a', 6)).toBe(3);
    expect(lineAndColumn('a\nb', 2)).toEqual({ line: 2, column: 1 });
  });

  it('offers names that are close', async () => {
    expect(await failure('select amont from orders')).toMatchObject({ hint: 'Did you mean "amount"?' });
    expect((await failure('from order_s')).hint).toContain('orders');
    expect((await failure('select upper(1, 2)')).hint).toContain('upper(VARCHAR)');
    expect((await failure('select amont from orders')).message).not.toContain('Candidate');
  });

  it('says what a failed conversion could be replaced by', async () => {
    expect(await failure("select 'x'::int")).toMatchObject({
      code: 'SQL_RUNTIME',
      hint: expect.stringContaining('TRY_CAST'),
    });
  });
});

describe('an error of a file', () => {
  it('names a file that is not there', async () => {
    expect(await failure("from 'no/such.csv'")).toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringContaining('no/such.csv'),
      hint: expect.any(String),
    });
  });

  it('tells file, line and what to set for a ragged row', async () => {
    await writeFile(file('ragged.csv'), 'a,b\n1,2\n3,4,5,6\n');
    expect(
      await failure(
        `from read_csv('${file('ragged.csv')}', header = true, columns = {'a': 'int', 'b': 'int'}, auto_detect = false)`,
      ),
    ).toMatchObject({
      code: 'FILE_FORMAT',
      at: { file: file('ragged.csv'), line: 3 },
      hint: expect.stringContaining('delimiter'),
    });
  });

  it('tells line and column of a value that does not fit', async () => {
    await writeFile(file('bad.csv'), 'a,b\n1,2\n3,four\n');
    const error = await failure(
      `from read_csv('${file('bad.csv')}', header = true, columns = {'a': 'int', 'b': 'int'}, auto_detect = false)`,
    );
    expect(error).toMatchObject({
      code: 'FILE_FORMAT',
      at: { file: file('bad.csv'), line: 3, column: 3 },
      hint: expect.stringContaining('VARCHAR'),
    });
    expect(error.message).toContain('four');
  });

  it('tells of a wrong encoding what to set', async () => {
    await writeFile(file('latin.csv'), Buffer.from('name,n\nM\xfcller,1\n', 'latin1'));
    const error = await failure(
      `from read_csv('${file('latin.csv')}', header = true, columns = {'name': 'varchar', 'n': 'int'}, auto_detect = false)`,
    );
    expect(error).toMatchObject({ code: 'FILE_FORMAT', hint: expect.stringContaining('encoding'), at: { line: 2 } });
  });

  it('tells a corrupt or cut Parquet file', async () => {
    await writeFile(file('cut.parquet'), 'PAR1 and then nothing');
    expect(await failure(`from '${file('cut.parquet')}'`)).toMatchObject({
      code: 'FILE_CORRUPT',
      hint: expect.any(String),
    });
    await writeFile(file('short.parquet'), 'x');
    expect(await failure(`from '${file('short.parquet')}'`)).toMatchObject({ code: 'FILE_CORRUPT' });
  });

  it('tells the line of malformed JSON', async () => {
    await writeFile(file('bad.ndjson'), '{"a": 1}\n{"a": \n');
    expect(await failure(`from read_ndjson('${file('bad.ndjson')}', columns = {'a': 'int'})`)).toMatchObject({
      code: 'FILE_FORMAT',
      at: { file: file('bad.ndjson') },
    });
  });

  it('tells a folder that may not be read', async () => {
    await mkdir(file('closed'));
    await writeFile(file('closed/a.csv'), 'a\n1\n');
    await chmod(file('closed'), 0);
    await chmod(fixture.folder, 0o755);
    const error = await withoutRoot(() => failure(`from '${file('closed')}/a.csv'`));
    expect(error.code).toMatch(/FILE_UNREADABLE|FILE_NOT_FOUND/);
  });
});

describe('an extension', () => {
  it('that is not there is named, and none is ever downloaded', async () => {
    for (const sql of [
      "from read_xlsx('a.xlsx')",
      "attach 'x.db' (type sqlite)",
      'install spatial',
      'force install spatial',
      'load spatial',
    ]) {
      const error = await failure(sql);
      expect(error, sql).toMatchObject({ code: 'EXTENSION_MISSING', hint: expect.stringContaining('doctor') });
      expect(error.message, sql).not.toContain('INSTALL');
    }
  });
});

describe('secrets', () => {
  it('are in no error, whichever part of it', async () => {
    const errors = [
      await failure("create secret s (type nosuchtype, key_id 'AKIA', secret 'hunter2hunter2')"),
      await failure("attach 'postgres://user:hunter2hunter2@127.0.0.1:1/db' as pg (type postgres)"),
      await failure(
        "select 'hunter2hunter2' as password, nope from read_csv('https://u:hunter2hunter2@127.0.0.1:1/x.csv')",
      ),
    ];
    for (const error of errors)
      expect(JSON.stringify(error).replace("'hunter2hunter2' as password", '')).not.toContain('hunter2');
    const list = fixture.engine.session('sheet').list();
    expect(JSON.stringify(list.slice(-3, -1))).not.toContain('hunter2');
  });
});

describe('errors of the binding itself', () => {
  it('keep their message', () => {
    expect(toMillraceError(new Error('Failed to open'))).toMatchObject({
      code: 'SQL_RUNTIME',
      message: 'Failed to open.',
    });
    expect(
      toMillraceError(new Error('{"exception_type":"Interrupt","exception_message":"Interrupted!"}')),
    ).toMatchObject({ code: 'CANCELLED' });
    expect(
      toMillraceError(new Error('{"exception_type":"FATAL","exception_message":"database has been invalidated"}')),
    ).toMatchObject({ code: 'ENGINE_LOST' });
    expect(
      toMillraceError(new Error('{"exception_type":"IO","exception_message":"No space left on device"}')),
    ).toMatchObject({ code: 'DISK_FULL' });
  });
});
