import { create } from 'zustand';
import type { ErrorShape } from '../../../shared/errors';
import type { LakeStatus, LakeTableInfo, LakeTablePage } from '../../../shared/lake';
import { api, callError } from '../../api/client';

interface LakeTreeState {
  status: LakeStatus | undefined;
  tables: LakeTableInfo[];
  error: ErrorShape | undefined;
  expanded: Record<string, boolean>;
  /** Columns of tables that were unfolded, by `schema.name` as {@link tableKey} writes it. */
  pages: Record<string, { value?: LakeTablePage; error?: ErrorShape }>;
  load(): Promise<void>;
  loadPage(table: { schema: string; name: string }): Promise<void>;
  setExpanded(id: string, expanded: boolean): void;
  collapse(): void;
}

/** One text for a table, as a key of maps and tree rows. */
export function tableKey(table: { schema: string; name: string }): string {
  return JSON.stringify([table.schema, table.name]);
}

/** What the lake's part of the tree is drawn from. */
export const useLakeTree = create<LakeTreeState>()((set, get) => ({
  status: undefined,
  tables: [],
  error: undefined,
  expanded: {},
  pages: {},
  async load() {
    try {
      const status = await api.lake.status.query();
      const tables = status.state === 'attached' ? await api.lake.tables.query() : [];
      set({ status, tables, error: status.error });
      const known = Object.keys(get().pages);
      for (const table of tables) if (known.includes(tableKey(table))) void get().loadPage(table);
    } catch (error) {
      set({ error: callError(error) }); // What is there stays while the backend is away.
    }
  },
  async loadPage(table) {
    const key = tableKey(table);
    const settle = (page: LakeTreeState['pages'][string]) =>
      set((state) => ({ pages: { ...state.pages, [key]: page } }));
    try {
      settle({ value: await api.lake.page.query({ schema: table.schema, name: table.name }) });
    } catch (error) {
      settle({ error: callError(error) });
    }
  },
  setExpanded: (id, expanded) => set((state) => ({ expanded: { ...state.expanded, [id]: expanded } })),
  collapse: () => set({ expanded: {} }),
}));
