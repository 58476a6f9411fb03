import { CancelledError } from '../../../shared/errors';
import { isInSight, useWorkbench } from '../../app/workbench/workbench-store';
import type { ResultQueries } from '../../lens/result-queries';
import { onScrollStart, scrollRest } from '../../ui/grid/scroll-rest';

/** Questions over more rows than this are given up when others need the processors, as they take them all for seconds. */
const HEAVY_ROWS = 100_000;
/** How often it is looked whether a tab came back into sight. */
const LOOK_MILLISECONDS = 400;
/** A question that was given up so often is let run to its end. */
const MOST_RETREATS = 4;

/**
 * Questions whose answers nobody waits for, such as pictures in headers: they stand back while rows are scrolled, and while
 * their tab is out of sight, as another may be running a query.
 */
export function givingWay(queries: ResultQueries): ResultQueries {
  return {
    async query(result, sql, query) {
      for (let retreats = 0; ; retreats += 1) {
        await turn(result.session, query.signal);
        if (retreats === MOST_RETREATS || result.rowCount <= HEAVY_ROWS) return queries.query(result, sql, query);
        const retreat = new AbortController();
        const stops = [
          onScrollStart(() => retreat.abort()),
          useWorkbench.subscribe(() => isInSight(result.session) || retreat.abort()),
        ];
        const signal = query.signal ? AbortSignal.any([query.signal, retreat.signal]) : retreat.signal;
        try {
          return await queries.query(result, sql, { ...query, signal });
        } catch (error) {
          if (!retreat.signal.aborted || query.signal?.aborted) throw error;
        } finally {
          for (const stop of stops) stop();
        }
      }
    },
  };
}

/** Waits until nothing moves and the tab is in sight. Throws `CancelledError` once the signal is aborted. */
async function turn(session: string, signal: AbortSignal | undefined): Promise<void> {
  await scrollRest();
  while (!signal?.aborted && !isInSight(session)) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
    await scrollRest();
  }
  if (signal?.aborted) throw new CancelledError();
}
