import { create } from 'zustand';
import type { ErrorShape } from '../../../shared/errors';

/** A file that changed outside while the editor held changes of its own: both are shown until one is taken. */
export interface FileConflict {
  diskText: string;
  diskHash: string;
}

/** One worksheet's text as its tab holds it. The session, the tab and the editor's model share the key. */
export interface Worksheet {
  key: string;
  /** Undefined until it is saved for the first time. */
  path: string | undefined;
  text: string;
  savedText: string;
  baseHash: string;
  loaded: boolean;
  loadError: ErrorShape | undefined;
  conflict: FileConflict | undefined;
}

/** Names the pane that holds the editor's share of the height beside its results. */
export function splitPane(key: string): string {
  return `split:${key}`;
}

interface WorksheetState {
  sheets: Record<string, Worksheet>;
  ensure(key: string, path: string | undefined): void;
  patch(key: string, patch: Partial<Worksheet>): void;
  forget(key: string): void;
}

function emptySheet(key: string, path: string | undefined): Worksheet {
  return {
    key,
    path,
    text: '',
    savedText: '',
    baseHash: '',
    loaded: false,
    loadError: undefined,
    conflict: undefined,
  };
}

export const useWorksheets = create<WorksheetState>()((set) => ({
  sheets: {},
  ensure: (key, path) =>
    set((state) => (state.sheets[key] ? state : { sheets: { ...state.sheets, [key]: emptySheet(key, path) } })),
  patch: (key, patch) =>
    set((state) => {
      const sheet = state.sheets[key];
      return sheet ? { sheets: { ...state.sheets, [key]: { ...sheet, ...patch } } } : state;
    }),
  forget: (key) =>
    set((state) => ({ sheets: Object.fromEntries(Object.entries(state.sheets).filter(([one]) => one !== key)) })),
}));

export function sheetOf(key: string): Worksheet | undefined {
  return useWorksheets.getState().sheets[key];
}
