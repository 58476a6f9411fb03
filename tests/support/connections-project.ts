import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { Connections, type ConnectionsOptions } from '../../src/main/connectors/connections';
import { createStatementGuard } from '../../src/main/connectors/guard/statement-guard';
import { createRemoteCancel } from '../../src/main/connectors/remote-cancel';
import { findExtensions } from '../../src/main/engine/extensions';
import { FileCatalog } from '../../src/main/lake/files/file-catalog';
import { Project } from '../../src/main/project/project';
import { prepareWith } from '../../src/main/server/prepare-sql';
import type { BackendEvent } from '../../src/shared/events';
import { type EngineFixture, openEngine } from '../unit/engine/engine-fixture';

/** A real project with connections in its millrace.yaml, and an engine that attaches them as worksheets need them. */
export interface ConnectionsProject extends EngineFixture {
  folder: string;
  project: Project;
  connections: Connections;
  /** Writes `connections:` anew and reads it, as after an edit outside. */
  configure(connections: Record<string, unknown>): Promise<void>;
}

interface Options {
  connections?: Record<string, unknown>;
  restricted?: boolean;
  options?: Partial<Pick<ConnectionsOptions, 'idleMilliseconds' | 'schemaNames'>>;
}

/** Takes MILLRACE_HOME to a folder of its own, so that the user's bindings and trust stay as they are. */
export async function openConnectionsProject(given: Options = {}): Promise<ConnectionsProject> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'millrace-connections-'));
  const homeBefore = process.env.MILLRACE_HOME;
  process.env.MILLRACE_HOME = path.join(root, 'home');
  const folder = path.join(root, 'project');
  const restricted = given.restricted ?? false;
  await mkdir(folder);
  const yaml = (connections: Record<string, unknown>) => stringify({ name: 'shop', connections });
  await writeFile(path.join(folder, 'millrace.yaml'), yaml(given.connections ?? {}));
  const project = await Project.open(folder, { trust: !restricted });
  const extensionFiles = findExtensions(restricted).found.map((extension) => extension.file);
  const fixture = await openEngine({ projectFolder: project.folder, restricted, extensionFiles });
  const { events } = fixture;
  const emit = (event: BackendEvent) => {
    events.push(event);
  };
  const connections = new Connections({ project, engine: fixture.engine, emit, ...given.options });
  const files = new FileCatalog({ project, engine: fixture.engine, emit });
  fixture.engine.prepareSql = prepareWith({ files, connections });
  fixture.engine.guard = createStatementGuard(connections);
  fixture.engine.cancelRemote = createRemoteCancel(connections);
  return {
    ...fixture,
    folder: project.folder,
    project,
    connections,
    async configure(next) {
      await writeFile(path.join(folder, 'millrace.yaml'), yaml(next));
      await project.reload();
      await connections.refresh();
    },
    async close() {
      await connections.close();
      await files.close();
      await fixture.close();
      await rm(root, { recursive: true, force: true });
      if (homeBefore === undefined) delete process.env.MILLRACE_HOME;
      else process.env.MILLRACE_HOME = homeBefore;
    },
  };
}
