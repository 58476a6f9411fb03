import { create } from 'zustand';
import type { ErrorShape } from '../../shared/errors';
import type { EngineStatus } from '../../shared/events';
import type { Diagnostic } from '../../shared/language';
import type { ProjectInfo } from '../../shared/project';

interface AppState {
  project: ProjectInfo | undefined;
  status: EngineStatus | undefined;
  /** Whether the event stream to the backend is open. */
  connected: boolean;
  /** Why it does not come back by itself, where that is known. */
  trouble: ErrorShape | undefined;
  /** What the focused view says in the status bar: cursor place, sum of selected cells. */
  context: { cursor?: string; selection?: string };
  /** What is wrong in open worksheets as far as it was checked, by tab. */
  problems: Record<string, Diagnostic[]>;
  set(patch: Partial<Pick<AppState, 'project' | 'status' | 'connected' | 'trouble'>>): void;
  setProblems(key: string, problems: Diagnostic[]): void;
  setContext(patch: AppState['context']): void;
}

export const useApp = create<AppState>()((set) => ({
  project: undefined,
  status: undefined,
  connected: false,
  trouble: undefined,
  context: {},
  problems: {},
  set: (patch) => set(patch),
  setProblems: (key, problems) => set((state) => ({ problems: { ...state.problems, [key]: problems } })),
  setContext: (patch) => set((state) => ({ context: { ...state.context, ...patch } })),
}));
