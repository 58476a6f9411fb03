import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyzeCsv } from '../../../src/main/lake/files/csv/analyze-csv';
import { ENCODINGS } from '../../../src/main/lake/files/csv/encodings';
import { checkCsv } from '../../../src/main/lake/files/csv/strict-check';
import type { FileCheckSummary } from '../../../src/shared/events';
import { type CatalogFixture, openCatalog } from './catalog-fixture';

let fixture: CatalogFixture;
const at = (file: string) => path.join(fixture.folder, file);

beforeAll(async () => {
  fixture = await openCatalog();
});
afterAll(() => fixture.close());

describe('file options', () => {
  test('an ambiguous date order is asked for, kept as text meanwhile, and stored once answered', async () => {
    await fixture.write('dates.csv', 'id,day\n1,03/04/2024\n2,05/06/2024\n');
    const before = await fixture.files.describe({ path: 'dates.csv' });
    expect(before.columns[1]?.type).toBe('VARCHAR');
    expect(before.questions).toMatchObject([{ kind: 'date-order', columns: ['day'], example: '03/04/2024' }]);
    expect(before.questions[0]?.choices.map((choice) => choice.label)).toEqual([
      '03/04/2024 is 3 April 2024 (day first)',
      '03/04/2024 is 4 March 2024 (month first)',
    ]);
    const after = await fixture.files.setOptions('dates.csv', before.questions[0]?.choices[0]?.options ?? {});
    expect(after.columns[1]?.type).toBe('DATE');
    expect(fixture.yaml()).toContain('dateOrder: dmy');
    expect(await fixture.query(`select day::varchar as d from 'dates.csv' where id = 1`)).toEqual([
      { d: '2024-04-03' },
    ]);
    expect(after.spelledOut).toContain(`dateformat='%d/%m/%Y'`);
    await fixture.files.setOptions('dates.csv', {});
    expect(fixture.yaml()).not.toContain('dates.csv');
  });

  test('a day above twelve settles the order', async () => {
    await fixture.write('clear.csv', 'day,moment\n13/04/2024,13.04.2024 10:00:00\n05/06/2024,05.06.2024 11:30:00\n');
    const description = await fixture.files.describe({ path: 'clear.csv' });
    expect(description.columns.map((one) => one.type)).toEqual(['DATE', 'TIMESTAMP']);
    expect(await fixture.query(`select day::varchar d, moment::varchar a from 'clear.csv' limit 1`)).toEqual([
      { d: '2024-04-13', a: '2024-04-13 10:00:00' },
    ]);
  });

  test('delimiter, quote, header, skip, null text and types are followed and shown as SQL', async () => {
    await fixture.write('odd.txt', `# made by hand\n1~'a~b'~NA~007\n2~'c'~5~008\n`);
    const options = {
      delimiter: '~',
      quote: "'",
      header: false,
      skip: 1,
      nullText: 'NA',
      types: { column3: 'INTEGER' },
    };
    const { description, sql } = await fixture.files.preview({ path: 'odd.txt' }, options);
    expect(description.columns.map((one) => one.type)).toEqual(['BIGINT', 'VARCHAR', 'BIGINT', 'INTEGER']);
    expect(await fixture.query(sql)).toEqual([
      { column0: '1', column1: 'a~b', column2: null, column3: 7 },
      { column0: '2', column1: 'c', column2: '5', column3: 8 },
    ]);
    expect(fixture.yaml()).not.toContain('odd.txt');
    await fixture.files.setOptions('odd.txt', options);
    expect(fixture.yaml()).toContain('odd.txt');
    expect(await fixture.query(`select count(*) as n from 'odd.txt'`)).toEqual([{ n: '2' }]);
  });

  test('a type set by hand that alters values is marked with line, value and count', async () => {
    await fixture.write('marked.csv', 'id,note,zip\n1,"a\nb",1\n2,c,00420\n3,d,12.75\n');
    const description = await fixture.files.setOptions('marked.csv', { types: { zip: 'BIGINT' } });
    expect(description.check).toEqual({
      state: 'altered',
      altered: [{ column: 'zip', type: 'BIGINT', line: 4, value: '00420', readAs: '420', count: 2 }],
    });
    expect(
      fixture.events
        .filter((event) => event.type === 'file-check' && event.path === 'marked.csv')
        .map((event) => event.type === 'file-check' && event.check.state),
    ).toEqual(['running', 'altered']);
  });

  test('types that the first rows give are checked on the whole of a large file', async () => {
    const rows = Array.from({ length: 400_000 }, (_, i) => i).join('\n');
    const file = await fixture.write('large.csv', `n\n${rows}\n12.75\n`);
    const source = { files: [file], pattern: file, size: 300 * 1024 * 1024 };
    const analysis = await analyzeCsv(fixture.connection, source, {});
    expect(analysis).toMatchObject({ sampled: true, call: { columns: [{ name: 'n', type: 'BIGINT' }] } });
    expect(await checkCsv(fixture.connection, analysis)).toEqual({
      state: 'altered',
      altered: [{ column: 'n', type: 'BIGINT', line: 400_002, value: '12.75', readAs: '13', count: 1 }],
    });
  });

  test('a file above 200 MB is checked behind to its last line, tells how far it is, and shows its first rows', async () => {
    const file = await writeLarge('huge.csv');
    const description = await fixture.files.describe({ path: 'huge.csv' });
    expect(description).toMatchObject({ large: true, check: { state: 'running' } });
    expect(description.columns[0]?.type).toBe('BIGINT');
    await fixture.files.checked('huge.csv');
    const told = checksOf('huge.csv');
    expect(told.at(-1)).toEqual({
      state: 'altered',
      altered: [{ column: 'id', type: 'BIGINT', line: LARGE_LINES + 2, value: '00420', readAs: '420', count: 1 }],
    });
    const percents = told.flatMap((check) => (check.percent === undefined ? [] : [check.percent]));
    expect(percents.length).toBeGreaterThan(0);
    expect(percents.every((percent) => percent >= 0 && percent <= 100)).toBe(true);
    await rm(file);
  });

  test('the check of a large file can be cancelled, stays so, and is started anew when asked for', async () => {
    const file = await writeLarge('stopped.csv');
    await fixture.files.describe({ path: 'stopped.csv' });
    await fixture.files.cancelCheck('stopped.csv');
    expect(checksOf('stopped.csv').at(-1)).toEqual({ state: 'cancelled', altered: [] });
    expect((await fixture.files.describe({ path: 'stopped.csv' })).check).toEqual({ state: 'cancelled', altered: [] });
    expect((await fixture.files.check({ path: 'stopped.csv' })).check?.state).toBe('running');
    await fixture.files.checked('stopped.csv');
    expect(checksOf('stopped.csv').at(-1)?.state).toBe('altered');
    await rm(file);
  });

  test('a type that the engine does not know is refused and not stored', async () => {
    await fixture.write('typed.csv', 'a\n1\n');
    await expect(fixture.files.setOptions('typed.csv', { types: { a: 'NUMBERISH' } })).rejects.toThrow(/NUMBERISH/i);
    expect(fixture.yaml()).not.toContain('NUMBERISH');
  });

  test('each encoding that is offered gives the characters of the standard', async () => {
    for (const { name, label } of ENCODINGS) {
      if (name === 'utf-8' || name === 'utf-16') continue;
      const high = Buffer.from(Array.from({ length: 64 }, (_, index) => 0xc0 + index).filter((byte) => byte !== 0xff));
      const single = !['shift_jis', 'gb18030'].includes(name);
      const bytes = single
        ? high
        : name === 'shift_jis'
          ? Buffer.from([0x93, 0xfa, 0x96, 0x7b])
          : Buffer.from([0xc4, 0xe3, 0xba, 0xc3]);
      const text = new TextDecoder(label).decode(bytes);
      if (text.includes('\ufffd')) continue;
      await fixture.write(`enc/${name}.csv`, Buffer.concat([Buffer.from('id,t\n1,'), bytes, Buffer.from('\n2,x\n')]));
      const { sql } = await fixture.files.preview({ path: `enc/${name}.csv` }, { encoding: name });
      expect((await fixture.query<{ t: string }>(sql))[0]?.t, name).toBe(text);
    }
  });

  test('UTF-16 with its mark is read without being told', async () => {
    await fixture.write(
      'wide.csv',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('a,b\n1,ä\n2,ö\n', 'utf16le')]),
    );
    expect(await fixture.query(`from 'wide.csv'`)).toEqual([
      { a: '1', b: 'ä' },
      { a: '2', b: 'ö' },
    ]);
  });
});

describe('bad input names the file, the place and what to set', () => {
  test('a wrong encoding, in the first rows and far behind them', async () => {
    await fixture.write('latin.csv', Buffer.from('id,city\n1,Bern\n2,Zürich\n', 'latin1'));
    await expect(fixture.files.describe({ path: 'latin.csv' })).rejects.toMatchObject({
      code: 'FILE_FORMAT',
      at: { file: 'latin.csv', line: 3, column: 4 },
      hint: expect.stringMatching(/CP1252.*Zürich/s),
    });
    const late = Buffer.concat([
      Buffer.from(`id,city\n${'1,Bern\n'.repeat(400_000)}`),
      Buffer.from('2,Zürich\n', 'latin1'),
    ]);
    await fixture.write('late-latin.csv', late);
    await expect(fixture.query(`from 'late-latin.csv'`)).rejects.toMatchObject({ at: { line: 400_002 } });
    const { sql } = await fixture.files.preview({ path: 'latin.csv' }, { encoding: 'windows-1252' });
    expect(await fixture.query(sql)).toEqual([
      { id: '1', city: 'Bern' },
      { id: '2', city: 'Zürich' },
    ]);
  });

  test('ragged rows, too short and too long', async () => {
    await fixture.write('short.csv', `a,b,c\n${'1,2,3\n'.repeat(5_000)}4,5\n`);
    await expect(fixture.files.describe({ path: 'short.csv' })).rejects.toMatchObject({
      code: 'FILE_FORMAT',
      at: { file: 'short.csv', line: 5_002, column: 4 },
      hint: expect.stringContaining('short rows'),
    });
    await fixture.write('long.csv', 'a,b\n1,2\n"3,x",4,5\n');
    await expect(fixture.files.describe({ path: 'long.csv' })).rejects.toMatchObject({
      message: expect.stringContaining('"3,x",4,5'),
      at: { line: 3, column: 9 },
    });
  });

  test('short rows can be read with NULLs, which is said in the SQL; long ones stay an error', async () => {
    await fixture.write('padded.csv', 'a,b,c\n1,"x\ny",3\n4,5\n');
    const description = await fixture.files.setOptions('padded.csv', { shortRows: 'null' });
    expect(description.spelledOut).toContain('null_padding=true');
    expect(await fixture.query(`from 'padded.csv'`)).toEqual([
      { a: '1', b: 'x\ny', c: '3' },
      { a: '4', b: '5', c: null },
    ]);
    await fixture.write('padded-long.csv', 'a,b\n1\n3,4,5\n');
    await expect(fixture.files.setOptions('padded-long.csv', { shortRows: 'null' })).rejects.toMatchObject({
      code: 'FILE_FORMAT',
      at: { line: 3 },
    });
  });

  test('truncated and false Parquet', async () => {
    await fixture.query(`copy (select range as a from range(100000)) to '${at('whole.parquet')}'`);
    const bytes = await readFile(at('whole.parquet'));
    await fixture.write('cut.parquet', bytes.subarray(0, bytes.length >> 1));
    await fixture.write('false.parquet', 'hello world, I am no parquet file');
    for (const file of ['cut.parquet', 'false.parquet']) {
      await expect(fixture.files.describe({ path: file })).rejects.toMatchObject({
        code: 'FILE_CORRUPT',
        at: { file },
      });
    }
  });

  test('broken gzip, and a file that has gone', async () => {
    await fixture.write('bad.csv.gz', 'no gzip');
    await expect(fixture.files.describe({ path: 'bad.csv.gz' })).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
    await fixture.write('cut.csv.gz', gzipSync('a,b\n1,2\n'.repeat(100_000)).subarray(0, 300));
    await expect(fixture.files.describe({ path: 'cut.csv.gz' })).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
    await fixture.write('gone.csv', 'a\n1\n');
    await fixture.files.describe({ path: 'gone.csv' });
    await rm(at('gone.csv'));
    await expect(fixture.files.describe({ path: 'gone.csv' })).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      at: { file: 'gone.csv' },
    });
  });

  test('an empty file and one with a header alone have no rows', async () => {
    await fixture.write('empty.csv', '');
    await fixture.write('head.csv', 'a,b\n');
    expect(await fixture.query(`from 'empty.csv'`)).toEqual([]);
    expect((await fixture.files.describe({ path: 'head.csv' })).columns.map((one) => one.name)).toEqual(['a', 'b']);
    expect(await fixture.files.count({ path: 'head.csv' })).toBe(0);
  });

  test('a database that another process holds is said to be locked, with the holder', async () => {
    const script = `const { DuckDBInstance } = require('@duckdb/node-api');
      DuckDBInstance.create(process.argv[1]).then(async (i) => { const c = await i.connect(); await c.run('create table t as select 1'); console.log('held'); setInterval(() => {}, 1000); });`;
    const holder = spawn(process.execPath, ['-e', script, at('held.duckdb')], {
      cwd: process.cwd(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(holder.stdout, 'data');
      await expect(fixture.files.parts('held.duckdb')).rejects.toMatchObject({
        code: 'FILE_LOCKED',
        message: expect.stringContaining(String(holder.pid)),
      });
    } finally {
      holder.kill();
    }
  });

  test('files of 300 and of 5,000 columns', async () => {
    for (const width of [300, 5_000]) {
      const names = Array.from({ length: width }, (_, index) => `c${index}`);
      const row = (first: string) => names.map((_, index) => (index === width - 1 ? first : String(index))).join(',');
      await fixture.write(`w${width}.csv`, `${names.join(',')}\n${row('00420')}\n${row('1')}\n`);
      const { columns } = await fixture.files.describe({ path: `w${width}.csv` });
      expect(columns).toHaveLength(width);
      expect(await fixture.query(`select c0, c${width - 1} as z from 'w${width}.csv' limit 1`)).toEqual([
        { c0: '0', z: '00420' },
      ]);
    }
  }, 30_000);

  test('a cell of 50 MB, in CSV and in JSON', async () => {
    const cell = 'x'.repeat(50_000_000);
    await fixture.write('cell.csv', `a,b\n1,${cell}\n2,y\n`);
    await fixture.write('cell.ndjson', `{"a":1,"b":"${cell}"}\n{"a":2,"b":"y"}\n`);
    for (const file of ['cell.csv', 'cell.ndjson']) {
      expect(await fixture.query(`select a, length(b) as n from '${file}' order by a`)).toEqual([
        { a: '1', n: '50000000' },
        { a: '2', n: '1' },
      ]);
    }
  }, 30_000);

  test('a quoted cell longer than a line may be keeps its text without the quotes', async () => {
    await fixture.write('quoted-cell.csv', `a,b\n1,"${'x,'.repeat(2_500_000)}"\n2,y\n`);
    expect((await fixture.files.describe({ path: 'quoted-cell.csv' })).detected.quote).toBe('"');
    expect(
      await fixture.query(`select left(b, 2) as start, length(b) as n from 'quoted-cell.csv' where a = 1`),
    ).toEqual([{ start: 'x,', n: '5000000' }]);
  }, 30_000);

  test('DDL names the table after the file', async () => {
    await fixture.write('ddl.csv', 'id,zip\n1,007\n');
    expect(await fixture.files.ddl({ path: 'ddl.csv' })).toBe(
      'CREATE TABLE "ddl" (\n  "id" BIGINT,\n  "zip" VARCHAR\n);',
    );
  });
});

const LARGE_LINES = 2_000_000;

/** A file of more than 200 MB, whose last line breaks the type of its first column. */
async function writeLarge(name: string): Promise<string> {
  const file = at(name);
  await fixture.connection.run(
    `COPY (SELECT i AS id, repeat('some text ', 11) AS note FROM range(${LARGE_LINES}) AS lines(i)) TO '${file}' (FORMAT csv)`,
  );
  await appendFile(file, '00420,last\n');
  expect((await stat(file)).size).toBeGreaterThan(200 * 1024 * 1024);
  return file;
}

function checksOf(file: string): FileCheckSummary[] {
  return fixture.events.flatMap((event) => (event.type === 'file-check' && event.path === file ? [event.check] : []));
}
