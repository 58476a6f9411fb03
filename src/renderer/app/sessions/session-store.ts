import { create } from 'zustand';
import type { ErrorShape } from '../../../shared/errors';
import type { ResultInfo, RunInfo } from '../../../shared/results';

export type ResultViewName = 'grid' | 'chart' | 'profile' | 'pivot' | 'plan' | 'messages' | 'problems';

export interface AskedParameters {
  names: { name: string; value: string }[];
  accept(values: Record<string, string | null>): void;
}

/** What one connection of the engine ran and keeps: a worksheet's, or a file preview's. Its key is the tab's. */
export interface Session {
  key: string;
  run: RunInfo | undefined;
  results: ResultInfo[];
  activeResult: string | undefined;
  view: ResultViewName;
  /** The last run's error, with its place in the text. */
  runError: ErrorShape | undefined;
  /** Parameters that a run waits for. */
  asking: AskedParameters | undefined;
  parameters: Record<string, string | null>;
  resultsOpen: boolean;
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
}

function emptySession(key: string): Session {
  return {
    key,
    run: undefined,
    results: [],
    activeResult: undefined,
    view: 'grid',
    runError: undefined,
    asking: undefined,
    parameters: {},
    resultsOpen: false,
  };
}

export const useSessions = create<SessionState>()((set) => {
  const change = (key: string, make: (session: Session) => Partial<Session>) =>
    set((state) => {
      const session = state.sessions[key];
      return session ? { sessions: { ...state.sessions, [key]: { ...session, ...make(session) } } } : state;
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
    dropResult: (key, id) =>
      change(key, (session) => {
        const results = session.results.filter((result) => result.id !== id);
        return { results, activeResult: session.activeResult === id ? results.at(-1)?.id : session.activeResult };
      }),
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

/** Puts a result in its place: an updated one over itself, a new one over an unpinned one of the same name. */
export function withResult(session: Session, result: ResultInfo): Partial<Session> {
  // Sorted and filtered copies belong to the grid that asked for them.
  if (result.source !== undefined) return {};
  if (session.results.some((one) => one.id === result.id)) {
    return { results: session.results.map((one) => (one.id === result.id ? result : one)) };
  }
  const earlier = session.results.filter(
    (one) => one.run === result.run || (one.kind === 'rows' && one.state !== 'failed'),
  );
  const kept = earlier.filter((one) => one.pinned || one.kind !== 'rows' || one.name !== result.name);
  const results = [...kept, result];
  if (result.plan) return { results: [...session.results.filter((one) => !one.plan), result], view: 'plan' };
  if (result.kind !== 'rows') {
    const hasRows = results.some((one) => one.run === result.run && one.kind === 'rows');
    return { results, view: hasRows ? session.view : 'messages' };
  }
  const view = session.view === 'messages' || session.view === 'problems' ? 'grid' : session.view;
  return { results, activeResult: result.id, view, resultsOpen: true };
}
