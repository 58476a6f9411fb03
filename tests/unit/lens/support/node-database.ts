import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createDuckDB, type DuckDBConnection, NODE_RUNTIME, VoidLogger } from '@duckdb/duckdb-wasm/blocking';
import { LENS_SETTINGS, type LensDatabase } from '../../../../src/renderer/lens/lens-database';

/** The same duckdb-wasm module as in the window, in its blocking build for Node. */
export async function openNodeDatabase(): Promise<LensDatabase> {
  const folder = dirname(createRequire(import.meta.url).resolve('@duckdb/duckdb-wasm/dist/duckdb-eh.wasm'));
  const bundle = (name: string) => ({ mainModule: join(folder, `duckdb-${name}.wasm`), mainWorker: '' });
  const database = await createDuckDB({ mvp: bundle('mvp'), eh: bundle('eh') }, new VoidLogger(), NODE_RUNTIME);
  await database.instantiate(() => undefined);
  database.open({
    path: ':memory:',
    query: { castBigIntToDouble: false, castDecimalToDouble: false, castTimestampToDate: false },
  });
  const first = idOf(database.connect());
  for (const sql of LENS_SETTINGS) database.runQuery(first, sql);
  return {
    async connect() {
      const connection = database.connect();
      const id = idOf(connection);
      return {
        run: async (sql) => database.runQuery(id, sql),
        insert: async (table, bytes) => database.insertArrowFromIPCStream(id, bytes, table),
        close: async () => connection.close(),
      };
    },
    close: async () => database.reset(),
  };
}

function idOf(connection: DuckDBConnection): number {
  // biome-ignore lint/correctness/useHookAtTopLevel: a method of duckdb-wasm, no hook of React
  return connection.useUnsafe((_, id) => id);
}
