import { CancelledError } from '../../../shared/errors';
import type { ResultQueries } from '../../lens/result-queries';
import { onScrollStart, scrollRest } from '../../ui/grid/scroll-rest';

/** Questions over more rows than this are given up when a scroll begins, as they take every processor for seconds. */
const HEAVY_ROWS = 500_000;
/** A question that was given up so often is let run to its end. */
const MOST_RETREATS = 4;

/** Questions whose answers nobody waits for, such as pictures in headers: while rows are scrolled they stand back. */
export function givingWay(queries: ResultQueries): ResultQueries {
  return {
    async query(result, sql, query) {
      for (let retreats = 0; ; retreats += 1) {
        await scrollRest();
        if (query.signal?.aborted) throw new CancelledError();
        if (retreats === MOST_RETREATS || result.rowCount <= HEAVY_ROWS) return queries.query(result, sql, query);
        const retreat = new AbortController();
        const stop = onScrollStart(() => retreat.abort());
        const signal = query.signal ? AbortSignal.any([query.signal, retreat.signal]) : retreat.signal;
        try {
          return await queries.query(result, sql, { ...query, signal });
        } catch (error) {
          if (!retreat.signal.aborted || query.signal?.aborted) throw error;
        } finally {
          stop();
        }
      }
    },
  };
}
