import { useEffect, useState } from 'react';
import type { ErrorShape } from '../../../../shared/errors';
import type { ResultInfo } from '../../../../shared/results';
import { callError } from '../../../api/client';
import type { ResultClient } from '../result-client';

interface SortedPair {
  left: ResultInfo;
  right: ResultInfo;
}

/** Both results sorted by a column that both have, as copies that are closed again; null leaves them as they are. */
export function useSortedPair(
  left: ResultInfo,
  right: ResultInfo,
  key: { left: number; right: number } | null,
  client: ResultClient,
) {
  const [sorted, setSorted] = useState<SortedPair | null>(null);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<ErrorShape | null>(null);
  const leftKey = key?.left ?? -1;
  const rightKey = key?.right ?? -1;
  useEffect(() => {
    setError(null);
    setSorted(null);
    if (leftKey < 0) return;
    const controller = new AbortController();
    const made: ResultInfo[] = [];
    const sort = async (result: string, column: number) => {
      const info = await client.view({ result, sort: [{ column, descending: false }] }, controller.signal);
      made.push(info);
      return info;
    };
    // A copy that went with its engine needs no closing.
    const closeAll = () => made.splice(0).map((info) => client.close(info.id).catch(() => undefined));
    const run = async () => {
      setWorking(true);
      try {
        const [one, two] = await Promise.all([sort(left.id, leftKey), sort(right.id, rightKey)]);
        if (controller.signal.aborted) closeAll();
        else setSorted({ left: one, right: two });
      } catch (failure) {
        closeAll();
        if (!controller.signal.aborted) setError(callError(failure));
      } finally {
        if (!controller.signal.aborted) setWorking(false);
      }
    };
    void run();
    return () => {
      controller.abort();
      setWorking(false);
      closeAll();
    };
  }, [left.id, right.id, leftKey, rightKey, client]);
  return { pair: sorted ?? { left, right }, working, error };
}
