import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../../src/main/engine/connection';
import { collectBytes } from '../../../src/main/engine/result-window';
import { arrowCell, duckCell } from './arrow-cells';
import { type EngineFixture, openEngine } from './engine-fixture';

let fixture: EngineFixture;
let connection: EngineConnection;
beforeAll(async () => {
  fixture = await openEngine();
  connection = await fixture.engine.connect();
});
afterAll(async () => {
  connection.close();
  await fixture.close();
});

async function arrow(sql: string) {
  return tableFromIPC(await collectBytes(connection.arrow(sql)));
}

/** Cells that differ from the binding's own values; where Arrow lacks the type, from DuckDB's text. */
async function compare(from: string, everyRow = 1) {
  const table = await arrow(`from ${from}`);
  const direct = await (await connection.raw.run(`from ${from}`)).getRows();
  const names = table.schema.fields.map((field) => `"${field.name}"::varchar`);
  const texts = await (await connection.raw.run(`select ${names.join(', ')} from ${from}`)).getRows();
  const differences: string[] = [];
  table.schema.fields.forEach((field, column) => {
    const isText = field.type.toString() === 'Utf8';
    for (let row = 0; row < table.numRows; row += everyRow) {
      const expected = isText ? texts[row]?.[column] : duckCell(direct[row]?.[column]);
      const found = arrowCell(table, column, row);
      if (JSON.stringify(expected) === JSON.stringify(found)) continue;
      differences.push(`${field.name} row ${row}: ${JSON.stringify(expected)} but ${JSON.stringify(found)}`);
    }
  });
  return { differences, rows: table.numRows };
}

describe('rows as Arrow', () => {
  it('carry the same values as DuckDB’s own text, for every type', async () => {
    const { differences, rows } = await compare('test_all_types()');
    expect(rows).toBe(3);
    expect(differences).toEqual([]);
  });

  it('stay right over several chunks and batches, with NULLs and texts of any length', async () => {
    const from = `(select case when i % 7 <> 0 then i end as n, case when i % 3 <> 0 then repeat('ä' || i, (i % 40)::int) end as t,
      i % 2 = 0 as b, (i / 7)::decimal(12, 3) as d, case when i % 5 <> 0 then [i, null, i + 1] end as l,
      {'x': i, 'y': 'text of row ' || i} as s, map {i: 'v' || i, -i - 1: null} as m, [i, i * 2]::bigint[2] as a,
      case when i % 11 = 0 then null else ['long text number ' || i] end as tl from range(9000) r(i))`;
    const { differences, rows } = await compare(from, 7);
    expect(rows).toBe(9000);
    expect(differences).toEqual([]);
  });

  it('are merged into batches of many chunks, the first one sent at once', async () => {
    const table = await arrow('select i, i::varchar as s, case when i % 2 = 0 then i end as n from range(200000) r(i)');
    expect(table.batches.map((batch) => batch.numRows)).toEqual([2048, 61_440, 61_440, 61_440, 13_632]);
    for (let row = 0; row < table.numRows; row += 997) {
      const expected = [String(row), String(row), row % 2 === 0 ? String(row) : null];
      expect([0, 1, 2].map((column) => arrowCell(table, column, row))).toEqual(expected);
    }
  });

  it('give lists whose entries lie anywhere in the element vector', async () => {
    const table = await arrow(
      'select list_sort(l) as l, l[2:] as t from (select [i % 5, i, 3] as l from range(3000) r(i)) where l[1] <> 2 order by l[2] desc',
    );
    const [row] = await connection.rows<{ total: string }>(
      'select sum(list_sum([i % 5, i, 3]))::varchar as total from range(3000) r(i) where i % 5 <> 2',
    );
    let total = 0n;
    for (const list of table.getChildAt(0) ?? []) for (const value of list) total += value as bigint;
    expect(String(total)).toBe(row?.total);
  });

  it('have a schema even without rows', async () => {
    const table = await arrow("select 1::hugeint as big, 'x' as t where false");
    expect(table.numRows).toBe(0);
    expect(table.schema.fields.map((field) => [field.name, field.metadata.get('duckdb_type')])).toEqual([
      ['big', 'HUGEINT'],
      ['t', 'VARCHAR'],
    ]);
  });

  it('end with an error, not early, where the query dies', async () => {
    const stream = connection.arrow("select case when i = 300000 then 'x' else '1' end::int from range(400000) r(i)");
    await expect(collectBytes(stream)).rejects.toMatchObject({ code: 'SQL_RUNTIME' });
  });

  it('stop the query where the reader leaves', async () => {
    for await (const bytes of connection.arrow('from range(3000000000)')) {
      expect(bytes.byteLength).toBeGreaterThan(0);
      break;
    }
    expect(await connection.rows('select 1 as one')).toEqual([{ one: 1 }]);
  });
});
