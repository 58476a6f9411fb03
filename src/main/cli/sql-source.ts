import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { errorShape, MillraceError } from '../../shared/errors';
import type { SqlRequest } from '../../shared/export';
import { Connections } from '../connectors/connections';
import { Engine } from '../engine/engine';
import { decodeFrames, type SqlEvent } from '../engine/export/sql-frames';
import { runSql } from '../engine/export/sql-stream';
import { FileCatalog } from '../lake/files/file-catalog';
import { Lake } from '../lake/lake';
import { attachToOwner, type Owner } from '../project/owner';
import { Project } from '../project/project';
import { isTrusted, trustFolder } from '../project/trust';
import { applicationVersion } from '../project/version';
import { lakeConnections } from '../server/lake-connections';
import { lakeSchemas } from '../server/lake-schemas';
import { prepareWith } from '../server/prepare-sql';
import { findCommandOwner, openCommandSocket } from './command-socket';
import type { WorkFolder } from './project-folder';

/** A place where SQL can be run: this process, or the one that has the project open. */
export interface SqlSource {
  run(request: SqlRequest, signal: AbortSignal): AsyncIterable<SqlEvent>;
  /** What the user should know of the place, for standard error. */
  notes: string[];
  close(): Promise<void>;
}

/**
 * Takes the project, or attaches to the process that has it.
 * Throws PROJECT_LOCKED, VERSION_MISMATCH, FILE_NOT_FOUND, PROJECT_INVALID.
 */
export async function openSqlSource(work: WorkFolder, options: { trust: boolean }): Promise<SqlSource> {
  if (!work.isProject) return openLooseFolder(work.folder, options.trust);
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    const owner = await findOwner(work.folder);
    if (owner) return attached(work.folder, owner, options.trust);
    try {
      return await openProject(work.folder, options.trust);
    } catch (error) {
      // Who has the project may not have announced itself yet, or may be just ending.
      if (errorShape(error).code !== 'PROJECT_LOCKED' || Date.now() > deadline) throw error;
    }
  }
}

const PATIENCE_MILLISECONDS = 5_000;

async function findOwner(folder: string): Promise<Owner | undefined> {
  return (await attachToOwner(folder, { version: applicationVersion() })) ?? (await findCommandOwner(folder));
}

async function openProject(folder: string, trust: boolean): Promise<SqlSource> {
  const project = await Project.open(folder, { trust });
  const source = await openEngine(project, project.stateFolder, project.config.engine, (engine) => {
    const emit = () => undefined;
    const connections: Connections = new Connections({ project, engine, emit, schemaNames: () => lakeSchemas(lake) });
    const lake: Lake = Lake.open({ project, engine, emit, connections: lakeConnections(connections) });
    return { connections, lake };
  });
  const tellWaiting = () => process.stderr.write('Waiting for another millrace command that works through this one.\n');
  const socket = await openCommandSocket(project, { engine: source.engine }, tellWaiting).catch(
    async (error: unknown) => {
      await source.close();
      throw error;
    },
  );
  return {
    run: source.run,
    notes: source.notes,
    close: async () => {
      await socket.close();
      await source.close();
    },
  };
}

/** A folder that is no project is read without leaving anything in it; what the engine keeps lies in a temporary folder. */
async function openLooseFolder(folder: string, trust: boolean): Promise<SqlSource> {
  if (trust) await trustFolder(folder);
  const stateFolder = await mkdtemp(path.join(tmpdir(), 'millrace-sql-'));
  const remove = () => rm(stateFolder, { recursive: true, force: true });
  const project = {
    folder,
    stateFolder,
    config: { files: {} },
    updateConfig: async () => {
      throw new MillraceError({ code: 'UNSUPPORTED', message: `${folder} is no project, so nothing is stored in it.` });
    },
  };
  try {
    const source = await openEngine(project, stateFolder, {});
    return {
      ...source,
      close: async () => {
        await source.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

type FilesProject = ConstructorParameters<typeof FileCatalog>[0]['project'];

async function openEngine(
  project: FilesProject,
  stateFolder: string,
  limits: { memory?: string; threads?: number; temporary?: string },
  openParts: (engine: Engine) => { connections?: Connections; lake?: Lake } = () => ({}),
) {
  const restricted = !(await isTrusted(project.folder));
  const engine = await Engine.open({ projectFolder: project.folder, stateFolder, restricted, limits });
  const files = new FileCatalog({ project, engine, emit: () => undefined });
  const parts = openParts(engine);
  engine.prepareSql = prepareWith({ ...parts, files });
  return {
    engine,
    notes: [] as string[],
    run: (request: SqlRequest, signal: AbortSignal) => runSql({ engine }, request, { signal }),
    close: async () => {
      await parts.lake?.close();
      await parts.connections?.close();
      await files.close();
      await engine.close();
    },
  };
}

async function attached(folder: string, owner: Owner, trust: boolean): Promise<SqlSource> {
  const notes: string[] = [];
  if (trust && !(await isTrusted(folder))) {
    await trustFolder(folder);
    notes.push(
      'The folder is trusted now; the window that has it open keeps its restrictions until it is opened again.',
    );
  }
  return {
    run: (sql, signal) => decodeFrames(postSql(owner.socket, sql, signal)),
    notes,
    close: async () => undefined,
  };
}

async function* postSql(socketPath: string, body: SqlRequest, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    const call = request(
      {
        socketPath,
        path: '/api/sql',
        method: 'POST',
        headers: { host: 'millrace', 'content-type': 'application/json' },
        signal,
      },
      resolve,
    );
    call.on('error', reject);
    call.end(JSON.stringify(body));
  });
  if (response.statusCode === 200) {
    yield* response;
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  throw new MillraceError(JSON.parse(Buffer.concat(chunks).toString()));
}
