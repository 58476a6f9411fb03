import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { Connections } from '../../../src/main/connectors/connections';
import { FileCatalog } from '../../../src/main/lake/files/file-catalog';
import { type IngestServices, planIngest, runIngest } from '../../../src/main/pipelines/ingest/ingest';
import { Project } from '../../../src/main/project/project';
import { prepareWith } from '../../../src/main/server/prepare-sql';
import type { OptionValue } from '../../../src/shared/connections';
import type { ErrorShape } from '../../../src/shared/errors';
import type { IngestEvent, IngestPlan, IngestReport, IngestRequest } from '../../../src/shared/ingest';
import { openLake } from '../lake/lake-fixture';

/** A project with a lake, files and connections, into which is ingested. */
export interface IngestFixture {
  services: IngestServices;
  folder: string;
  rows<T = Record<string, unknown>>(sql: string): Promise<T[]>;
  write(file: string, text: string): Promise<void>;
  /** Writes the connections of millrace.yaml. */
  connect(entries: Record<string, OptionValue>): Promise<void>;
  events(request: IngestRequest, signal?: AbortSignal): Promise<IngestEvent[]>;
  /** The report of the one table; throws what it failed with. */
  ingest(request: IngestRequest): Promise<IngestReport>;
  failure(request: IngestRequest): Promise<ErrorShape>;
  plan(request: IngestRequest): Promise<IngestPlan[]>;
  close(): Promise<void>;
}

export async function openIngest(): Promise<IngestFixture> {
  const place = await mkdtemp(path.join(os.tmpdir(), 'millrace-ingest-'));
  process.env.MILLRACE_HOME = path.join(place, 'home');
  const folder = path.join(place, 'shop');
  await mkdir(folder);
  const project = await Project.open(folder);
  const { lake, engine, rows } = await openLake({ folder });
  const connections = new Connections({ project, engine, emit: () => undefined });
  const files = new FileCatalog({ project, engine, emit: () => undefined });
  engine.prepareSql = prepareWith({ files, connections, lake });
  const services: IngestServices = { engine, lake, connections, project };
  const events = async (request: IngestRequest, signal?: AbortSignal) => {
    const seen: IngestEvent[] = [];
    for await (const event of runIngest(services, request, signal ? { signal } : {})) seen.push(event);
    return seen;
  };
  const end = async (request: IngestRequest) => (await events(request)).at(-1);
  return {
    services,
    folder,
    rows,
    events,
    async write(file, text) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), text);
    },
    async connect(entries) {
      await writeFile(path.join(folder, 'millrace.yaml'), stringify({ name: 'shop', connections: entries }));
      await project.reload();
    },
    async ingest(request) {
      const last = await end(request);
      if (last?.type === 'table') return last.report;
      throw new Error(JSON.stringify(last));
    },
    async failure(request) {
      const last = await end(request);
      if (last?.type === 'failure') return last.failure.error;
      throw new Error(`It did not fail: ${JSON.stringify(last)}`);
    },
    plan: (request) => planIngest(services, request),
    async close() {
      await connections.close();
      await files.close();
      await lake.close();
      await engine.close();
      await rm(place, { recursive: true, force: true });
    },
  };
}
