import { create } from 'zustand';
import type { IconName } from '../../ui/icon';

/** One line of a list that is searched by typing. */
export interface PaletteItem {
  id: string;
  label: string;
  detail?: string;
  icon?: IconName;
  keys?: string;
  run(): void | Promise<void>;
}

export interface PaletteRequest {
  placeholder: string;
  /** Stands in the field at first, selected. */
  initial?: string;
  /** Said while nothing was typed and there is nothing to choose from. */
  hint?: string;
  items: PaletteItem[] | (() => Promise<PaletteItem[]>);
  /** Makes one more item of what was typed, for free text such as a time zone or a path. */
  free?(text: string): PaletteItem | undefined;
}

interface PaletteState {
  request: PaletteRequest | undefined;
  /** Counts the lists that were opened, so that each starts empty. */
  opened: number;
  open(request: PaletteRequest): void;
  close(): void;
}

export const usePalette = create<PaletteState>()((set) => ({
  request: undefined,
  opened: 0,
  open: (request) => set((state) => ({ request, opened: state.opened + 1 })),
  close: () => set({ request: undefined }),
}));

/** Opens the list in the middle of the window and runs what is chosen. */
export function pick(request: PaletteRequest): void {
  usePalette.getState().open(request);
}
