import { create } from 'zustand';
import type { ConnectionInfo, RemoteDescription, RemoteNode } from '../../../shared/connections';
import type { ErrorShape } from '../../../shared/errors';
import { api, callError } from '../../api/client';

/** What is below one place of a connection, as far as it was read. */
export interface RemoteLevel {
  nodes: RemoteNode[];
  /** Asks for what is behind the last node. */
  next?: string;
  loading: boolean;
  error?: ErrorShape;
}

interface ConnectionsState {
  connections: ConnectionInfo[];
  error: ErrorShape | undefined;
  expanded: Record<string, boolean>;
  levels: Record<string, RemoteLevel>;
  descriptions: Record<string, { value?: RemoteDescription; error?: ErrorShape }>;
  load(): Promise<void>;
  setExpanded(place: string, expanded: boolean): void;
  collapse(): void;
  /** Reads what is below a place, or the next page of it. */
  loadLevel(connection: string, path: string[], more?: boolean): Promise<void>;
  loadDescription(connection: string, path: string[]): Promise<void>;
  /** Reads again what is on show of one connection, or of all. */
  refresh(connection?: string): Promise<void>;
}

/** One text for a place below a connection, as a key of maps and tree rows. */
export function placeKey(connection: string, path: readonly string[]): string {
  return JSON.stringify([connection, ...path]);
}

/** The connection and the path that a key was made of. */
export function placeOf(key: string): { connection: string; path: string[] } {
  const [connection = '', ...path] = JSON.parse(key) as string[];
  return { connection, path };
}

export const useConnections = create<ConnectionsState>()((set, get) => {
  const patchLevel = (key: string, change: Partial<RemoteLevel>) =>
    set((state) => {
      const level = state.levels[key] ?? { nodes: [], loading: false };
      return { levels: { ...state.levels, [key]: { ...level, ...change } } };
    });
  return {
    connections: [],
    error: undefined,
    expanded: {},
    levels: {},
    descriptions: {},
    async load() {
      try {
        set({ connections: await api.connections.list.query(), error: undefined });
      } catch (error) {
        set({ error: callError(error) }); // What is there stays while the backend is away.
      }
    },
    setExpanded: (place, expanded) => set((state) => ({ expanded: { ...state.expanded, [place]: expanded } })),
    collapse: () => set({ expanded: {} }),
    async loadLevel(connection, path, more = false) {
      const key = placeKey(connection, path);
      const before = get().levels[key];
      const after = more ? before?.next : undefined;
      patchLevel(key, { loading: true });
      try {
        const page = await api.remote.list.query({ name: connection, path, ...(after ? { page: { after } } : {}) });
        const nodes = after ? [...(before?.nodes ?? []), ...page.nodes] : page.nodes;
        set((state) => ({
          levels: { ...state.levels, [key]: { nodes, loading: false, ...(page.next ? { next: page.next } : {}) } },
        }));
      } catch (error) {
        patchLevel(key, { loading: false, error: callError(error) });
      }
    },
    async loadDescription(connection, path) {
      const key = placeKey(connection, path);
      const settle = (description: { value?: RemoteDescription; error?: ErrorShape }) =>
        set((state) => ({ descriptions: { ...state.descriptions, [key]: description } }));
      try {
        settle({ value: await api.remote.describe.query({ name: connection, path }) });
      } catch (error) {
        settle({ error: callError(error) });
      }
    },
    async refresh(connection) {
      const mine = (key: string) => connection === undefined || placeOf(key).connection === connection;
      const levels = Object.keys(get().levels).filter(mine);
      const descriptions = Object.keys(get().descriptions).filter(mine);
      await Promise.all([
        get().load(),
        ...levels.map((key) => get().loadLevel(placeOf(key).connection, placeOf(key).path)),
        ...descriptions.map((key) => get().loadDescription(placeOf(key).connection, placeOf(key).path)),
      ]);
    },
  };
});
