import { useEffect, useState } from 'react';
import type { ErrorShape } from '../../../../shared/errors';
import type { ResultInfo } from '../../../../shared/results';
import { callError } from '../../../api/client';
import type { ResultClient } from '../result-client';
import { wholeView } from './whole-view';

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
  timeZone: string,
) {
  const [sorted, setSorted] = useState<SortedPair | null>(null);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<ErrorShape | null>(null);
  const leftKey = key?.left ?? -1;
  const rightKey = key?.right ?? -1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows of a result that is sorted change no more
  useEffect(() => {
    setError(null);
    setSorted(null);
    if (leftKey < 0) return;
    const controller = new AbortController();
    const made: ResultInfo[] = [];
    const sort = async (result: ResultInfo, column: number) => {
      const request = { result: result.id, timeZone, sort: [{ column, descending: false }] };
      const info = await wholeView(client, result, request, controller.signal, result.rowCount);
      made.push(info);
      return info;
    };
    // A copy that went with its engine needs no closing.
    const closeAll = () => made.splice(0).map((info) => client.close(info.id).catch(() => undefined));
    const run = async () => {
      setWorking(true);
      try {
        const [one, two] = await Promise.all([sort(left, leftKey), sort(right, rightKey)]);
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
  }, [left.id, right.id, leftKey, rightKey, client, timeZone]);
  return { pair: sorted ?? { left, right }, working, error };
}
