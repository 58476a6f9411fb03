import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorShape } from '../../../shared/errors';
import type { ObjectEntry } from '../../../shared/objects';
import { api, callError } from '../../api/client';

const PAGE = 1_000;

export interface Listing {
  /** What is listed; a path that does not end with a slash lists what begins with it. */
  path: string;
  entries: ObjectEntry[];
  /** Whether there is more behind the last entry. */
  more: boolean;
  loading: boolean;
  error: ErrorShape | undefined;
  go(path: string): void;
  refresh(): void;
  loadMore(): void;
}

interface Shown {
  entries: ObjectEntry[];
  next: string | undefined;
  loading: boolean;
  error: ErrorShape | undefined;
}

const NOTHING: Shown = { entries: [], next: undefined, loading: true, error: undefined };

/** What stands below a path of a connection, a page at a time. What is there stays visible while it is read again. */
export function useListing(connection: string, start: string): Listing {
  const [path, setPath] = useState(start);
  const [shown, setShown] = useState(NOTHING);
  const turn = useRef(0);

  const read = useCallback(
    async (at: string, after?: string) => {
      turn.current += 1;
      const own = turn.current;
      setShown((now) => ({ ...now, loading: true }));
      try {
        const input = { connection, path: at, size: PAGE, ...(after === undefined ? {} : { after }) };
        const page = await api.objects.list.query(input);
        if (turn.current !== own) return;
        setShown((now) => ({
          entries: after === undefined ? page.entries : [...now.entries, ...page.entries],
          next: page.next,
          loading: false,
          error: undefined,
        }));
      } catch (error) {
        if (turn.current === own) setShown((now) => ({ ...now, loading: false, error: callError(error) }));
      }
    },
    [connection],
  );

  useEffect(() => {
    setShown(NOTHING);
    void read(path);
  }, [read, path]);

  return {
    path,
    entries: shown.entries,
    more: shown.next !== undefined,
    loading: shown.loading,
    error: shown.error,
    go: (to) => (to === path ? void read(path) : setPath(to)),
    refresh: () => void read(path),
    loadMore: () => {
      if (shown.next !== undefined && !shown.loading && !shown.error) void read(path, shown.next);
    },
  };
}
