import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Document, parseDocument } from 'yaml';
import type { EngineConnection } from '../../../src/main/engine/connection';
import { Engine } from '../../../src/main/engine/engine';
import { FileCatalog } from '../../../src/main/lake/files/file-catalog';
import type { BackendEvent } from '../../../src/shared/events';
import type { FileOptions } from '../../../src/shared/files';

/** A project in a temp folder with a real engine and a catalog over it. */
export interface CatalogFixture {
  folder: string;
  engine: Engine;
  connection: EngineConnection;
  files: FileCatalog;
  events: BackendEvent[];
  /** millrace.yaml as it stands. */
  yaml(): string;
  write(file: string, content: string | Uint8Array): Promise<string>;
  /** Runs a worksheet's statement as the app does: with its files spelled out. */
  query<T = Record<string, unknown>>(sql: string): Promise<T[]>;
  close(): Promise<void>;
}

export async function openCatalog(
  options: { restricted?: boolean; idleMilliseconds?: number } = {},
): Promise<CatalogFixture> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'millrace-files-')));
  const stateFolder = path.join(folder, '.millrace');
  const engine = await Engine.open({ projectFolder: folder, stateFolder, restricted: options.restricted ?? false });
  const connection = await engine.connect();
  const events: BackendEvent[] = [];
  let document: Document = parseDocument('name: test\n');
  const project = {
    folder,
    stateFolder,
    get config() {
      const plain = document.toJS() as { files?: Record<string, FileOptions>; folders?: string[] };
      return { files: plain.files ?? {}, folders: plain.folders ?? [] };
    },
    updateConfig: async (edit: (document: Document) => void) => {
      edit(document);
      document = parseDocument(document.toString());
    },
  };
  const files = new FileCatalog({
    project,
    engine,
    emit: (event) => events.push(event),
    ...(options.idleMilliseconds === undefined ? {} : { idleMilliseconds: options.idleMilliseconds }),
  });
  return {
    folder,
    engine,
    connection,
    files,
    events,
    yaml: () => document.toString(),
    async write(file, content) {
      const absolute = path.join(folder, file);
      await mkdir(path.dirname(absolute), { recursive: true });
      await writeFile(absolute, content);
      return absolute;
    },
    async query(sql) {
      return connection.rows((await files.prepareSql(sql)).sql);
    },
    async close() {
      await files.close();
      connection.close();
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
