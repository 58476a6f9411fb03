import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../../src/main/engine/connection';
import { exportRelation } from '../../../src/main/engine/export/export-relation';
import type { ColumnInfo } from '../../../src/shared/columns';
import type { ExportTarget } from '../../../src/shared/export';
import { createExtremes, EXTREMES } from './extremes';
import { openTestEngine, type TestEngine } from './test-engine';

let engine: TestEngine;
let connection: EngineConnection;
let relation: { sql: string; columns: ColumnInfo[] };

beforeAll(async () => {
  engine = await openTestEngine();
  connection = await engine.engine.connect();
  relation = await createExtremes(connection);
});

afterAll(async () => {
  connection.close();
  await engine.close();
});

type Target = ExportTarget extends infer T ? (T extends ExportTarget ? Omit<T, 'file' | 'overwrite'> : never) : never;

async function write(name: string, target: Target): Promise<{ file: string; notes: string[] }> {
  const file = path.join(engine.folder, name);
  const options = { timeZone: 'Europe/Berlin', statementSql: relation.sql };
  const outcome = await exportRelation(
    connection,
    relation,
    { ...target, file, overwrite: true } as ExportTarget,
    options,
  );
  return { file, notes: outcome.notes };
}

/** Columns in which `read` differs from the table in any row, both cast to the column's own type. */
async function differing(read: string, cast: (name: string, type: string) => string): Promise<string[]> {
  const different: string[] = [];
  for (const { name, type } of relation.columns) {
    const numbered = (sql: string) => `SELECT row_number() OVER () AS n, ${sql}`;
    const sql = `SELECT count(*) AS n FROM (${numbered(`"${name}" AS v FROM extremes`)}) a FULL JOIN (${numbered(`${cast(`"${name}"`, type)} AS v FROM ${read}`)}) b USING (n) WHERE CAST(a.v AS VARCHAR) IS DISTINCT FROM CAST(b.v AS VARCHAR) OR (a.v IS NULL) <> (b.v IS NULL)`;
    const [row] = await connection.rows<{ n: string }>(sql).catch((error: Error) => [{ n: error.message }]);
    if (row?.n !== '0') different.push(`${name}: ${row?.n}`);
  }
  return different;
}

/** A NULL text cast to a union would be a member that is NULL. */
const back = (name: string, type: string) => {
  const cast = `CAST(${name} AS ${type})`;
  return type.startsWith('UNION') ? `CASE WHEN ${name} IS NOT NULL THEN ${cast} END` : cast;
};

describe('a round trip over the extremes of each type', () => {
  it('loses nothing in Parquet', async () => {
    const { file, notes } = await write('extremes.parquet', { format: 'parquet', options: { compression: 'zstd' } });
    const asText = (name: string, type: string) => {
      if (type.startsWith('UNION'))
        return `CASE WHEN ${name} IS NULL THEN NULL WHEN json_exists(${name}, 'num') THEN CAST(CAST(${name}->>'num' AS INTEGER) AS ${type}) ELSE CAST(${name}->>'txt' AS ${type}) END`;
      if (type === 'HUGEINT[]') return `CAST(CAST(${name} AS JSON) AS HUGEINT[])`;
      return back(name, type);
    };
    expect(await differing(`'${file}'`, asText)).toEqual([]);
    expect(notes.map((note) => note.split(' ')[0]).sort()).toEqual([
      'bignum',
      'bit',
      'date_infinite',
      'hugeint',
      'hugeint_small',
      'interval',
      'list_hugeint',
      'timetz',
      'uhugeint',
      'union',
    ]);
  });

  it.each([
    ['comma', { delimiter: ',', nullText: 'NULL', lineEnd: 'lf', bom: false, decimal: '.' }],
    [
      'semicolon, decimal comma, CRLF, byte order mark',
      { delimiter: ';', nullText: '\\N', lineEnd: 'crlf', bom: true, decimal: ',' },
    ],
    ['tab', { delimiter: '\t', nullText: '-', lineEnd: 'lf', bom: false, decimal: '.' }],
  ] as const)('loses nothing in CSV (%s)', async (_, options) => {
    const { file } = await write('extremes.csv', { format: 'csv', options: { ...options, header: true } });
    const read = `read_csv('${file}', delim = '${options.delimiter}', header = true, all_varchar = true, nullstr = '${options.nullText}', allow_quoted_nulls = false, quote = '"', escape = '"')`;
    const cast = (name: string, type: string) => {
      const decimal = /^(DECIMAL|FLOAT|DOUBLE)/.test(type) && options.decimal === ',';
      return back(decimal ? `replace(${name}, ',', '.')` : name, type);
    };
    expect(await differing(read, cast)).toEqual([]);
    const bytes = await readFile(file);
    const lineEnd = bytes.subarray(-2).toString();
    expect(lineEnd === '\r\n').toBe(options.lineEnd === 'crlf');
    expect(bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))).toBe(options.bom);
  });

  it('loses nothing in JSON and NDJSON', async () => {
    const json = await readFile((await write('extremes.json', { format: 'json' })).file, 'utf8');
    const lines = (await readFile((await write('extremes.ndjson', { format: 'ndjson' })).file, 'utf8'))
      .trimEnd()
      .split('\n');
    const rows = JSON.parse(json) as Record<string, unknown>[];
    expect(rows.map((row) => Object.keys(row))).toEqual(rows.map(() => Object.keys(EXTREMES)));
    expect(lines.map((line) => JSON.parse(line))).toEqual(rows);
    const column = (name: string) => rows.map((row) => row[name]);
    const first = (name: string) => column(name).slice(0, EXTREMES[name]?.values.length);
    expect(first('bigint')).toEqual(['-9223372036854775808', '9223372036854775807', '9007199254740993', 0]);
    expect(first('hugeint_small')).toEqual(['99999999999999999999999999999999999999', '-1']);
    expect(first('decimal_small')).toEqual(['-9999999.99', '0.01', '0.00']);
    expect(first('double')).toEqual([
      0.1,
      1.7976931348623157e308,
      5e-324,
      'NaN',
      'Infinity',
      123456789.12345679,
      0.30000000000000004,
    ]);
    expect(first('date')).toEqual(['1970-01-01', '9999-12-31', '-000043-03-15', '1899-12-31', '+012345-06-07']);
    expect(first('timestamp')[0]).toBe('2024-02-29T12:34:56.123456');
    expect(first('timestamp_ns')).toEqual(['2024-02-29T12:34:56.123456789']);
    expect(first('timestamptz')).toEqual([
      '2024-10-27T02:30:00+02:00',
      '2024-10-27T02:30:00+01:00',
      '1850-01-01T00:00:00+00:00',
      'infinity',
    ]);
    expect(first('interval')).toEqual([
      'P1Y2M-3DT0H0M1.000001S',
      'P0Y0M0DT0H0M-0.000001S',
      'P0Y0M0DT0H0M0S',
      'P0Y0M0DT300H0M0S',
    ]);
    expect(first('blob')).toEqual([Buffer.from([0, 255, 128, 97, 98, 99]).toString('base64'), '']);
    expect(first('list')).toEqual([[1, null, '9223372036854775807'], []]);
    expect(first('struct')[0]).toEqual({ 'a b': '1.50', 'quote"s': ['x', null], n: { d: '2024-01-01' } });
    expect(first('map')[0]).toEqual({ "k'1": '2024-01-01T00:00:00.000001' });
    expect(first('union')).toEqual([{ num: 2 }, { txt: 'words' }]);
    expect(json).toContain('12345678901234567890123');
    const told = await connection.rows<{ v: string | null }>('SELECT "text" AS v FROM extremes');
    expect(column('text')).toEqual(told.map(({ v }) => v));
    expect(rows.at(-1)).toEqual(Object.fromEntries(Object.keys(EXTREMES).map((name) => [name, null])));
  });

  it('loses nothing in SQL INSERT', async () => {
    const { file } = await write('extremes.sql', {
      format: 'insert',
      options: { table: 'copy of it', batchSize: 4, createTable: true },
    });
    const sql = await readFile(file, 'utf8');
    expect(sql.match(/^INSERT INTO "copy of it"/gm)).toHaveLength(3);
    await connection.run(sql);
    expect(await differing('"copy of it"', back)).toEqual([]);
  });

  it('keeps every value as text or exact number in Arrow', async () => {
    const { file } = await write('extremes.arrow', { format: 'arrow' });
    const bytes = await readFile(file);
    expect(bytes.subarray(0, 6).toString()).toBe('ARROW1');
    expect(bytes.subarray(-6).toString()).toBe('ARROW1');
    const table = tableFromIPC(bytes);
    expect(table.schema.names).toEqual(Object.keys(EXTREMES));
    const column = (name: string) => [...(table.getChild(name) ?? [])];
    expect(column('bigint').slice(0, 4)).toEqual([-9223372036854775808n, 9223372036854775807n, 9007199254740993n, 0n]);
    const told = await connection.rows<{ v: string | null }>('SELECT "text" AS v FROM extremes');
    expect(column('text')).toEqual(told.map(({ v }) => v));
  });

  it('writes a Markdown table of as many lines as rows', async () => {
    const { file } = await write('extremes.md', { format: 'markdown' });
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    const [counted] = await connection.rows<{ n: string }>('SELECT count(*) AS n FROM extremes');
    expect(lines).toHaveLength(Number(counted?.n) + 2);
    expect(lines[2]).toContain('| -9223372036854775808 |');
    const pipes = lines.map((line) => line.replace(/\\./g, '').split('|').length);
    expect(new Set(pipes)).toEqual(new Set([Object.keys(EXTREMES).length + 2]));
  });
});
