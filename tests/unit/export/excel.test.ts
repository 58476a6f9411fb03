import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../../src/main/engine/connection';
import { exportRelation } from '../../../src/main/engine/export/export-relation';
import { type ColumnInfo, columnKind } from '../../../src/shared/columns';
import { createExtremes } from './extremes';
import { openTestEngine, type TestEngine } from './test-engine';
import { unzip } from './unzip';

interface Cell {
  text?: string;
  number?: string;
  boolean?: string;
  format: string;
}

let engine: TestEngine;
let connection: EngineConnection;

beforeAll(async () => {
  engine = await openTestEngine();
  connection = await engine.engine.connect();
});

afterAll(async () => {
  connection.close();
  await engine.close();
});

async function columnsOf(sql: string): Promise<ColumnInfo[]> {
  const told = await connection.rows<{ name: string; type: string }>(
    `SELECT column_name AS name, column_type AS type FROM (DESCRIBE ${sql})`,
  );
  return told.map(({ name, type }) => ({ name, type, kind: columnKind(type) }));
}

async function writeExcel(sql: string, columns?: ColumnInfo[], timeZone = 'Europe/Berlin') {
  const file = path.join(engine.folder, 'book.xlsx');
  const relation = { sql, columns: columns ?? (await columnsOf(sql)) };
  const target = { format: 'excel', file, overwrite: true } as const;
  const outcome = await exportRelation(connection, relation, target, { timeZone, statementSql: sql });
  return { ...outcome, parts: unzip(await readFile(file)) };
}

/** The cells of a sheet by column letter, row by row, as Excel would read the XML. */
function sheetRows(parts: Record<string, string>, sheet: number): Record<string, Cell>[] {
  const styles = parts['xl/styles.xml'] ?? '';
  const codes = new Map([...styles.matchAll(/numFmtId="(\d+)" formatCode="([^"]+)"/g)].map((m) => [m[1], m[2]]));
  const formats = [...(/<cellXfs.*<\/cellXfs>/.exec(styles)?.[0] ?? '').matchAll(/<xf numFmtId="(\d+)"/g)].map(
    (m) => codes.get(m[1] ?? '') ?? '',
  );
  const xml = parts[`xl/worksheets/sheet${sheet}.xml`] ?? '';
  return [...xml.matchAll(/<row r="(\d+)">(.*?)<\/row>/gs)].map((row) => {
    const cells = [...(row[2] ?? '').matchAll(/<c r="([A-Z]+)(\d+)"([^>]*)>(.*?)<\/c>/gs)].map((match) => {
      expect(match[2]).toBe(row[1]);
      const format = formats[Number(/s="(\d+)"/.exec(match[3] ?? '')?.[1] ?? 0)] ?? '';
      const text = /<t xml:space="preserve">(.*)<\/t>/s.exec(match[4] ?? '')?.[1];
      const value = /<v>(.*)<\/v>/.exec(match[4] ?? '')?.[1];
      if (text !== undefined) return [match[1], { text: decode(text), format }];
      return [match[1], /t="b"/.test(match[3] ?? '') ? { boolean: value, format } : { number: value, format }];
    });
    return Object.fromEntries(cells) as Record<string, Cell>;
  });
}

function decode(xml: string): string {
  return xml
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/_x([0-9A-F]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** The date that Excel shows for a serial number, to the millisecond. */
function shown(serial: string | undefined): string {
  return new Date(Math.round((Number(serial) - 25569) * 86_400_000)).toISOString().replace('Z', '');
}

describe('an Excel workbook', () => {
  it('holds the extremes of each type without a change', async () => {
    const relation = await createExtremes(connection);
    const { parts, notes } = await writeExcel(relation.sql, relation.columns);
    const [header, ...rows] = sheetRows(parts, 1);
    const letters = Object.keys(header ?? {});
    expect(letters).toHaveLength(relation.columns.length);
    for (const [index, column] of relation.columns.entries()) {
      const told = await connection.rows<{ v: string | null; utc: string | null }>(
        `SELECT CAST("${column.name}" AS VARCHAR) AS v, ${column.type === 'TIMESTAMP WITH TIME ZONE' ? `CAST(timezone('UTC', "${column.name}") AS VARCHAR) || '+00'` : 'NULL'} AS utc FROM extremes`,
      );
      told.forEach(({ v, utc }, row) => {
        const cell = rows[row]?.[letters[index] as string];
        const place = `${column.name} row ${row}`;
        if (v === null) expect(cell, place).toBeUndefined();
        else if (cell?.boolean !== undefined) expect(cell.boolean, place).toBe(v === 'true' ? '1' : '0');
        else if (cell?.text !== undefined) {
          const special: Record<string, string> = { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity' };
          expect([v, special[v], utc], place).toContain(cell.text);
        } else if (cell?.format.startsWith('yyyy'))
          expect(shown(cell.number), place).toContain(v.replace(' ', 'T').replace(/[+]\d\d$/, ''));
        else if (cell?.format.startsWith('hh')) expect(shown(cell?.number).slice(11), place).toContain(v);
        else {
          expect(cell?.number, place).toBe(v);
          const exact = ['FLOAT', 'DOUBLE'].includes(column.type);
          const digits = v.replace(/^-?0*\.?0*|\.?0*$|\./g, '').replace(/^-/, '');
          expect(exact || digits.length <= 15, `${place}: ${v}`).toBe(true);
        }
      });
    }
    expect(notes.some((note) => note.startsWith('bigint (BIGINT): written as text'))).toBe(true);
  });

  it('has dates as dates, milliseconds kept and the zone in the header', async () => {
    const { parts } = await writeExcel(
      `SELECT DATE '2024-02-29' AS d, TIMESTAMP '2024-02-29 12:34:56.789' AS ts, TIMESTAMPTZ '2024-06-01 12:00:00+00' AS tz, TIME '12:34:56' AS t`,
    );
    const [header, row] = sheetRows(parts, 1);
    expect(Object.values(header ?? {}).map((cell) => cell.text)).toEqual(['d', 'ts', 'tz (Europe/Berlin)', 't']);
    expect(row).toMatchObject({ A: { format: 'yyyy-mm-dd' }, B: { format: 'yyyy-mm-dd hh:mm:ss.000' } });
    expect(shown(row?.A?.number)).toBe('2024-02-29T00:00:00.000');
    expect(shown(row?.B?.number)).toBe('2024-02-29T12:34:56.789');
    expect(shown(row?.C?.number)).toBe('2024-06-01T14:00:00.000');
  });

  it('is read by another reader with numbers, dates and texts as they were', async () => {
    const sql = `SELECT i::INTEGER AS n, i * 1.25::DECIMAL(12,2) AS amount, DATE '2024-01-01' + i::INTEGER AS day, '00' || i AS code, i % 2 = 0 AS even, TIMESTAMP '2024-01-01' + INTERVAL (i * 61) SECOND AS moment FROM range(1000) t(i)`;
    const { file } = await writeExcel(sql);
    const read = `read_xlsx('${file}', sheet = 'Result')`;
    const back = `SELECT n::INTEGER AS n, amount::DECIMAL(12,2) AS amount, day::DATE AS day, code, even, date_trunc('second', moment + INTERVAL 500 MILLISECOND) AS moment FROM ${read}`;
    const [row] = await connection.rows<{ n: string }>(
      `SELECT count(*) AS n FROM ((SELECT n, amount::DECIMAL(12,2) AS amount, day, code, even, moment FROM (${sql})) EXCEPT ALL (${back}))`,
    );
    expect(row?.n).toBe('0');
    const types = await connection.rows<{ column_type: string }>(`DESCRIBE FROM ${read}`);
    expect(types.map((type) => type.column_type)).toEqual([
      'DOUBLE',
      'DOUBLE',
      'DATE',
      'VARCHAR',
      'BOOLEAN',
      'TIMESTAMP',
    ]);
  });

  it('goes on in a further sheet beyond 1,048,575 rows and tells its progress', async () => {
    const { parts, rows } = await writeExcel('SELECT range AS n FROM range(1048577)');
    expect(rows).toBe(1_048_577);
    const workbook = parts['xl/workbook.xml'] ?? '';
    expect([...workbook.matchAll(/<sheet name="([^"]+)"/g)].map((match) => match[1])).toEqual([
      'Result',
      'Result 2',
      'Query',
    ]);
    expect(parts['xl/worksheets/sheet1.xml'] ?? '').toContain('<c r="A1048576"><v>1048574</v></c></row></sheetData>');
    const second = sheetRows(parts, 2);
    expect(second.map((row) => row.A?.text ?? row.A?.number)).toEqual(['n', '1048575', '1048576']);
  });

  it('has a sheet with the SQL, the zone and what was written differently', async () => {
    const sql = `SELECT 12345678901234567890::HUGEINT AS big,\n  'two lines & <tags>' AS t`;
    const { parts } = await writeExcel(sql);
    const cells = sheetRows(parts, 2).map((row) => [row.A?.text, row.B?.text]);
    expect(cells).toContainEqual(['Time zone', 'Europe/Berlin']);
    expect(cells).toContainEqual(['SQL', sql.split('\n')[0]]);
    expect(cells).toContainEqual(['', sql.split('\n')[1]]);
    expect(cells.find(([label]) => label === 'Written differently')?.[1]).toMatch(/^big \(HUGEINT\): written as text/);
  });

  it('refuses a text that no cell can hold, naming column and row, and leaves no file', async () => {
    const sql = `SELECT i, CASE WHEN i = 7 THEN repeat('😀', 16384) ELSE 'short' END AS story FROM range(10) t(i)`;
    await expect(writeExcel(sql)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: 'An Excel cell holds at most 32,767 characters; story in row 8 has 32,768.',
    });
    const { parts } = await writeExcel(`SELECT repeat('x', 32767) AS story`);
    expect(sheetRows(parts, 1)[1]?.A?.text).toHaveLength(32_767);
  });

  it('refuses more columns than a sheet has', async () => {
    const list = Array.from({ length: 16_385 }, (_, index) => `${index} AS c${index}`).join(', ');
    const columns = Array.from({ length: 16_385 }, (_, index): ColumnInfo => {
      return { name: `c${index}`, type: 'INTEGER', kind: 'integer' };
    });
    await expect(writeExcel(`SELECT ${list}`, columns)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});
