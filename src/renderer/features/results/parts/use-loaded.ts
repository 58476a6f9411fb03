import { useCallback, useEffect, useRef, useState } from 'react';
import { CancelledError, type ErrorShape, errorShape } from '../../../../shared/errors';

export interface Loaded<T> {
  /** What was loaded last; it stays while something newer is on its way. */
  value: T | undefined;
  state: 'loading' | 'ready' | 'failed' | 'cancelled';
  /** True after 300 ms of loading, from when a view should say so. */
  slow: boolean;
  error: ErrorShape | undefined;
  cancel(): void;
  retry(): void;
}

interface State<T> {
  key: string;
  value: T | undefined;
  state: Loaded<T>['state'];
  error: ErrorShape | undefined;
}

/**
 * Loads something whenever `key` changes, and drops what is still on its way. `load` may publish parts of the value
 * before the whole has come. An undefined key loads nothing and shows nothing.
 */
export function useLoaded<T>(
  key: string | undefined,
  load: (signal: AbortSignal, publish: (part: T) => void) => Promise<T>,
): Loaded<T> {
  const [held, setHeld] = useState<State<T>>({ key: '', value: undefined, state: 'loading', error: undefined });
  const [attempt, setAttempt] = useState(0);
  const [slow, setSlow] = useState(false);
  const abort = useRef<AbortController | undefined>(undefined);
  const latest = useRef(load);
  latest.current = load;

  // biome-ignore lint/correctness/useExhaustiveDependencies: an attempt more is what retry asks for
  useEffect(() => {
    if (key === undefined) return;
    const controller = new AbortController();
    abort.current = controller;
    setSlow(false);
    setHeld((before) => ({ ...before, key, state: 'loading', error: undefined }));
    const timer = setTimeout(() => setSlow(true), 300);
    const settle = (next: Partial<State<T>>) => {
      if (abort.current === controller) setHeld((before) => ({ ...before, ...next }));
    };
    latest
      .current(controller.signal, (part) => settle({ value: part }))
      .then(
        (value) => settle({ value, state: 'ready' }),
        (error) => {
          const cancelled = error instanceof CancelledError || controller.signal.aborted;
          settle(cancelled ? { state: 'cancelled' } : { state: 'failed', error: errorShape(error) });
        },
      )
      .finally(() => clearTimeout(timer));
    return () => {
      clearTimeout(timer);
      if (abort.current === controller) abort.current = undefined;
      controller.abort();
    };
  }, [key, attempt]);

  const cancel = useCallback(() => abort.current?.abort(), []);
  const retry = useCallback(() => setAttempt((count) => count + 1), []);
  const current = held.key === key;
  return {
    value: key === undefined ? undefined : held.value,
    state: current ? held.state : 'loading',
    slow: slow && held.state === 'loading',
    error: current ? held.error : undefined,
    cancel,
    retry,
  };
}
