import { create } from 'zustand';
import type { ErrorShape } from '../../../shared/errors';
import type { OpenTransaction } from '../../../shared/events';
import type { ResultInfo, RunInfo } from '../../../shared/results';

export type ResultViewName = 'grid' | 'chart' | 'profile' | 'pivot' | 'plan' | 'messages' | 'problems';

export interface AskedParameters {
  /** Another question is another form. */
  id: string;
  /** Null stands for NULL. */
  names: { name: string; value: string | null }[];
  accept(values: Record<string, string | null>): void;
}

/** What one connection of the engine ran and keeps: a worksheet's, or a file preview's. Its key is the tab's. */
export interface Session {
  key: string;
  run: RunInfo | undefined;
  results: ResultInfo[];
  activeResult: string | undefined;
  /** Two results shown side by side in place of one. */
  compared: [string, string] | undefined;
  view: ResultViewName;
  /** The view of rows that was shown last, to which messages and plans give way. */
  rowsView: ResultViewName;
  /** The last run's error, with its place in the text. */
  runError: ErrorShape | undefined;
  /** Parameters that a run waits for. */
  asking: AskedParameters | undefined;
  parameters: Record<string, string | null>;
  /** A transaction that waits for COMMIT or ROLLBACK. */
  transaction: OpenTransaction | null;
  /** The connection on whose server the statements run; the engine where undefined. */
  runsOn: string | undefined;
  resultsOpen: boolean;
}

/** What the backend holds of a session. */
export interface Held {
  results: ResultInfo[];
  /** What runs or waits there. */
  runs: RunInfo[];
}

interface SessionState {
  sessions: Record<string, Session>;
  ensure(key: string): void;
  patch(key: string, patch: Partial<Session>): void;
  forget(key: string): void;
  onRun(run: RunInfo): void;
  onResult(result: ResultInfo): void;
  /** Takes a closed result off the tabs. */
  dropResult(key: string, id: string): void;
  /** The backend was started anew, or events were missed: what it still holds of a session takes the place of ours. */
  reconcile(key: string, held: Held): void;
}

function emptySession(key: string): Session {
  return {
    key,
    run: undefined,
    results: [],
    activeResult: undefined,
    compared: undefined,
    view: 'grid',
    rowsView: 'grid',
    runError: undefined,
    asking: undefined,
    parameters: {},
    transaction: null,
    runsOn: undefined,
    resultsOpen: false,
  };
}

export const useSessions = create<SessionState>()((set) => {
  const change = (key: string, make: (session: Session) => Partial<Session>) =>
    set((state) => {
      const session = state.sessions[key];
      if (!session) return state;
      const changed = { ...session, ...make(session) };
      if (showsRows(changed.view)) changed.rowsView = changed.view;
      return { sessions: { ...state.sessions, [key]: changed } };
    });
  return {
    sessions: {},
    ensure: (key) =>
      set((state) => (state.sessions[key] ? state : { sessions: { ...state.sessions, [key]: emptySession(key) } })),
    patch: (key, patch) => change(key, () => patch),
    forget: (key) =>
      set((state) => ({ sessions: Object.fromEntries(Object.entries(state.sessions).filter(([one]) => one !== key)) })),
    onRun: (run) => change(run.session, (session) => withRun(session, run)),
    onResult: (result) => change(result.session, (session) => withResult(session, result)),
    dropResult: (key, id) => change(key, (session) => withoutResult(session, id)),
    reconcile: (key, held) => change(key, (session) => afterRestart(session, held)),
  };
});

function withRun(session: Session, run: RunInfo): Partial<Session> {
  const patch: Partial<Session> = { run, resultsOpen: true };
  if (run.id !== session.run?.id) patch.runError = undefined;
  if (run.state === 'failed' && run.error) Object.assign(patch, { runError: run.error });
  const kept = session.results.find((result) => result.id === session.activeResult);
  if (run.state === 'failed' && !(kept?.run === run.id && kept.state === 'cut')) patch.view = 'messages';
  return patch;
}

/** The tab beside a closed one is chosen. */
export function withoutResult(session: Session, id: string): Partial<Session> {
  const results = session.results.filter((result) => result.id !== id);
  if (session.activeResult !== id) return { results };
  const rows = tabResults(session);
  const at = rows.findIndex((result) => result.id === id);
  return { results, activeResult: (rows[at + 1] ?? rows[at - 1])?.id };
}

/** Whether a result stands among the tabs: it has rows, and is no plan. */
export function hasTab(result: ResultInfo): boolean {
  return result.kind === 'rows' && !result.plan;
}

/** The results that stand among a session's tabs, in the order of their names. */
export function tabResults(session: Session): ResultInfo[] {
  return inOrderOfNames(session.results.filter(hasTab));
}

/** The result that a session shows. */
export function chosenResult(session: Session): ResultInfo | undefined {
  const rows = session.results.filter(hasTab);
  return rows.find((result) => result.id === session.activeResult) ?? rows.at(-1);
}

/** Puts a result in its place: an updated one over itself, a new one over an unpinned one of the same name. */
export function withResult(session: Session, result: ResultInfo): Partial<Session> {
  // Sorted and filtered copies belong to the grid that asked for them.
  if (result.source !== undefined) return {};
  if (session.results.some((one) => one.id === result.id)) {
    return { results: session.results.map((one) => (one.id === result.id ? result : one)) };
  }
  const earlier = session.results.filter(
    (one) => one.run === result.run || (one.kind === 'rows' && (one.state !== 'failed' || isGone(one))),
  );
  const kept = earlier.filter((one) => one.pinned || one.kind !== 'rows' || one.name !== result.name);
  const results = [...kept, result];
  if (result.plan) return { results: [...session.results.filter((one) => !one.plan), result], view: 'plan' };
  if (result.kind !== 'rows') {
    const hasRows = results.some((one) => one.run === result.run && one.kind === 'rows');
    return { results, view: hasRows ? session.view : 'messages' };
  }
  return { results, activeResult: result.id, compared: undefined, view: session.rowsView, resultsOpen: true };
}

/** Whether a view is of one result's rows; the others are of the session. */
export function showsRows(view: ResultViewName): boolean {
  return view !== 'messages' && view !== 'problems' && view !== 'plan';
}

/** Results in the order of their names, so that a statement that runs again keeps its place among the tabs. */
export function inOrderOfNames(results: ResultInfo[]): ResultInfo[] {
  return results
    .map((result, at) => ({ result, number: numberOf(result.name), at }))
    .sort((a, b) => a.number - b.number || a.at - b.at)
    .map(({ result }) => result);
}

/** `_3` is 3; the number of the statement that a result is named after. */
export function numberOf(name: string): number {
  return Number(/^_(\d+)$/.exec(name)?.[1] ?? 0);
}

/** Whether a result was complete once and went with the engine. */
export function isGone(result: ResultInfo): boolean {
  return result.kind === 'rows' && result.state === 'failed' && result.error?.code === 'ENGINE_LOST';
}

const GONE: ErrorShape = {
  code: 'ENGINE_LOST',
  message: 'This result went with the engine, which was started anew.',
  hint: 'Run the statement again to have it back.',
};

const RUN_LOST: ErrorShape = {
  code: 'ENGINE_LOST',
  message: 'The engine stopped while this ran, and was started anew.',
  hint: 'Temporary tables and open transactions went with it. Run it again.',
};

/**
 * A session as it is after the backend came back, or after events were missed: results that it no longer holds say so, and
 * a run that ended meanwhile has ended here too.
 */
export function afterRestart(session: Session, held: Held): Partial<Session> {
  const here = new Map(held.results.map((result) => [result.id, result]));
  const known = new Set(session.results.map((result) => result.id));
  const results = session.results.map((result) => here.get(result.id) ?? lost(result));
  const missed = held.results.filter((result) => !known.has(result.id) && result.source === undefined);
  return { results: [...results, ...missed], ...endedRun(session, held) };
}

function endedRun({ run }: Session, held: Held): Partial<Session> {
  const going = held.runs.at(-1);
  if (going) return { run: going };
  if (run?.state !== 'running' && run?.state !== 'queued') return {};
  const left = held.results.filter((result) => result.run === run.id);
  if (left.length === 0)
    return { run: { ...run, state: 'failed', error: RUN_LOST }, runError: RUN_LOST, view: 'messages' };
  const error = left.find((result) => result.error)?.error;
  if (error?.code === 'CANCELLED') return { run: { ...run, state: 'cancelled' } };
  return error ? { run: { ...run, state: 'failed', error }, runError: error } : { run: { ...run, state: 'done' } };
}

function lost(result: ResultInfo): ResultInfo {
  if (result.kind !== 'rows' || result.state === 'failed') return result;
  return { ...result, state: 'failed', rowCount: 0, error: GONE };
}
