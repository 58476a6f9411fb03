import { type Table, tableFromIPC } from 'apache-arrow';
import { CancelledError, MillraceError } from '../../shared/errors';
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

/** After so many crashes the lens is given up: it would go on like that. */
const CRASHES = 3;

/**
 * The lens where it holds all columns that a query needs, else the engine. What fails in the lens is answered by the
 * engine. A crash ends its database, which cannot be trusted any more: it is told to `onLensFailure` the first time, and
 * the next result that is loaded gets a fresh one.
 */
export function routedQueries(options: {
  lens: ResultLens;
  engine: ResultQueries;
  onLensFailure: (error: unknown) => void;
}): RoutedQueries {
  let crashes = 0;
  let crashed: number | undefined;
  const works = () => crashes < CRASHES;
  const lensFailed = (error: unknown) => {
    // All that waited for a database fail with it.
    if (!isCrash(error) || crashed === options.lens.starts) return;
    crashed = options.lens.starts;
    crashes += 1;
    if (crashes === 1) options.onLensFailure(error);
    void options.lens.shutdown();
  };
  return {
    lensWorks: works,
    lensFailed,
    async query(result, sql, query) {
      if (works() && options.lens.canQuery(result, query.columns)) {
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
  /** Takes note of a failure met outside of a query, such as while loading or in a view. */
  lensFailed(error: unknown): void;
}

/**
 * Whether the database must be ended. Ours are errors with a code: it did not start, or it was closed and the engine lost
 * meanwhile. DuckDB's own begin with their kind (`Conversion Error: …`); traps of the module do not.
 */
function isCrash(error: unknown): boolean {
  if (error instanceof MillraceError) return error.code === 'UNSUPPORTED';
  if (!(error instanceof Error)) return true;
  const isStatement = /^(?:[A-Z][a-z]+ )+Error: /.test(error.message);
  return !isStatement || /^(?:INTERNAL|Internal|FATAL|Fatal) /.test(error.message);
}
