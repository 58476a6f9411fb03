import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { findExtensions } from '../../../src/main/engine/extensions';
import { Lake } from '../../../src/main/lake/lake';
import type { LakeTableName } from '../../../src/shared/lake';
import { type EngineFixture, openEngine } from '../engine/engine-fixture';

/** A real lake in a project of its own. */
export interface LakeFixture extends EngineFixture {
  lake: Lake;
  /** Rows as JSON holds them. */
  rows<T = Record<string, unknown>>(sql: string): Promise<T[]>;
  table(name: string): LakeTableName;
  /** Closes engine and lake and opens the folder again. */
  reopen(): Promise<LakeFixture>;
}

interface FixtureOptions {
  folder?: string;
  config?: { lake?: unknown; connections?: { names: string[] } };
  restricted?: boolean;
}

export async function openLake(options: FixtureOptions = {}): Promise<LakeFixture> {
  const folder = options.folder ?? (await mkdtemp(path.join(os.tmpdir(), 'millrace-lake-')));
  const restricted = options.restricted ?? false;
  const extensionFiles = findExtensions(restricted).found.map((extension) => extension.file);
  const fixture = await openEngine({ projectFolder: folder, restricted, extensionFiles });
  const project = { folder, config: options.config ?? {}, updateConfig: async () => undefined };
  const lake = Lake.open({ project, engine: fixture.engine, emit: () => undefined });
  fixture.engine.prepareSql = async (sql) => {
    await lake.prepare(sql);
    return { sql, toOriginal: (offset) => offset };
  };
  return {
    ...fixture,
    lake,
    rows: (sql) => lake.reading((connection) => connection.rows(sql)),
    table: (name) => ({ schema: 'raw', name }),
    async reopen() {
      await lake.close();
      await fixture.engine.close();
      return openLake({ ...options, folder });
    },
    async close() {
      await lake.close();
      await fixture.engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
