import { create } from 'zustand';
import type { ErrorShape } from '../../shared/errors';
import type { EngineStatus } from '../../shared/events';
import type { Diagnostic } from '../../shared/language';
import type { ProjectInfo } from '../../shared/project';

/** The place of the cursor, and the sum of the selected cells. */
export interface StatusContext {
  cursor?: string;
  selection?: string;
}

interface AppState {
  project: ProjectInfo | undefined;
  status: EngineStatus | undefined;
  /** Whether the event stream to the backend is open. */
  connected: boolean;
  /** Why it does not come back by itself, where that is known. */
  trouble: ErrorShape | undefined;
  /** What each tab says in the status bar while it has the focus, by its key. */
  contexts: Record<string, StatusContext>;
  /** What is wrong in open worksheets as far as it was checked, by tab. */
  problems: Record<string, Diagnostic[]>;
  set(patch: Partial<Pick<AppState, 'project' | 'status' | 'connected' | 'trouble'>>): void;
  setProblems(key: string, problems: Diagnostic[]): void;
  setContext(key: string, patch: StatusContext): void;
  /** Forgets what a closed tab said. */
  forgetTab(key: string): void;
}

export const useApp = create<AppState>()((set) => ({
  project: undefined,
  status: undefined,
  connected: false,
  trouble: undefined,
  contexts: {},
  problems: {},
  set: (patch) => set(patch),
  setProblems: (key, problems) => set((state) => ({ problems: { ...state.problems, [key]: problems } })),
  setContext: (key, patch) =>
    set((state) => ({ contexts: { ...state.contexts, [key]: { ...state.contexts[key], ...patch } } })),
  forgetTab: (key) =>
    set((state) => ({ problems: without(state.problems, key), contexts: without(state.contexts, key) })),
}));

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([one]) => one !== key));
}
