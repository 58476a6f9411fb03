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

interface PaletteRequest {
  placeholder: string;
  items: PaletteItem[] | (() => Promise<PaletteItem[]>);
  /** Makes one more item of what was typed, for free text such as a time zone or a path. */
  free?(text: string): PaletteItem | undefined;
}

interface PaletteState {
  request: PaletteRequest | undefined;
  open(request: PaletteRequest): void;
  close(): void;
}

export const usePalette = create<PaletteState>()((set) => ({
  request: undefined,
  open: (request) => set({ request }),
  close: () => set({ request: undefined }),
}));

/** Opens the list in the middle of the window and runs what is chosen. */
export function pick(request: PaletteRequest): void {
  usePalette.getState().open(request);
}
