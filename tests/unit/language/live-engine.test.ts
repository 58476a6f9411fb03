import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LanguageService } from '../../../src/main/engine/language/language-service';
import { type CatalogFixture, openCatalog } from '../files/catalog-fixture';
import { cursor } from './workspace';

let fixture: CatalogFixture;
let service: LanguageService;
let outside: string;

beforeAll(async () => {
  outside = await realpath(await mkdtemp(join(tmpdir(), 'millrace-outside-')));
  fixture = await openCatalog();
  await fixture.write('data/returns.csv', 'return_id;reason\n1;broken\n2;late\n');
  const session = await fixture.engine.openSession('w');
  await session.run({
    session: 'w',
    run: 'r1',
    sql: 'create temp table kept as select 1 as kept_id; select 7 as answer',
  });
  service = new LanguageService({ engine: fixture.engine, files: fixture.files, projectFolder: fixture.folder });
});
afterAll(async () => {
  await service.close();
  await fixture.close();
  await rm(outside, { recursive: true, force: true });
});

async function columns(marked: string): Promise<string[]> {
  const [text, offset] = cursor(marked);
  const list = await service.complete(text, offset, { session: 'w' });
  return list.items.filter((item) => item.kind === 'column').map((item) => item.insert);
}

describe('on the project’s own engine and files', () => {
  it('knows a file as the project reads it', async () => {
    expect(await columns("select | from 'data/returns.csv'")).toEqual(['return_id', 'reason']);
    expect(await service.check("select reason from 'data/returns.csv'")).toEqual([]);
    expect((await service.check("select reson from 'data/returns.csv'"))[0]?.candidates).toEqual(['reason']);
  });

  it('knows the worksheet’s results and its temporary tables', async () => {
    expect(await columns('select | from _1')).toContain('answer');
    expect(await columns('select | from _')).toContain('answer');
    expect(await columns('select | from kept')).toContain('kept_id');
    expect(await service.check('select kept_id from kept', { session: 'w' })).toEqual([]);
    expect((await service.check('select wrong from _1', { session: 'w' })).length).toBe(1);
  });

  it('does not doubt a database file that is attached only when it runs', async () => {
    expect(await service.check('from warehouse_stock.main.items')).toEqual([]);
  });

  it('proposes tables of a database file before it is opened, and leaves it closed', async () => {
    const file = join(fixture.folder, 'stock.duckdb');
    await fixture.connection.run(
      `ATTACH '${file}' AS making; CREATE TABLE making.items AS SELECT 1 AS item_id, 'x' AS label; DETACH making`,
    );
    fixture.files.invalidate();
    service.invalidate();
    const [text, offset] = cursor('select * from stock.main.|');
    expect((await service.complete(text, offset)).items.map((item) => item.label)).toContain('items');
    expect(await columns('select | from stock.main.items')).toEqual(['item_id', 'label']);
    expect(await service.check('select item_id from stock.main.items')).toEqual([]);
    expect((await service.check('select item_ib from stock.main.items'))[0]?.candidates).toEqual(['item_id']);
    expect(await fixture.connection.rows("from duckdb_databases() where database_name = 'stock'")).toEqual([]);
    expect(await fixture.files.datasets()).toContainEqual({ path: 'stock.duckdb', part: 'main.items' });
  });

  it('knows several files by one pattern as a run has read them', async () => {
    await fixture.write('prices/one.csv', 'id;price\n1;2,55\n2;13,1\n');
    const [text, offset] = cursor("select | from 'prices/*.csv'");
    const type = async () =>
      (await service.complete(text, offset)).items.find((item) => item.label === 'price')?.detail;
    // What DuckDB guesses while the file was not read yet.
    expect(await type()).toContain('VARCHAR');
    await fixture.query("from 'prices/*.csv'");
    service.invalidate();
    expect(await type()).toContain('DECIMAL');
  });

  it('gives the function reference with signatures and examples', async () => {
    const functions = await service.functions();
    const truncate = functions.find((entry) => entry.name === 'date_trunc');
    expect(functions.length).toBeGreaterThan(500);
    expect(truncate?.signatures[0]?.parameters).toEqual(['part', 'timestamp']);
    expect(functions.find((entry) => entry.name === 'row_number')?.kind).toBe('window');
  });
});
