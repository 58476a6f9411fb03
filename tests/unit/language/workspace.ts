import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { findExtensions } from '../../../src/main/engine/extensions';
import { LanguageService } from '../../../src/main/engine/language/language-service';
import type { FileCatalogLike, LanguageConnection, LanguageEngine } from '../../../src/main/engine/language/ports';
import { columnKind } from '../../../src/shared/columns';
import type { FileDescription, FileEntry } from '../../../src/shared/files';
import type { ResultInfo } from '../../../src/shared/results';
import { quoteLiteral } from '../../../src/shared/sql/quote';

/** A project folder with files, a real DuckDB over it and the language service under test. */
export interface Workspace {
  folder: string;
  service: LanguageService;
  run(sql: string): Promise<void>;
  results: ResultInfo[];
  close(): Promise<void>;
}

const FILES: Record<string, string> = {
  'data/orders.csv': 'order_id,customer_id,amount,note\n1,7,12.50,first\n2,8,3.10,second\n',
  'data/customers.csv': 'customer_id,name,country\n7,Ada,de\n8,Ben,fr\n',
  'data/events.json': '[{"id":1,"shipping":{"carrier":"dhl","kg":1.5}}]',
};

export async function openWorkspace(setup = ''): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-language-'));
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const instance = await DuckDBInstance.create(':memory:', {
    file_search_path: folder,
    allow_unsigned_extensions: 'true',
  });
  const connection = await instance.connect();
  // As in the app: were a URL ever bound in the live engine, it would be fetched.
  const httpfs = findExtensions().found.find((extension) => extension.name === 'httpfs');
  await connection.run(`load ${quoteLiteral(httpfs?.file ?? '')}`);
  if (setup !== '') await connection.run(setup);
  const results: ResultInfo[] = [];
  const engine: LanguageEngine = {
    connect: async () => wrap(await instance.connect()),
    session: () => ({ list: () => results }),
  };
  const service = new LanguageService({ engine, files: fileCatalog(folder, connection), projectFolder: folder });
  return {
    folder,
    service,
    results,
    run: async (sql) => void (await connection.run(sql)),
    close: async () => {
      await service.close();
      connection.closeSync();
      instance.closeSync();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function wrap(connection: DuckDBConnection): LanguageConnection {
  return {
    rows: async <T>(sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson() as T[],
    close: () => connection.closeSync(),
  };
}

function fileCatalog(folder: string, connection: DuckDBConnection): FileCatalogLike {
  return {
    datasets: async () => Object.keys(FILES).map((path) => ({ path })),
    list: async (under) => {
      const entries = await readdir(join(folder, under), { withFileTypes: true });
      return entries.map((entry): FileEntry => {
        const path = under === '' ? entry.name : `${under}/${entry.name}`;
        const kind = entry.isDirectory() ? 'folder' : 'file';
        return {
          path,
          name: entry.name,
          kind,
          format: entry.name.endsWith('.csv') ? 'csv' : 'json',
          size: 0,
          modified: 0,
          expandable: true,
        };
      });
    },
    describe: async (reference) => {
      const reader = await connection.runAndReadAll(`describe from ${quoteLiteral(reference.path)}`);
      const columns = reader
        .getRowsJson()
        .map((row) => ({ name: String(row[0]), type: String(row[1]), kind: columnKind(String(row[1])) }));
      const relation = quoteLiteral(reference.path);
      const description: FileDescription = {
        reference,
        format: 'csv',
        columns,
        relation,
        spelledOut: relation,
        options: {},
        detected: {},
        questions: [],
      };
      return description;
    },
  };
}

/** Takes the cursor mark `|` out of a text. */
export function cursor(marked: string): [text: string, offset: number] {
  const offset = marked.indexOf('|');
  return [marked.slice(0, offset) + marked.slice(offset + 1), offset];
}
