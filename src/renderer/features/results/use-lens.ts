import { useEffect } from 'react';
import type { ResultInfo } from '../../../shared/results';
import { useWorkbench } from '../../app/workbench/workbench-store';
import { scrollRest } from '../../ui/grid/scroll-rest';
import { resultLens, resultQueries } from './result-queries';

/** A result that is looked at for so long is worth the second that loading it takes. */
const LOAD_AFTER = 1_500;
/** One that was left for so long gives its memory back. */
const LET_GO_AFTER = 20_000;

const leaving = new Map<string, ReturnType<typeof setTimeout>>();

/**
 * Brings the result into the lens while its tab is the chosen one, once it is complete and small enough; until then the
 * engine answers, and again when its tab was left.
 */
export function useLensFor(result: ResultInfo, timeZone: string): void {
  const { id, state, session } = result;
  const isChosen = useWorkbench((workbench) => workbench.activeKey === session);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a result changes while it runs; what is loaded is its end
  useEffect(() => {
    if (!isChosen || state !== 'done' || !resultQueries.lensWorks() || !resultLens.fits(result)) return;
    clearTimeout(leaving.get(id));
    leaving.delete(id);
    const look = { over: false };
    const load = async () => {
      await scrollRest();
      if (!look.over) await resultLens.load(result, timeZone);
    };
    const timer = setTimeout(() => load().catch((error) => resultQueries.lensFailed(error)), LOAD_AFTER);
    return () => {
      look.over = true;
      clearTimeout(timer);
      letGoOf(id, resultLens.isLoading(id) ? 0 : LET_GO_AFTER);
    };
  }, [id, state, timeZone, isChosen]);
}

function letGoOf(result: string, after: number): void {
  const close = () => {
    leaving.delete(result);
    // What went with the lens needs no closing.
    void resultLens.close(result).catch(() => undefined);
  };
  leaving.set(result, setTimeout(close, after));
}
