import { useCallback, useEffect, useRef, useState } from 'react';
import type { TestStep } from '../../../shared/connections';
import type { ErrorShape } from '../../../shared/errors';
import { api, callError } from '../../api/client';
import { onBackendEvent } from '../../api/events';
import { tried } from '../../api/tried';
import type { ConnectionDraft } from './connection-form';

export interface ConnectionTest {
  running: boolean;
  steps: TestStep[];
  /** Why it could not be tested at all. */
  error: ErrorShape | undefined;
  done: boolean;
  start(draft: ConnectionDraft): Promise<void>;
  cancel(): void;
}

/** Tests a connection as the form holds it, saved or not; steps show as they end. */
export function useConnectionTest(): ConnectionTest {
  const [state, setState] = useState<Pick<ConnectionTest, 'running' | 'steps' | 'error' | 'done'>>({
    running: false,
    steps: [],
    error: undefined,
    done: false,
  });
  const current = useRef<{ id: string; stop: AbortController }>(undefined);

  useEffect(
    () =>
      onBackendEvent((event) => {
        if (event.type !== 'connection-test' || event.test !== current.current?.id) return;
        const { step } = event;
        if (step) setState((now) => (now.running ? { ...now, steps: [...now.steps, step] } : now));
      }),
    [],
  );
  useEffect(() => () => current.current?.stop.abort(), []);

  const start = useCallback(async (draft: ConnectionDraft) => {
    current.current?.stop.abort();
    const run = { id: crypto.randomUUID(), stop: new AbortController() };
    current.current = run;
    setState({ running: true, steps: [], error: undefined, done: false });
    const settle = (change: Partial<ConnectionTest>) => {
      if (current.current === run) setState((now) => ({ ...now, running: false, ...change }));
    };
    try {
      const { name, secrets, ...config } = draft;
      const report = await api.connections.test.mutate(
        { test: run.id, name: name || 'new', config, secrets },
        { signal: run.stop.signal },
      );
      settle({ steps: report.steps, done: true });
    } catch (error) {
      settle(run.stop.signal.aborted ? {} : { error: callError(error) });
    }
  }, []);
  const cancel = useCallback(() => {
    const run = current.current;
    run?.stop.abort();
    if (run) tried(api.connections.cancelTest.mutate({ test: run.id }));
    setState((now) => ({ ...now, running: false }));
  }, []);
  return { ...state, start, cancel };
}
