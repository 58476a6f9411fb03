import { useEffect, useRef, useState } from 'react';
import { CancelledError, type ErrorShape, errorShape } from '../../../../shared/errors';
import type { ResultInfo } from '../../../../shared/results';
import type { ResultQueries } from '../../../lens/result-queries';
import { resultKey } from '../parts/view-note';
import { keepProfile, keptProfile } from './profile-cache';
import { loadProfile, type ProfileDetail } from './profile-data';

/** The profiles made so far, and a hand on the making. */
export interface ProfileWork {
  profiles: ReadonlyMap<number, ProfileDetail>;
  done: number;
  state: 'running' | 'done' | 'stopped';
  error: ErrorShape | undefined;
  stop(): void;
  resume(): void;
}

/** Profiles column after column, those in sight before the others, until all are there or somebody stops it. */
export function useProfiles(
  result: ResultInfo,
  queries: ResultQueries,
  timeZone: string,
  visible: readonly number[],
): ProfileWork {
  const key = resultKey(result, timeZone);
  const [profiles, setProfiles] = useState<ReadonlyMap<number, ProfileDetail>>(new Map());
  const [state, setState] = useState<ProfileWork['state']>('running');
  const [error, setError] = useState<ErrorShape | undefined>(undefined);
  const [attempt, setAttempt] = useState(0);
  const wanted = useRef(visible);
  wanted.current = visible;
  const abort = useRef<AbortController | undefined>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the result's rows and the zone
  useEffect(() => {
    if (result.state === 'running') return;
    const controller = new AbortController();
    abort.current = controller;
    const made = new Map<number, ProfileDetail>();
    for (let column = 0; column < result.columns.length; column++) {
      const kept = keptProfile(result, column, timeZone);
      if (kept) made.set(column, kept);
    }
    setProfiles(new Map(made));
    setState('running');
    setError(undefined);
    const publish = publisher(() => setProfiles(new Map(made)));
    const run = async () => {
      let next = 0;
      while (!controller.signal.aborted) {
        while (next < result.columns.length && made.has(next)) next += 1;
        const column = wanted.current.find((index) => !made.has(index)) ?? next;
        if (column >= result.columns.length) break;
        const request = { result, column, queries, timeZone, signal: controller.signal, bins: 20, top: 8 };
        const profile = await loadProfile(request, () => undefined);
        keepProfile(result, timeZone, profile);
        made.set(column, profile);
        publish();
      }
    };
    run().then(
      () => setState((before) => (controller.signal.aborted ? before : 'done')),
      (problem) => {
        if (controller.signal.aborted || problem instanceof CancelledError) return;
        setState('stopped');
        setError(errorShape(problem));
      },
    );
    return () => controller.abort();
  }, [key, queries, attempt]);

  return {
    profiles,
    done: profiles.size,
    state,
    error,
    stop: () => {
      abort.current?.abort();
      setState('stopped');
    },
    resume: () => setAttempt((count) => count + 1),
  };
}

/** Calls back at most once in 100 ms, the last time included. */
function publisher(callback: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      callback();
    }, 100);
  };
}
