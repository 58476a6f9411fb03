import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlEvent } from '../../../src/main/engine/export/sql-frames';
import { runSql, runSqlRequest, sqlRequestSchema } from '../../../src/main/engine/export/sql-stream';
import type { SqlRequest } from '../../../src/shared/export';
import { openTestEngine, type TestEngine } from './test-engine';

let engine: TestEngine;

beforeAll(async () => {
  engine = await openTestEngine();
});

afterAll(() => engine.close());

async function text(request: SqlRequest, signal?: AbortSignal): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const event of runSql({ engine: engine.engine }, request, signal ? { signal } : {})) {
    if ('data' in event) pieces.push(event.data);
  }
  return Buffer.concat(pieces).toString();
}

/** Names of what runs leave behind: kept results and files. */
async function leftovers(): Promise<string[]> {
  const connection = await engine.engine.connect();
  const tables = await connection.rows<{ name: string }>(
    `SELECT table_name AS name FROM duckdb_tables() WHERE database_name = 'results'`,
  );
  connection.close();
  const files = readdirSync(path.join(engine.folder, '.millrace', 'tmp')).filter((name) => /^(sql|export)-/.test(name));
  return [...tables.map(({ name }) => name), ...files];
}

describe('SQL as a stream of bytes', () => {
  it('yields the first rows while the query still runs', async () => {
    const slow = `SELECT i FROM range(3000000000) t(i)`;
    const events = runSql({ engine: engine.engine }, { sql: slow, format: 'csv' })[Symbol.asyncIterator]();
    const head = (await events.next()).value as SqlEvent;
    const rows = (await events.next()).value as SqlEvent;
    expect('data' in head && Buffer.from(head.data).toString()).toBe('i\n');
    expect('data' in rows && Buffer.from(rows.data).toString().startsWith('0\n1\n2\n')).toBe(true);
    await events.return?.();
    expect(engine.engine.slots.running).toBe(0);
    expect(await leftovers()).toEqual([]);
  });

  it('keeps memory flat for a reader that takes its time', async () => {
    const held = () => {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const sql = `SELECT i, repeat(md5(i::VARCHAR), 8) AS words FROM range(1000000) t(i)`;
    const before = held();
    let highest = 0;
    let bytes = 0;
    for await (const event of runSql({ engine: engine.engine }, { sql, format: 'ndjson' })) {
      if ('data' in event) bytes += event.data.byteLength;
      highest = Math.max(highest, held() - before);
      await wait(2);
    }
    expect(bytes).toBeGreaterThan(270_000_000);
    expect(highest).toBeLessThan(150_000_000);
  });

  it('cancels at once and leaves nothing', async () => {
    const abort = new AbortController();
    const running = text({ sql: 'SELECT sum(hash(i)) FROM range(100000000000) t(i)', format: 'json' }, abort.signal);
    await wait(300);
    abort.abort();
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await leftovers()).toEqual([]);
  });

  it('gives Parquet without leaving its file behind', async () => {
    const bytes = await text({ sql: 'SELECT 1 AS n', format: 'parquet' });
    expect(bytes.slice(0, 4)).toBe('PAR1');
    expect(await leftovers()).toEqual([]);
  });

  it('writes an empty result as what the format has for it', async () => {
    const sql = 'SELECT 1 AS n WHERE false';
    expect(JSON.parse(await text({ sql, format: 'json' }))).toEqual([]);
    expect(await text({ sql, format: 'ndjson' })).toBe('');
    expect(await text({ sql, format: 'csv' })).toBe('n\n');
    expect(await text({ sql, format: 'table' })).toBe('n\n-\n(0 rows)\n');
  });

  it('uses the asked time zone in every format', async () => {
    const sql = `SELECT TIMESTAMPTZ '2024-06-01 12:00:00+00' AS t`;
    const ask = (format: SqlRequest['format']) => text({ sql, format, timeZone: 'Asia/Kolkata' });
    expect(await ask('json')).toContain('2024-06-01T17:30:00+05:30');
    expect(await ask('csv')).toContain('2024-06-01 17:30:00+05:30');
    expect(await ask('table')).toContain('2024-06-01 17:30:00+05:30');
  });

  it('shows no control character of a value to the terminal', async () => {
    const shown = await text({ sql: `SELECT 'a' || chr(27) || '[31m' || chr(9) || chr(10) AS t`, format: 'table' });
    expect(shown).toContain('a\\x1b[31m\\t\\n');
    expect(shown).not.toContain('\u001b');
  });

  it('carries an error to another process as itself', async () => {
    const request = sqlRequestSchema.parse({ sql: 'SELECT nme', format: 'csv' });
    const pieces: Uint8Array[] = [];
    for await (const bytes of runSqlRequest({ engine: engine.engine }, request)) pieces.push(bytes);
    expect(Buffer.concat(pieces).toString()).toContain('"code":"SQL_BIND"');
  });

  it.each([
    { sql: 1, format: 'csv' },
    { sql: 'x', format: 'xml' },
    { sql: 'x', format: 'csv', parameters: { a: {} } },
  ])('refuses the request %j', (request) => {
    expect(sqlRequestSchema.safeParse(request).success).toBe(false);
  });
});
