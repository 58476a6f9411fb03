import { create } from 'zustand';
import type { ChartSpec } from './chart/chart-spec';
import type { PivotSpec } from './pivot/pivot-spec';

interface ViewMemory {
  chart?: ChartSpec;
  pivot?: PivotSpec;
}

interface Pane {
  profileOpen: boolean;
  profileWidth: number;
}

interface MemoryState extends Pane {
  memories: Record<string, ViewMemory>;
  keep(result: string, memory: ViewMemory): void;
  keepPane(pane: Partial<Pane>): void;
}

const useMemory = create<MemoryState>()((set) => ({
  profileOpen: true,
  profileWidth: 268,
  memories: {},
  keep: (result, memory) =>
    set((state) => ({ memories: { ...state.memories, [result]: { ...state.memories[result], ...memory } } })),
  keepPane: (pane) => set(pane),
}));

/** What was chosen in a result's chart and pivot, and the pane beside every grid. */
export function useViewMemory(result: string) {
  const memory = useMemory((state) => state.memories[result]);
  const { keep, keepPane, profileOpen, profileWidth } = useMemory();
  return {
    chart: memory?.chart,
    pivot: memory?.pivot,
    keep: (next: ViewMemory) => keep(result, next),
    keepPane,
    profileOpen,
    profileWidth,
  };
}
