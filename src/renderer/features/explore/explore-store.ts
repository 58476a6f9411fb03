import { create } from 'zustand';
import type { FileReference } from '../../../shared/files';
import { api, callError } from '../../api/client';
import { type ExploreData, isTouched, type Loaded, parentFolder, referenceKey } from './explore-data';

interface ExploreState extends ExploreData {
  setFilter(filter: string): void;
  select(id: string): void;
  setExpanded(id: string, expanded: boolean): void;
  collapseAll(): void;
  loadFolder(folder: string): Promise<void>;
  loadDescription(reference: FileReference): Promise<void>;
  loadParts(path: string): Promise<void>;
  loadCatalog(): Promise<void>;
  loadEverywhere(): Promise<void>;
  count(reference: FileReference): Promise<void>;
  /** Reads again what is on show, and forgets the rest. */
  refresh(): Promise<void>;
  /** Reads again what the changed paths concern; without paths all that lies in the folder. */
  changed(folder: string, paths: string[]): void;
}

async function settle<T>(work: Promise<T>): Promise<Loaded<T>> {
  try {
    return { state: 'ready', value: await work };
  } catch (error) {
    return { state: 'failed', error: callError(error) };
  }
}

/** The references behind the keys of `descriptions`, also of those that could not be read. */
const described = new Map<string, FileReference>();

export const useExplore = create<ExploreState>()((set, get) => ({
  filter: '',
  selected: undefined,
  expanded: {},
  folders: {},
  descriptions: {},
  parts: {},
  counts: {},
  counting: {},
  databases: [],
  everywhere: undefined,
  setFilter(filter) {
    set({ filter });
    if (filter.trim() !== '' && !get().everywhere) void get().loadEverywhere();
  },
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
    described.set(key, reference);
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
    const loaded = await settle(api.explorer.catalog.query());
    if (loaded.state === 'ready') set({ databases: loaded.value }); // What is there stays while the engine is away.
  },
  async loadEverywhere() {
    set((state) => ({ everywhere: state.everywhere ?? [] }));
    const loaded = await settle(api.explorer.datasets.query());
    if (loaded.state === 'ready') set({ everywhere: loaded.value }); // The levels that are on show are filtered anyway.
  },
  async count(reference) {
    const key = referenceKey(reference);
    set((state) => ({ counting: { ...state.counting, [key]: true } }));
    try {
      const rows = await api.explorer.count.query(reference);
      set((state) => ({ counts: { ...state.counts, [key]: rows } }));
    } finally {
      set((state) => ({ counting: { ...state.counting, [key]: false } }));
    }
  },
  async refresh() {
    const { folders, descriptions, parts, everywhere } = get();
    set({ counts: {} });
    const references = Object.keys(descriptions).flatMap((key) => described.get(key) ?? []);
    await Promise.all([
      get().loadCatalog(),
      ...(everywhere ? [get().loadEverywhere()] : []),
      ...Object.keys(folders).map((folder) => get().loadFolder(folder)),
      ...Object.keys(parts).map((path) => get().loadParts(path)),
      ...references.map((reference) => get().loadDescription(reference)),
    ]);
  },
  changed(folder, paths) {
    const change = { folder, paths };
    const { folders, descriptions, parts, everywhere } = get();
    for (const known of Object.keys(folders)) {
      const direct = paths.some((path) => parentFolder(path) === known || parentFolder(parentFolder(path)) === known);
      if (direct || isTouched(known, change)) void get().loadFolder(known);
    }
    for (const path of Object.keys(parts)) if (isTouched(path, change)) void get().loadParts(path);
    for (const key of Object.keys(descriptions)) {
      const reference = described.get(key);
      if (reference && isTouched(reference.path, change)) void get().loadDescription(reference);
    }
    if (everywhere) void get().loadEverywhere();
    set((state) => ({
      counts: Object.fromEntries(
        Object.entries(state.counts).filter(([key]) => !isTouched(described.get(key)?.path ?? key, change)),
      ),
    }));
  },
}));
