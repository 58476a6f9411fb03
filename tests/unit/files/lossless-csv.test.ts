import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CatalogFixture, openCatalog } from './catalog-fixture';

let fixture: CatalogFixture;

beforeAll(async () => {
  fixture = await openCatalog();
});
afterAll(() => fixture.close());

const column = (values: string[]) => `id,v\n${values.map((value, index) => `${index + 1},${value}`).join('\n')}\n`;
const many = (count: number, make: (index: number) => string) => Array.from({ length: count }, (_, i) => make(i));

/** Values of one column, the type that must come out, and whether each is shown as just its text. */
const CORPUS: Record<string, { values: string[]; type: string; shown?: 'text' | 'value' }> = {
  'plain integers': { values: ['1', '-2', '0', '9223372036854775807'], type: 'BIGINT' },
  'leading zeros': { values: ['1', '2', '00420'], type: 'VARCHAR' },
  'plus signs': { values: ['+49', '+1'], type: 'VARCHAR' },
  'minus zero': { values: ['0', '-0', '1'], type: 'VARCHAR' },
  'decimals after 60,000 integers': {
    values: [...many(60_000, (i) => String(i)), '12.75'],
    type: 'DECIMAL(18,2)',
    shown: 'value',
  },
  'twenty digits': { values: ['12345678901234567890', '1'], type: 'DECIMAL(20,0)' },
  'thirty-eight digits': { values: ['12345678901234567890123456789012345678'], type: 'DECIMAL(38,0)' },
  'thirty-nine digits': { values: ['123456789012345678901234567890123456789'], type: 'VARCHAR' },
  'money with two places': { values: ['1.10', '-0.05', '1000.00'], type: 'DECIMAL(18,2)' },
  'versions 1.1 and 1.10': { values: ['1.1', '1.10', '1.9'], type: 'VARCHAR' },
  'stripped decimals': { values: ['1.5', '2', '2.25'], type: 'DECIMAL(18,2)', shown: 'value' },
  'floats of Python': { values: ['0.1', '3.0', '0.30000000000000004', '1e-05', '1e+16'], type: 'DOUBLE' },
  'seventeen digits and more': { values: ['0.1234567890123456789', '1.5'], type: 'DECIMAL(20,19)', shown: 'value' },
  'digits beyond everything': { values: [`0.${'123456789'.repeat(6)}`], type: 'VARCHAR' },
  'exponents as ids': { values: ['1e5', '2e7'], type: 'VARCHAR' },
  'exponent among integers': { values: ['1', '2', '1e5'], type: 'VARCHAR' },
  'thousands separators': { values: ['1_000', '2_000'], type: 'VARCHAR' },
  hexadecimal: { values: ['0x10', '0x20'], type: 'VARCHAR' },
  'numbers with a word': { values: ['1', '2', 'n/a'], type: 'VARCHAR' },
  'infinity and nan': { values: ['nan', 'inf'], type: 'VARCHAR' },
  truth: { values: ['true', 'false', 'true'], type: 'BOOLEAN' },
  'mixed spellings of truth': { values: ['TRUE', 'false', 't'], type: 'VARCHAR' },
  'TRUE and false': { values: ['TRUE', 'false'], type: 'VARCHAR' },
  'yes and no': { values: ['yes', 'no'], type: 'VARCHAR' },
  'ones and zeros': { values: ['1', '0'], type: 'BIGINT' },
  dates: { values: ['2024-01-05', '1999-12-31'], type: 'DATE' },
  'a day that is none': { values: ['2024-02-29', '2024-02-30'], type: 'VARCHAR' },
  'a timestamp after dates': {
    values: [...many(3_000, () => '2024-01-05'), '2024-01-05 10:11:12'],
    type: 'TIMESTAMP',
    shown: 'value',
  },
  'dates and midnights': { values: ['2024-01-05', '2024-01-05 00:00:00'], type: 'VARCHAR' },
  'two date formats': { values: ['2024-01-05', '05.01.2024'], type: 'VARCHAR' },
  'two-digit years': { values: ['01.02.68', '31.12.99'], type: 'VARCHAR' },
  'microseconds and more': { values: ['2024-01-05 10:00:00.123456789'], type: 'TIMESTAMP_NS' },
  'ten decimals of a second': { values: ['2024-01-05 10:00:00.1234567891'], type: 'VARCHAR' },
  'timestamps with T': { values: ['2024-01-05T10:00:00', '2024-01-05T10:00:01.5'], type: 'TIMESTAMP', shown: 'value' },
  'times of a day': { values: ['10:30:00', '23:59:59.123456'], type: 'TIME' },
  durations: { values: ['10:30:00', '125:00:00'], type: 'VARCHAR' },
  'hour twenty-four': { values: ['23:00:00', '24:00:00'], type: 'VARCHAR' },
  'late text': { values: [...many(30_000, (i) => String(i)), 'x'], type: 'VARCHAR' },
  'blanks inside': { values: ['1 000', '2 000'], type: 'VARCHAR' },
  'postal codes after the sample': {
    values: [...many(200_000, (i) => String(10_000 + (i % 80_000))), '01234'],
    type: 'VARCHAR',
  },
  uuids: { values: ['A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'], type: 'VARCHAR' },
  'the word null': { values: ['NULL', 'x', 'null'], type: 'VARCHAR' },
};

/** The number or instant that a text stands for, without the zeros that its type adds. */
function meaning(text: string | null): string | null {
  if (text === null) return null;
  if (/^-?\d+\.\d+$/.test(text)) return text.replace(/0+$/, '').replace(/\.$/, '');
  const instant = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2})(\.\d+)?)?$/.exec(text);
  return instant ? `${instant[1]} ${instant[2] ?? '00:00:00'}${instant[3]?.replace(/0+$/, '') ?? ''}` : text;
}

describe('every value of a nasty file reads as its text', () => {
  test.each(Object.entries(CORPUS))('%s', async (name, { values, type, shown = 'text' }) => {
    const file = `corpus/${name.replace(/[^a-z0-9]+/gi, '-')}.csv`;
    await fixture.write(file, column(values));
    const description = await fixture.files.describe({ path: file });
    expect(description.columns.map((one) => one.type)).toEqual(['BIGINT', type]);
    const rows = await fixture.query<{ v: string | null }>(`select v::varchar as v from '${file}' order by id`);
    const wanted = shown === 'text' ? values : values.map(meaning);
    expect(rows.map((row) => (shown === 'text' ? row.v : meaning(row.v)))).toEqual(wanted);
  });

  test('an empty quoted value stays an empty text, and an empty field is NULL', async () => {
    await fixture.write('quoted.csv', 'a,b\n1,""\n2,\n3,x\n');
    expect(await fixture.query(`from 'quoted.csv'`)).toEqual([
      { a: '1', b: '' },
      { a: '2', b: null },
      { a: '3', b: 'x' },
    ]);
  });

  test('values with line breaks, quotes and delimiters come whole', async () => {
    await fixture.write('breaks.csv', 'a,b\r\n1,"x\ny"\r\n2,"say ""hi"", then"\r\n3,"a\r\nb"\r\n');
    const rows = await fixture.query<{ b: string }>(`from 'breaks.csv'`);
    expect(rows.map((row) => row.b)).toEqual(['x\ny', 'say "hi", then', 'a\r\nb']);
  });

  test('a file whose lines end in two ways loses no row', async () => {
    await fixture.write('ends.csv', 'a,b\r\n1,2\n3,4\r\n5,6');
    expect(await fixture.query(`from 'ends.csv'`)).toHaveLength(3);
  });

  test('stray quotes stay in the text', async () => {
    await fixture.write('stray.csv', 'a,b\n1,5" pipe\n2,"x" y\n3,z\n');
    const rows = await fixture.query<{ b: string }>(`from 'stray.csv'`);
    expect(rows.map((row) => row.b)).toEqual(['5" pipe', '"x" y', 'z']);
  });

  test('quotes that come after the sample are understood', async () => {
    await fixture.write('late.csv', `a,b\n${'1,2\n'.repeat(300_000)}"x, y",2\n`);
    const rows = await fixture.query<{ a: string }>(`select a from 'late.csv' where a like '%,%'`);
    expect(rows).toEqual([{ a: 'x, y' }]);
  });

  test('a decimal comma is found and kept', async () => {
    await fixture.write('comma.csv', 'id;amount\n1;1,50\n2;-0,25\n3;1000,00\n');
    const description = await fixture.files.describe({ path: 'comma.csv' });
    expect(description.detected.decimal).toBe(',');
    expect(description.columns[1]?.type).toBe('DECIMAL(18,2)');
    expect(await fixture.query(`select sum(amount) as s from 'comma.csv'`)).toEqual([{ s: '1001.25' }]);
  });

  test('three digits behind a comma may be thousands, so they stay text', async () => {
    await fixture.write('thousands.csv', 'id;amount\n1;1,500\n2;2,250\n');
    expect((await fixture.files.describe({ path: 'thousands.csv' })).columns[1]?.type).toBe('VARCHAR');
  });

  test('a gzip file reads as the plain one', async () => {
    await fixture.write('packed.csv.gz', gzipSync('a,b\n00420,1.10\n1,2.20\n'));
    expect(await fixture.query(`from 'packed.csv.gz'`)).toEqual([
      { a: '00420', b: '1.10' },
      { a: '1', b: '2.20' },
    ]);
  });

  test('a zstd file reads as the plain one', async () => {
    await fixture.write('plain.csv', 'a,b\n00420,1.10\n1,2.20\n');
    await fixture.query(
      `copy (from read_csv('${fixture.folder}/plain.csv', all_varchar=true)) to '${fixture.folder}/z.csv.zst'`,
    );
    expect(await fixture.query(`from 'z.csv.zst'`)).toEqual(await fixture.query(`from 'plain.csv'`));
  });

  test('a title above the header is skipped and shown, a short row is never dropped', async () => {
    await fixture.write('title.csv', 'Report 2024\n\nid,b,c\n1,2,3\n4,5,6\n');
    const description = await fixture.files.describe({ path: 'title.csv' });
    expect(description.detected.skip).toBe(2);
    expect(await fixture.query(`from 'title.csv'`)).toHaveLength(2);
    await fixture.write('ragged.csv', 'a,b,c\n1,2,3\n4,5\n6,7,8,9\n');
    await expect(fixture.query(`from 'ragged.csv'`)).rejects.toMatchObject({
      code: 'FILE_FORMAT',
      at: { file: 'ragged.csv', line: 3 },
    });
  });

  test('all as text reads every field as it stands', async () => {
    await fixture.write('alltext.csv', 'a,b\n1,2024-01-05\n2,2024-01-06\n');
    const description = await fixture.files.setOptions('alltext.csv', { allText: true });
    expect(description.columns.map((one) => one.type)).toEqual(['VARCHAR', 'VARCHAR']);
    expect(fixture.yaml()).toContain('alltext.csv');
  });

  test('a note says which value keeps a column text', async () => {
    await fixture.write('note.csv', 'zip\n10115\n01067\n');
    const { notes } = await fixture.files.describe({ path: 'note.csv' });
    expect(notes?.[0]?.text).toContain('01067');
  });
});
