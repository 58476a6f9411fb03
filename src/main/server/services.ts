import type { BackendEvent } from '../../shared/events';
import { Connections } from '../connectors/connections';
import { createStatementGuard } from '../connectors/guard/statement-guard';
import { createNativeRunner } from '../connectors/native-runner';
import { createRemoteCancel } from '../connectors/remote-cancel';
import type { EngineConnection } from '../engine/connection';
import { Engine } from '../engine/engine';
import { LanguageService } from '../engine/language/language-service';
import { FileCatalog } from '../lake/files/file-catalog';
import { Lake } from '../lake/lake';
import { IngestJobs } from '../pipelines/ingest/ingest-jobs';
import { QueryHistory } from '../project/history';
import type { Project } from '../project/project';
import { isTrusted } from '../project/trust';
import { ProjectWatcher } from '../project/watch';
import { ExportJobs } from './export-jobs';
import { lakeConnections } from './lake-connections';
import { lakeSchemas } from './lake-schemas';
import { ObjectService } from './object-service';
import { prepareWith } from './prepare-sql';
import { RunStarter } from './run-starter';

/** Everything that works on one open project. */
export interface Services {
  project: Project;
  engine: Engine;
  files: FileCatalog;
  connections: Connections;
  objects: ObjectService;
  lake: Lake;
  language: LanguageService;
  history: QueryHistory;
  exports: ExportJobs;
  ingests: IngestJobs;
  runs: RunStarter;
  watcher: ProjectWatcher;
  /** Runs `work` on a connection of its own for reading, which is closed afterwards. */
  reading<T>(work: (connection: EngineConnection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Opens the engine and what stands on it. Throws PROJECT_LOCKED where another process has the project; nothing stays
 * open then.
 */
export async function openServices(project: Project, emit: (event: BackendEvent) => void): Promise<Services> {
  const engine = await Engine.open({
    projectFolder: project.folder,
    stateFolder: project.stateFolder,
    restricted: !(await isTrusted(project.folder)),
    limits: project.config.engine,
  });
  const stopEvents = engine.on((event) => {
    if (event.type === 'catalog' || event.type === 'engine') language.invalidate();
    emit(event);
  });
  const historyConnection = await engine.connectEarly();
  const history = await QueryHistory.open(historyConnection);
  const files = new FileCatalog({ project, engine, emit });
  const connections: Connections = new Connections({ project, engine, emit, schemaNames: () => lakeSchemas(lake) });
  const objects = new ObjectService({ project, connections, connect: () => engine.connect(), emit });
  const lake: Lake = Lake.open({ project, engine, emit, connections: lakeConnections(connections) });
  engine.prepareSql = prepareWith({ files, connections, lake });
  engine.guard = createStatementGuard(connections);
  engine.cancelRemote = createRemoteCancel(connections);
  engine.explainError = (sql, error) => objects.explain(sql, error);
  engine.native = createNativeRunner(connections);
  const language = new LanguageService({ engine, files, projectFolder: project.folder });
  const exports = new ExportJobs(engine, project, emit);
  const ingests = new IngestJobs({ engine, lake, connections, project }, emit);
  const runs = new RunStarter(engine, history, emit);
  const watcher = new ProjectWatcher(project, (event) => {
    files.invalidate();
    language.invalidate();
    // millrace.yaml was changed outside: what its entries no longer say is let go of.
    if (event.type === 'project') void connections.refresh();
    emit(event);
  });

  return {
    project,
    engine,
    files,
    connections,
    objects,
    lake,
    language,
    history,
    exports,
    ingests,
    runs,
    watcher,
    async reading(work) {
      const connection = await engine.connect();
      try {
        return await work(connection);
      } finally {
        connection.close();
      }
    },
    async close() {
      await watcher.close();
      await exports.close();
      await ingests.close();
      await lake.close();
      await objects.close();
      await connections.close();
      await files.close();
      await language.close();
      historyConnection.close();
      stopEvents();
      await engine.close();
    },
  };
}
