import { connectionsRouter } from './routers/connections';
import { eventsRouter } from './routers/events';
import { explorerRouter } from './routers/explorer';
import { exportsRouter } from './routers/exports';
import { ingestRouter } from './routers/ingest';
import { lakeRouter } from './routers/lake';
import { languageRouter } from './routers/language';
import { objectsRouter } from './routers/objects';
import { projectRouter } from './routers/project';
import { remoteRouter } from './routers/remote';
import { resultsRouter } from './routers/results';
import { settingsRouter } from './routers/settings';
import { worksheetsRouter } from './routers/worksheets';
import { router } from './trpc';

/** Every call that a window can make, by domain. Bulk data has plain routes of its own in `result-routes.ts`. */
export const appRouter = router({
  project: projectRouter,
  explorer: explorerRouter,
  worksheets: worksheetsRouter,
  results: resultsRouter,
  exports: exportsRouter,
  ingest: ingestRouter,
  lake: lakeRouter,
  language: languageRouter,
  objects: objectsRouter,
  connections: connectionsRouter,
  remote: remoteRouter,
  settings: settingsRouter,
  events: eventsRouter,
});

export type AppRouter = typeof appRouter;
