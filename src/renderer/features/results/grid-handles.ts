import type { RefObject } from 'react';
import type { ResultGridHandle } from './grid/result-grid';

const handles = new Map<string, RefObject<ResultGridHandle | null>>();

/** Makes the grid that a session shows reachable for commands; gives the function that ends it. */
export function registerGrid(session: string, handle: RefObject<ResultGridHandle | null>): () => void {
  handles.set(session, handle);
  return () => {
    if (handles.get(session) === handle) handles.delete(session);
  };
}

export function gridOf(session: string | undefined): ResultGridHandle | undefined {
  return (session === undefined ? undefined : handles.get(session)?.current) ?? undefined;
}
