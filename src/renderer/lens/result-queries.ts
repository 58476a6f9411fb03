import { type Table, tableFromIPC } from 'apache-arrow';
import { CancelledError } from '../../shared/errors';
import type { ResultInfo } from '../../shared/results';
import type { ResultFetch, ResultLens } from './result-lens';

export interface ResultQueryOptions {
  /** Indexes of the columns that the SQL reads; they decide who can answer. */
  columns: readonly number[];
  timeZone: string;
  signal?: AbortSignal;
}

/** Answers SQL over the kept rows of a result: the relation `result` with columns c0…cn. */
export interface ResultQueries {
  query(result: ResultInfo, sql: string, options: ResultQueryOptions): Promise<Table>;
}

/** Every query goes to the engine, over the rows it keeps. */
export function engineQueries(fetch: ResultFetch): ResultQueries {
  return {
    async query(result, sql, options) {
      const { timeZone, signal } = options;
      const stream = await fetch(result.id, sql, signal ? { timeZone, signal } : { timeZone });
      return tableFromIPC(stream);
    },
  };
}

/**
 * The lens where it holds all columns that a query needs, else the engine. What fails in the lens is answered by the
 * engine and told to `onLensFailure` once; unless it was an ordinary error of the statement, the lens is then shut down
 * for good, as its database cannot be trusted any more.
 */
export function routedQueries(options: {
  lens: ResultLens;
  engine: ResultQueries;
  onLensFailure: (error: unknown) => void;
}): RoutedQueries {
  let works = true;
  let told = false;
  const lensFailed = (error: unknown) => {
    if (!told) options.onLensFailure(error);
    told = true;
    if (!works || isStatementError(error)) return;
    works = false;
    void options.lens.shutdown();
  };
  return {
    lensWorks: () => works,
    lensFailed,
    async query(result, sql, query) {
      if (works && options.lens.canQuery(result, query.columns)) {
        try {
          return await options.lens.query(result.id, sql, query.signal);
        } catch (error) {
          if (error instanceof CancelledError || query.signal?.aborted) throw new CancelledError();
          lensFailed(error);
        }
      }
      return options.engine.query(result, sql, query);
    },
  };
}

export interface RoutedQueries extends ResultQueries {
  /** False once the lens has been given up. */
  lensWorks(): boolean;
  /** Tells of a failure met outside of a query, such as while loading or in a view. */
  lensFailed(error: unknown): void;
}

/** DuckDB's own errors begin with their kind (`Conversion Error: …`); traps of the module and a dead worker do not. */
function isStatementError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return /^(?:[A-Z][a-z]+ )+Error: /.test(error.message) && !/^(?:INTERNAL|Internal|FATAL|Fatal) /.test(error.message);
}
