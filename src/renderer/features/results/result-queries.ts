import { openBrowserDatabase } from '../../lens/browser-database';
import { ResultLens } from '../../lens/result-lens';
import { engineQueries, routedQueries } from '../../lens/result-queries';
import { showMessage } from '../../ui/toaster';
import { fetchResultQuery } from './backend-client';

/** The one lens of this window; its database starts with the first result that is looked into. */
export const resultLens = new ResultLens({ open: openBrowserDatabase, fetch: fetchResultQuery });

/** Questions of the views about a result: answered by the lens where it holds the columns, else by the engine. */
export const resultQueries = routedQueries({
  lens: resultLens,
  engine: engineQueries(fetchResultQuery),
  onLensFailure: (error) =>
    showMessage(
      `The result lens stopped; the engine answers instead. (${error instanceof Error ? error.message : error})`,
    ),
});
