import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  Decimal,
  Dictionary,
  Field,
  Float64,
  Int32,
  Int64,
  List,
  makeData,
  makeVector,
  Table,
  Timestamp,
  TimestampMicrosecond,
  TimeUnit,
  tableFromArrays,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CatalogFixture, openCatalog } from './catalog-fixture';

let fixture: CatalogFixture;
let at: (file: string) => string;

beforeAll(async () => {
  fixture = await openCatalog({ idleMilliseconds: 300 });
  at = (file) => path.join(fixture.folder, file);
});
afterAll(() => fixture.close());

const types = async (file: string, part?: string) =>
  (await fixture.files.describe({ path: file, ...(part ? { part } : {}) })).columns.map(
    (one) => `${one.name} ${one.type}`,
  );

describe('JSON', () => {
  test('numbers keep all their digits', async () => {
    await fixture.write(
      'digits.ndjson',
      '{"a":0.1234567890123456789,"b":12345678901234567890123,"c":1,"p":0.30000000000000004,"s":{"x":1.10}}\n' +
        '{"a":1,"b":5,"c":9007199254740993,"p":0.1,"s":{"x":9.007199254740993123}}\n{"c":0.5}\n',
    );
    const rows = await fixture.query<Record<string, string>>(
      `select a::varchar a, b::varchar b, c::varchar c, p::varchar p, (s.x)::varchar x from 'digits.ndjson'`,
    );
    expect(rows).toEqual([
      {
        a: '0.1234567890123456789',
        b: '12345678901234567890123',
        c: '1.0',
        p: '0.30000000000000004',
        x: '1.100000000000000000',
      },
      { a: '1.0000000000000000000', b: '5', c: '9007199254740993.0', p: '0.1', x: '9.007199254740993123' },
      { a: null, b: null, c: '0.5', p: null, x: null },
    ]);
  });

  test('texts become dates only where they are written the same again', async () => {
    await fixture.write(
      'texts.json',
      '[{"d":"2024-01-05","m":"2024-1-5","z":"2024-01-05T10:00:00Z","u":"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11","n":{"t":"2024-01-05T10:00:00"},"k":"00420"}]',
    );
    expect(await types('texts.json')).toEqual([
      'd DATE',
      'm VARCHAR',
      'z TIMESTAMP WITH TIME ZONE',
      'u VARCHAR',
      'n STRUCT(t VARCHAR)',
      'k VARCHAR',
    ]);
    const rows = await fixture.query(`select m, u, n.t as t, k from 'texts.json'`);
    expect(rows).toEqual([
      { m: '2024-1-5', u: 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', t: '2024-01-05T10:00:00', k: '00420' },
    ]);
  });

  test('a column that comes late and one of mixed kinds are there', async () => {
    await fixture.write('late.ndjson', `${'{"a":1}\n'.repeat(30_000)}{"a":"x","late":true}\n`);
    const rows = await fixture.query(
      `select count(*) n, count(late) l, count(distinct a::varchar) d from 'late.ndjson'`,
    );
    expect(rows).toEqual([{ n: '30001', l: '1', d: '2' }]);
  });

  test('a broken line is named', async () => {
    await fixture.write('broken.ndjson', '{"a":1}\n{"a":2\n{"a":3}\n');
    await expect(fixture.files.describe({ path: 'broken.ndjson' })).rejects.toMatchObject({
      code: 'FILE_FORMAT',
      at: { file: 'broken.ndjson' },
    });
  });
});

describe('Parquet and Avro', () => {
  test('a hive folder is one table with its keys, a key with a leading zero stays text', async () => {
    await fixture.query(`copy (select 1 as id) to '${at('x.parquet')}'`);
    for (const month of ['01', '02']) {
      await fixture.write(`events/year=2024/month=${month}/a.parquet`, await readFile(at('x.parquet')));
    }
    const description = await fixture.files.describe({ path: 'events' });
    expect(description.columns.map((one) => `${one.name} ${one.type}`)).toEqual([
      'id INTEGER',
      'month VARCHAR',
      'year BIGINT',
    ]);
    expect(description.rowCount).toBe(2);
    expect(await fixture.query(`select month from 'events' order by 1`)).toEqual([{ month: '01' }, { month: '02' }]);
  });

  test('a column that only a later file has is read', async () => {
    await fixture.query(`copy (select 1 as id) to '${at('u1.parquet')}'`);
    await fixture.query(`copy (select 2 as id, 'n' as note) to '${at('u2.parquet')}'`);
    await fixture.write('grown/y=1/a.parquet', await readFile(at('u1.parquet')));
    await fixture.write('grown/y=2/a.parquet', await readFile(at('u2.parquet')));
    expect(await types('grown')).toEqual(['id INTEGER', 'note VARCHAR', 'y BIGINT']);
  });

  test('CSV files whose columns stand in another order are joined by name', async () => {
    await fixture.write('orders/1.csv', 'id,zip\n1,00420\n');
    await fixture.write('orders/2.csv', 'zip,id\n10115,2\n');
    expect(await fixture.query(`select id, zip from 'orders/*.csv' order by id`)).toEqual([
      { id: '1', zip: '00420' },
      { id: '2', zip: '10115' },
    ]);
  });

  test('Avro files are read', async () => {
    await fixture.query(`copy (select 42 as a, 'x' as b) to '${at('a.avro')}' (format avro)`).catch(() => undefined);
    const made = await fixture.files.list('').then((list) => list.some((one) => one.name === 'a.avro' && one.size > 0));
    if (made) expect(await fixture.query(`from 'a.avro'`)).toEqual([{ a: 42, b: 'x' }]);
    else
      expect(
        await fixture.connection.rows(`select 1 from duckdb_functions() where function_name = 'read_avro' limit 1`),
      ).toHaveLength(1);
  });
});

describe('Excel', () => {
  const workbook = (file: string, sql: string, header = true) =>
    fixture.connection.run(`copy (${sql}) to '${at(file)}' (format xlsx, header ${header}, sheet 'Prices')`);

  test('numbers, dates, times and texts are as they are', async () => {
    await workbook(
      'kinds.xlsx',
      `select 1 as a, 'x' as b, date '2024-01-05' as d, timestamp '2024-01-05 10:11:12.5' as ts, 12.75 as m, true as t, time '10:11:12' as tm, '00420' as z`,
    );
    expect(await types('kinds.xlsx')).toEqual([
      'a BIGINT',
      'b VARCHAR',
      'd DATE',
      'ts TIMESTAMP',
      'm DOUBLE',
      't BOOLEAN',
      'tm TIME',
      'z VARCHAR',
    ]);
    expect(
      await fixture.query(`select d::varchar d, ts::varchar ts, m, t, tm::varchar tm, z from 'kinds.xlsx'`),
    ).toEqual([{ d: '2024-01-05', ts: '2024-01-05 10:11:12.5', m: 12.75, t: true, tm: '10:11:12', z: '00420' }]);
  });

  test('a text among numbers is neither an error nor NULL, and rows behind an empty one are read', async () => {
    const sheet = (cells: string) =>
      `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${cells}</sheetData></worksheet>`;
    await workbook('mixed.xlsx', `select 1 as n`);
    await rezip(
      at('mixed.xlsx'),
      sheet(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>n</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row>' +
          '<row r="4"><c r="A4"><v>2.5</v></c></row><row r="5"><c r="A5" t="inlineStr"><is><t>n/a</t></is></c></row>',
      ),
    );
    const rows = await fixture.query<{ n: string | null }>(`from 'mixed.xlsx'`);
    expect(rows.map((row) => row.n)).toEqual(['1', null, '2.5', 'n/a']);
    expect((await fixture.files.describe({ path: 'mixed.xlsx' })).notes?.[0]?.text).toContain('texts');
  });

  test('sheets are parts, each of which runs by its relation; range and header can be set', async () => {
    await workbook(
      'stock.xlsx',
      `select * from (values ('Title', null), ('sku', 'qty'), ('a1', '5')) as t(a, b)`,
      false,
    );
    expect(await fixture.files.parts('stock.xlsx')).toEqual([{ part: 'Prices', kind: 'sheet' }]);
    const description = await fixture.files.describe({ path: 'stock.xlsx', part: 'Prices' });
    expect(description.relation).toBe(`'stock.xlsx#Prices'`);
    expect(await fixture.query(`from ${description.relation}`)).toEqual([
      { Title: 'sku', C1: 'qty' },
      { Title: 'a1', C1: '5' },
    ]);
    await fixture.files.setOptions({ path: 'stock.xlsx', part: 'Prices' }, { range: 'A2:B3', header: true });
    expect(await fixture.query(`from 'stock.xlsx#Prices'`)).toEqual([{ sku: 'a1', qty: '5' }]);
  });

  test('what only is named like a workbook is said to be none', async () => {
    await fixture.write('fake.xlsx', 'hello');
    await expect(fixture.files.describe({ path: 'fake.xlsx' })).rejects.toMatchObject({
      code: 'FILE_FORMAT',
      at: { file: 'fake.xlsx' },
    });
  });
});

/** Puts another sheet into a workbook: entries are written anew, stored and not packed. */
async function rezip(file: string, sheet: string): Promise<void> {
  const { readZipTexts } = await import('../../../src/main/lake/files/excel/zip-entries');
  const texts = await readZipTexts(file, () => true);
  texts.set('xl/worksheets/sheet1.xml', sheet);
  const { crc32 } = await import('./crc32');
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of texts) {
    const data = Buffer.from(text);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt32LE(crc32(data), 14);
    head.writeUInt32LE(data.length, 18);
    head.writeUInt32LE(data.length, 22);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 6);
    head.copy(entry, 16, 14, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(head, Buffer.from(name), data);
    directory.push(entry, Buffer.from(name));
    offset += 30 + name.length + data.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(texts.size, 8);
  end.writeUInt16LE(texts.size, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  await writeFile(file, Buffer.concat([...locals, listed, end]));
}

describe('Arrow', () => {
  test.each(['file', 'stream'] as const)('an IPC %s keeps digits, zones and dictionaries', async (kind) => {
    const decimal = new Decimal(2, 20, 128);
    const words = new Uint32Array(8);
    words.set([110, 0, 0, 0], 0);
    const negative = BigInt.asUintN(128, -12345678901234567890n);
    for (let index = 0; index < 4; index += 1)
      words[4 + index] = Number((negative >> BigInt(32 * index)) & 0xffffffffn);
    const zoned = new Timestamp(TimeUnit.MICROSECOND, 'Europe/Berlin');
    const table = new Table({
      big: vectorFromArray([9007199254740993n, null], new Int64()),
      price: makeVector(makeData({ type: decimal, data: words, length: 2 })),
      moment: makeVector(makeData({ type: zoned, data: BigInt64Array.from([1704448800123456n, -1n]), length: 2 })),
      plain: makeVector(makeData({ type: new TimestampMicrosecond(), data: BigInt64Array.from([1n, 2n]), length: 2 })),
      word: vectorFromArray(['a', 'b'], new Dictionary(new Utf8(), new Int32())),
      list: vectorFromArray([[1.5], [2, 3]], new List(new Field('item', new Float64(), true))),
    });
    await fixture.write(`${kind}.arrow`, tableToIPC(table, kind));
    expect(await types(`${kind}.arrow`)).toEqual([
      'big BIGINT',
      'price DECIMAL(20,2)',
      'moment TIMESTAMP WITH TIME ZONE',
      'plain TIMESTAMP',
      'word VARCHAR',
      'list DOUBLE[]',
    ]);
    expect(
      await fixture.query(
        `select big, price, epoch_us(moment)::varchar as moment, epoch_us(plain)::varchar as plain, word, list::varchar as list from '${kind}.arrow'`,
      ),
    ).toEqual([
      { big: '9007199254740993', price: '1.10', moment: '1704448800123456', plain: '1', word: 'a', list: '[1.5]' },
      { big: null, price: '-123456789012345678.90', moment: '-1', plain: '2', word: 'b', list: '[2.0, 3.0]' },
    ]);
  });

  test('a truncated file is said to be damaged', async () => {
    const bytes = tableToIPC(tableFromArrays({ a: [1, 2, 3] }), 'file');
    await fixture.write('cut.arrow', bytes.subarray(0, bytes.length - 40));
    await expect(fixture.files.describe({ path: 'cut.arrow' })).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
  });
});

describe('database files', () => {
  test.each([
    ['duckdb', '', 'shop.duckdb'],
    ['sqlite', '(type sqlite)', 'stock.sqlite'],
  ])('a %s file opens into tables, is queried by its alias and let go when idle', async (_, options, file) => {
    await fixture.connection.run(
      `attach '${at(file)}' as made ${options}; create table made.items as select 1::bigint as id, 'pen' as name; detach made`,
    );
    const parts = await fixture.files.parts(file);
    expect(parts).toMatchObject([
      { part: 'main.items', kind: 'table', columns: [{ name: 'id', type: 'BIGINT' }, { name: 'name' }] },
    ]);
    const { relation, spelledOut } = await fixture.files.describe({ path: file, part: 'main.items' });
    expect(await fixture.query(`from ${relation}`)).toEqual([{ id: '1', name: 'pen' }]);
    await expect.poll(() => attached(), { timeout: 5_000 }).toBe(0);
    expect(await fixture.query(`select name from ${relation}`)).toEqual([{ name: 'pen' }]);
    expect(spelledOut).toContain(file);
    await expect(fixture.query(`insert into ${relation} values (2, 'ink')`)).rejects.toThrow(/read-only/i);
  });

  const attached = async () =>
    (await fixture.connection.rows(`select 1 from duckdb_databases() where database_name in ('shop', 'stock')`)).length;

  test('a file that is no database is named', async () => {
    await fixture.write('bad.duckdb', 'hello world '.repeat(1000));
    await fixture.write('bad.sqlite', 'hello');
    for (const file of ['bad.duckdb', 'bad.sqlite']) {
      await expect(fixture.files.parts(file)).rejects.toMatchObject({ code: 'FILE_FORMAT', at: { file } });
    }
  });

  test('a copy under an unknown name is known by its content', async () => {
    await copyFile(at('shop.duckdb'), at('copy.db'));
    const entry = (await fixture.files.list('')).find((one) => one.name === 'copy.db');
    expect(entry).toMatchObject({ format: 'duckdb', expandable: true });
  });
});
