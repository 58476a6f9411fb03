import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../../src/main/engine/connection';
import { exportRelation } from '../../../src/main/engine/export/export-relation';
import type { ColumnInfo } from '../../../src/shared/columns';
import {
  EXPORT_FORMAT_DETAILS,
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportTarget,
} from '../../../src/shared/export';
import { openTestEngine, type TestEngine } from './test-engine';

const COLUMNS: ColumnInfo[] = [
  { name: 'n', type: 'BIGINT', kind: 'integer' },
  { name: 'words', type: 'VARCHAR', kind: 'text' },
];
/** About 60 MB of text that does not compress to nothing. */
const LARGE = `SELECT range AS n, md5(range::VARCHAR) || md5((range + 1)::VARCHAR) AS words FROM range(1000000)`;

let engine: TestEngine;
let connection: EngineConnection;
let folder: string;

beforeAll(async () => {
  engine = await openTestEngine();
});

afterAll(() => engine.close());

beforeEach(async () => {
  connection = await engine.engine.connect();
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-target-'));
});

afterEach(async () => {
  connection.close();
  await rm(folder, { recursive: true, force: true });
});

function target(format: ExportFormat, overwrite = true): ExportTarget {
  return {
    format,
    file: path.join(folder, `rows.${EXPORT_FORMAT_DETAILS[format].extension}`),
    overwrite,
  } as ExportTarget;
}

describe.each(EXPORT_FORMATS)('an export to %s', (format) => {
  it('that is cancelled leaves the folder as it was', async () => {
    const { file } = target(format);
    writeFileSync(file, 'the older file');
    const abort = new AbortController();
    const running = exportRelation(connection, { sql: LARGE, columns: COLUMNS, rowCount: 1_000_000 }, target(format), {
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readdirSync(folder)).toEqual([path.basename(file)]);
    expect(readFileSync(file, 'utf8')).toBe('the older file');
  });

  it('tells rows and bytes while it runs and replaces an older file at the end', async () => {
    const { file } = target(format);
    writeFileSync(file, 'the older file');
    const told: { rows: number; bytes: number }[] = [];
    const relation = { sql: LARGE, columns: COLUMNS, rowCount: 1_000_000 };
    const outcome = await exportRelation(connection, relation, target(format), {
      onProgress: (progress) => {
        told.push(progress);
        if (told.length === 1) expect(readFileSync(file, 'utf8')).toBe('the older file');
      },
    });
    expect(outcome.rows).toBe(1_000_000);
    expect(readFileSync(file).byteLength).toBe(outcome.bytes);
    expect(told.length).toBeGreaterThan(0);
    expect(told.map(({ rows }) => rows)).toEqual(told.map(({ rows }) => rows).sort((a, b) => a - b));
    expect(readdirSync(folder)).toEqual([path.basename(file)]);
  });

  it('writes a valid file of no rows', async () => {
    const outcome = await exportRelation(connection, { sql: `${LARGE} LIMIT 0`, columns: COLUMNS }, target(format));
    expect(outcome.rows).toBe(0);
    if (format === 'json') expect(JSON.parse(readFileSync(outcome.file, 'utf8'))).toEqual([]);
    if (format === 'insert') expect(readFileSync(outcome.file, 'utf8')).toBe('');
    if (format === 'csv') expect(readFileSync(outcome.file, 'utf8')).toBe('n,words\n');
  });
});

const mountable = (() => {
  const trial = path.join(tmpdir(), `millrace-mount-${process.pid}`);
  try {
    mkdirSync(trial);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', trial], { stdio: 'ignore' });
    execFileSync('umount', [trial]);
    return true;
  } catch {
    return false; // Only root on Linux may mount; the test is skipped elsewhere.
  } finally {
    rmSync(trial, { recursive: true, force: true });
  }
})();

describe.skipIf(!mountable)('on a disk of 4 MB', () => {
  beforeEach(() => execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]));
  afterEach(() => execFileSync('umount', [folder]));

  it.each(EXPORT_FORMATS)('%s says that the disk is full and leaves no half file', async (format) => {
    writeFileSync(path.join(folder, 'other'), 'stays');
    const running = exportRelation(connection, { sql: LARGE, columns: COLUMNS }, target(format));
    await expect(running).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringMatching(/^The disk is full: .* was not written\.$/),
      hint: expect.stringContaining('space'),
    });
    expect(readdirSync(folder)).toEqual(['other']);
  });
});

describe('a target', () => {
  const relation = { sql: 'SELECT 1 AS n, NULL AS words', columns: COLUMNS };

  it('that exists is refused unless it may be replaced', async () => {
    writeFileSync(target('csv').file, 'precious');
    await expect(exportRelation(connection, relation, target('csv', false))).rejects.toMatchObject({
      code: 'FILE_CHANGED',
    });
    expect(readFileSync(target('csv').file, 'utf8')).toBe('precious');
  });

  it('in a folder that is not there is an error that names the folder', async () => {
    const lost = { ...target('csv'), file: path.join(folder, 'no', 'rows.csv') };
    await expect(exportRelation(connection, relation, lost)).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringContaining(path.join(folder, 'no')),
    });
  });

  it('outside a restricted project is written too, as the user chose it', async () => {
    const restricted = await openTestEngine({ restricted: true });
    const reader = await restricted.engine.connect();
    try {
      const outcome = await exportRelation(reader, relation, target('parquet'));
      const [row] = await connection.rows<{ n: number }>(`SELECT n FROM '${outcome.file}'`);
      expect(row?.n).toBe(1);
      expect(
        readdirSync(path.join(restricted.folder, '.millrace', 'tmp')).filter((name) => name.endsWith('.parquet')),
      ).toEqual([]);
    } finally {
      reader.close();
      await restricted.close();
    }
  });
});

describe('names and options', () => {
  const twice = {
    sql: 'SELECT 1 AS a, 2 AS a, 3 AS "A"',
    columns: ['a', 'a', 'A'].map((name): ColumnInfo => ({ name, type: 'INTEGER', kind: 'integer' })),
  };

  it('keeps every column of equal names', async () => {
    const json = await exportRelation(connection, twice, target('json'));
    expect(JSON.parse(readFileSync(json.file, 'utf8'))).toEqual([{ a: 1, a_1: 2, A: 3 }]);
    const csv = await exportRelation(connection, twice, target('csv'));
    expect(readFileSync(csv.file, 'utf8')).toBe('a,a,A\n1,2,3\n');
    const parquet = await exportRelation(connection, twice, target('parquet'));
    expect(await connection.rows(`SELECT a, a_1, "A_2" FROM '${parquet.file}'`)).toEqual([{ a: 1, a_1: 2, A_2: 3 }]);
  });

  it.each(['', 'ab', '"', '5', '\n', '-'])('refuses %j as delimiter of a CSV file', async (delimiter) => {
    const bad = { ...target('csv'), options: { delimiter } } as ExportTarget;
    await expect(exportRelation(connection, twice, bad)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('writes a decimal comma in quotes where the comma is the delimiter too', async () => {
    const decimal = {
      sql: 'SELECT 1.5 AS x',
      columns: [{ name: 'x', type: 'DECIMAL(2,1)', kind: 'decimal' } as const],
    };
    const csv = { ...target('csv'), options: { decimal: ',' } } as ExportTarget;
    expect(readFileSync((await exportRelation(connection, decimal, csv)).file, 'utf8')).toBe('x\n"1,5"\n');
  });
});
