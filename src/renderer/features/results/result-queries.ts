import { ResultLens } from '../../lens/result-lens';
import { engineQueries, routedQueries } from '../../lens/result-queries';
import { showMessage } from '../../ui/toaster';
import { fetchResultQuery, resultClient } from './backend-client';
import { givingWay } from './giving-way';
import { lensClient } from './lens-client';

/** The one lens of this window; its database starts with the first result that is looked into. */
export const resultLens = new ResultLens({
  open: async () => (await import('../../lens/browser-database')).openBrowserDatabase(),
  fetch: fetchResultQuery,
});

const engine = engineQueries(fetchResultQuery);

/** Questions of the views about a result: answered by the lens where it holds the columns, else by the engine. */
export const resultQueries = routedQueries({
  lens: resultLens,
  engine,
  onLensFailure: (error) =>
    showMessage(
      `The result lens stopped; the engine answers instead. (${error instanceof Error ? error.message : error})`,
    ),
});

/** The same answers for what is shown beside the rows: they wait while rows are scrolled. */
export const patientQueries = givingWay(resultQueries);

/** What the grids ask: sorted and filtered copies by the lens where it can make them, all else by the engine. */
export const gridClient = lensClient(resultClient, { lens: resultLens, queries: resultQueries, engineQueries: engine });
