import { create } from 'zustand';
import { useWorkbench } from '../../app/workbench/workbench-store';
import type { ChartSpec } from './chart/chart-spec';
import type { PivotSpec } from './pivot/pivot-spec';

interface ViewMemory {
  chart?: ChartSpec;
  pivot?: PivotSpec;
}

interface MemoryState {
  memories: Record<string, ViewMemory>;
  keep(result: string, memory: ViewMemory): void;
}

const useMemory = create<MemoryState>()((set) => ({
  memories: {},
  keep: (result, memory) =>
    set((state) => ({ memories: { ...state.memories, [result]: { ...state.memories[result], ...memory } } })),
}));

/** What was chosen in a result's chart and pivot, and the pane beside every grid. */
export function useViewMemory(result: string) {
  const memory = useMemory((state) => state.memories[result]);
  const keep = useMemory((state) => state.keep);
  return {
    chart: memory?.chart,
    pivot: memory?.pivot,
    keep: (next: ViewMemory) => keep(result, next),
  };
}

/**
 * Whether the profile is shown beside the grids of worksheets, or of file previews, which have their options there already
 * and start without; and how wide it is.
 */
export function useProfilePane(isPreview: boolean) {
  const name = isPreview ? 'profile.preview' : 'profile.worksheet';
  const open = useWorkbench((state) => state.panes[name]);
  const width = useWorkbench((state) => state.panes['profile.width']);
  const setPane = useWorkbench((state) => state.setPane);
  return {
    profileOpen: typeof open === 'boolean' ? open : !isPreview,
    profileWidth: typeof width === 'number' ? width : 268,
    openProfile: (shown: boolean) => setPane(name, shown),
    sizeProfile: (pixels: number) => setPane('profile.width', Math.round(pixels)),
  };
}
