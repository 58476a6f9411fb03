import { CancelledError } from '../../../shared/errors';
import { canViewInLens, lensView } from '../../lens/lens-view';
import type { ResultLens } from '../../lens/result-lens';
import type { ResultQueries, RoutedQueries } from '../../lens/result-queries';
import { LensCopy } from './lens-copy';
import type { ResultClient } from './result-client';

/** The engine's client, but sorted and filtered copies show at once where the lens can make them. */
export function lensClient(
  engine: ResultClient,
  options: { lens: ResultLens; queries: RoutedQueries; engineQueries: ResultQueries },
): ResultClient {
  const { lens, queries } = options;
  const copies = new Map<string, LensCopy>();
  let made = 0;
  /** The id under which the engine keeps a result; that of a copy of the lens is there once the engine made its own. */
  const kept = async (id: string) => (await copies.get(id)?.copied())?.id ?? id;
  return {
    window: (id, window, signal) => copies.get(id)?.window(window, signal) ?? engine.window(id, window, signal),
    async value(id, row, column, o) {
      const place = (await copies.get(id)?.place(row)) ?? { result: id, row };
      return engine.value(place.result, place.row, column, o);
    },
    find: async (id, o, signal) => engine.find(await kept(id), o, signal),
    summary: async (range) => engine.summary({ ...range, result: await kept(range.result) }),
    copy: async (range, format, o) => engine.copy({ ...range, result: await kept(range.result) }, format, o),
    topValues: async (id, column, o) => engine.topValues(await kept(id), column, o),
    async view(source, request, signal) {
      if (!queries.lensWorks() || !canViewInLens(lens, source, request)) return engine.view(source, request, signal);
      const startedAt = Date.now();
      const timeZone = request.timeZone ?? 'UTC';
      const onLensFailure = queries.lensFailed;
      try {
        const view = await lensView(lens, source, request, { timeZone, engine: options.engineQueries, signal });
        made += 1;
        const id = `lens_${made}`;
        const copy = new LensCopy(view, { id, source, request, timeZone, startedAt, engine, onLensFailure });
        copies.set(id, copy);
        return copy.info;
      } catch (error) {
        if (signal.aborted) throw new CancelledError();
        onLensFailure(error);
        return engine.view(source, request, signal);
      }
    },
    watch: (id, listener) => (copies.has(id) ? () => undefined : engine.watch(id, listener)),
    async close(id) {
      const copy = copies.get(id);
      if (!copy) return engine.close(id);
      copies.delete(id);
      await copy.close();
    },
  };
}
