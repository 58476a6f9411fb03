import { create } from 'zustand';
import type { ChartSpec } from './chart/chart-spec';
import type { PivotSpec } from './pivot/pivot-spec';

interface ViewMemory {
  chart?: ChartSpec;
  pivot?: PivotSpec;
}

/** The profile beside the grid; a file's preview has its options there already, so it starts without. */
interface Pane {
  profileOpen: boolean;
  previewProfileOpen: boolean;
  profileWidth: number;
}

interface MemoryState extends Pane {
  memories: Record<string, ViewMemory>;
  keep(result: string, memory: ViewMemory): void;
  keepPane(pane: Partial<Pane>): void;
}

const useMemory = create<MemoryState>()((set) => ({
  profileOpen: true,
  previewProfileOpen: false,
  profileWidth: 268,
  memories: {},
  keep: (result, memory) =>
    set((state) => ({ memories: { ...state.memories, [result]: { ...state.memories[result], ...memory } } })),
  keepPane: (pane) => set(pane),
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

/** Whether the profile is shown beside the grids of worksheets, or of file previews, and how wide it is. */
export function useProfilePane(isPreview: boolean) {
  const { profileOpen, previewProfileOpen, profileWidth, keepPane } = useMemory();
  return {
    profileOpen: isPreview ? previewProfileOpen : profileOpen,
    profileWidth,
    openProfile: (open: boolean) => keepPane(isPreview ? { previewProfileOpen: open } : { profileOpen: open }),
    sizeProfile: (width: number) => keepPane({ profileWidth: width }),
  };
}
