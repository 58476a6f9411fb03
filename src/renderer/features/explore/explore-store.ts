import { create } from 'zustand';
import type { DatabaseInfo } from '../../../shared/catalog';
import type { ErrorShape } from '../../../shared/errors';
import type { FileDescription, FileEntry, FilePart, FileReference } from '../../../shared/files';
import { api, callError } from '../../api/client';

/** A folder's entries, a file's columns or a workbook's sheets, as far as they have been read. */
type Loaded<T> = { state: 'loading' } | { state: 'ready'; value: T } | { state: 'failed'; error: ErrorShape };

interface ExploreState {
  filter: string;
  selected: string | undefined;
  expanded: Record<string, boolean>;
  folders: Record<string, Loaded<FileEntry[]>>;
  descriptions: Record<string, Loaded<FileDescription>>;
  parts: Record<string, Loaded<FilePart[]>>;
  counts: Record<string, number>;
  databases: DatabaseInfo[];
  setFilter(filter: string): void;
  select(id: string): void;
  setExpanded(id: string, expanded: boolean): void;
  collapseAll(): void;
  loadFolder(folder: string): Promise<void>;
  loadDescription(reference: FileReference): Promise<void>;
  loadParts(path: string): Promise<void>;
  loadCatalog(): Promise<void>;
  count(reference: FileReference): Promise<void>;
  /** Reads again what is on show, and forgets the rest. */
  refresh(): Promise<void>;
  changed(paths: string[]): void;
}

/** One text for a reference, as a key of maps and tree rows. */
export function referenceKey(reference: FileReference): string {
  return reference.part === undefined ? reference.path : `${reference.path}#${reference.part}`;
}

async function settle<T>(work: Promise<T>): Promise<Loaded<T>> {
  try {
    return { state: 'ready', value: await work };
  } catch (error) {
    return { state: 'failed', error: callError(error) };
  }
}

export const useExplore = create<ExploreState>()((set, get) => ({
  filter: '',
  selected: undefined,
  expanded: {},
  folders: {},
  descriptions: {},
  parts: {},
  counts: {},
  databases: [],
  setFilter: (filter) => set({ filter }),
  select: (selected) => set({ selected }),
  setExpanded: (id, expanded) => set((state) => ({ expanded: { ...state.expanded, [id]: expanded } })),
  collapseAll: () => set({ expanded: {} }),
  async loadFolder(folder) {
    if (!get().folders[folder]) set((state) => ({ folders: { ...state.folders, [folder]: { state: 'loading' } } }));
    const loaded = await settle(api.explorer.list.query({ folder }));
    set((state) => ({ folders: { ...state.folders, [folder]: loaded } }));
  },
  async loadDescription(reference) {
    const key = referenceKey(reference);
    if (!get().descriptions[key])
      set((state) => ({ descriptions: { ...state.descriptions, [key]: { state: 'loading' } } }));
    const loaded = await settle(api.explorer.describe.query(reference));
    set((state) => ({ descriptions: { ...state.descriptions, [key]: loaded } }));
  },
  async loadParts(path) {
    if (!get().parts[path]) set((state) => ({ parts: { ...state.parts, [path]: { state: 'loading' } } }));
    const loaded = await settle(api.explorer.parts.query({ path }));
    set((state) => ({ parts: { ...state.parts, [path]: loaded } }));
  },
  async loadCatalog() {
    set({ databases: await api.explorer.catalog.query() });
  },
  async count(reference) {
    const rows = await api.explorer.count.query(reference);
    set((state) => ({ counts: { ...state.counts, [referenceKey(reference)]: rows } }));
  },
  async refresh() {
    const { folders, descriptions, parts } = get();
    set({ counts: {} });
    await Promise.all([
      get().loadCatalog(),
      ...Object.keys(folders).map((folder) => get().loadFolder(folder)),
      ...Object.keys(parts).map((path) => get().loadParts(path)),
      ...Object.values(descriptions).flatMap((loaded) =>
        loaded.state === 'ready' ? [get().loadDescription(loaded.value.reference)] : [],
      ),
    ]);
  },
  changed(paths) {
    const touched = (key: string) =>
      paths.some((path) => key === path || key.startsWith(`${path}#`) || path.startsWith(`${key}/`));
    const { folders, descriptions } = get();
    for (const folder of Object.keys(folders)) {
      if (paths.some((path) => parentFolder(path) === folder || path.startsWith(`${folder}/`)))
        void get().loadFolder(folder);
    }
    for (const [key, loaded] of Object.entries(descriptions)) {
      if (loaded.state === 'ready' && touched(key)) void get().loadDescription(loaded.value.reference);
    }
    set((state) => ({ counts: Object.fromEntries(Object.entries(state.counts).filter(([key]) => !touched(key))) }));
  },
}));

/** The folder that holds a path; the project itself is the empty text. */
export function parentFolder(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}
