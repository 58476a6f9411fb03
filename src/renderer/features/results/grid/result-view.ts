import { useEffect } from 'react';
import type { ResultInfo, ViewRequest } from '../../../../shared/results';
import { callError } from '../../../api/client';
import type { ResultClient } from '../result-client';
import {
  gridState,
  isPlain,
  PLAIN_VIEW,
  sameView,
  useGridState,
  useResultGrids,
  type ValueFilter,
  type ViewState,
} from './result-grid-store';

/** Copies being made, by result. */
const work = new Map<string, { view: ViewState; controller: AbortController }>();
/** Ends the watch over the shown copy, by result. */
const watches = new Map<string, () => void>();

/** Asks for another sort or filter of a result. It is met as soon as the result is complete. */
export function wantView(result: string, change: Partial<ViewState>): void {
  const wanted = { ...gridState(result).wanted, ...change };
  useResultGrids.getState().patch(result, { wanted, error: null });
}

/** Sets or removes the filter on the values of one column. */
export function wantValues(result: string, column: number, filter: Omit<ValueFilter, 'column'> | null): void {
  const rest = gridState(result).wanted.values.filter((other) => other.column !== column);
  wantView(result, { values: filter ? [...rest, { column, ...filter }] : rest });
}

/** Shows all rows in their own order again. */
export function clearView(result: string): void {
  wantView(result, PLAIN_VIEW);
}

/** Gives up the copy being made; what is shown stays. */
export function cancelView(result: string): void {
  work.get(result)?.controller.abort();
  work.delete(result);
  useResultGrids.getState().patch(result, { wanted: gridState(result).applied, working: null });
}

/** Lets go of all that belongs to a closed result, its copy too. */
export async function forgetResult(result: string, client: ResultClient): Promise<void> {
  const { derived, leaving } = gridState(result);
  work.get(result)?.controller.abort();
  work.delete(result);
  endWatch(result);
  useResultGrids.getState().forget(result);
  await Promise.all([...leaving, ...(derived ? [derived.id] : [])].map((id) => client.close(id)));
}

/**
 * The rows to show for a result: its sorted and filtered copy, or itself. Meets the wishes in the store while mounted; the
 * former rows stay until the copy stands.
 */
export function useShownResult(result: ResultInfo, client: ResultClient, timeZone: string): ResultInfo {
  const state = useGridState(result.id);
  const complete = result.state !== 'running';
  useEffect(() => {
    if (complete && !sameView(state.wanted, state.applied)) void meetWish(result, client, state.wanted, timeZone);
    else if (sameView(state.wanted, state.applied) && work.has(result.id)) cancelView(result.id);
  }, [result, client, complete, state.wanted, state.applied, timeZone]);
  return state.derived ?? result;
}

async function meetWish(source: ResultInfo, client: ResultClient, view: ViewState, timeZone: string): Promise<void> {
  const result = source.id;
  const running = work.get(result);
  if (running && sameView(running.view, view)) return;
  running?.controller.abort();
  const { patch } = useResultGrids.getState();
  if (isPlain(view)) {
    work.delete(result);
    show(result, client, view, null);
    return;
  }
  const controller = new AbortController();
  work.set(result, { view, controller });
  patch(result, { working: Date.now() });
  try {
    const info = await client.view(source, { ...requestOf(result, view), timeZone }, controller.signal);
    if (controller.signal.aborted) void client.close(info.id).catch(() => undefined);
    else if (info.state === 'failed' && info.error) refuse(result, view, info.error);
    else show(result, client, view, info);
  } catch (error) {
    if (!controller.signal.aborted) refuse(result, view, callError(error));
  } finally {
    if (work.get(result)?.controller === controller) work.delete(result);
  }
}

function refuse(result: string, view: ViewState, error: ReturnType<typeof callError>): void {
  const applied = gridState(result).applied;
  useResultGrids.getState().patch(result, { wanted: applied, working: null, error: { error, view } });
}

function show(result: string, client: ResultClient, view: ViewState, info: ResultInfo | null): void {
  const before = gridState(result);
  endWatch(result);
  const leaving =
    before.derived && before.derived.id !== info?.id ? [...before.leaving, before.derived.id] : before.leaving;
  useResultGrids.getState().patch(result, { applied: view, derived: info, working: null, error: null, leaving });
  if (info?.state !== 'running') return;
  watches.set(
    result,
    client.watch(info.id, (newer) => {
      useResultGrids.getState().patch(result, { derived: newer });
      if (newer.state !== 'running') endWatch(result);
    }),
  );
}

/** Closes copies that a newer one has replaced on the screen. */
export function closeLeaving(result: string, client: ResultClient): void {
  const { leaving, derived } = gridState(result);
  if (leaving.length === 0) return;
  useResultGrids.getState().patch(result, { leaving: [] });
  // A copy that is gone already (the engine was reopened) needs no closing.
  for (const id of leaving) if (id !== derived?.id) void client.close(id).catch(() => undefined);
}

function endWatch(result: string): void {
  watches.get(result)?.();
  watches.delete(result);
}

function requestOf(result: string, view: ViewState): ViewRequest {
  return {
    result,
    ...(view.sort.length > 0 ? { sort: [...view.sort] } : {}),
    ...(view.where === '' ? {} : { where: view.where }),
    ...(view.values.length > 0
      ? {
          values: view.values.map(({ column, values, exclude }) => ({
            column,
            values: [...values],
            ...(exclude ? { exclude } : {}),
          })),
        }
      : {}),
  };
}
