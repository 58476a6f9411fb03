import { tableFromIPC } from 'apache-arrow';
import { useEffect, useState } from 'react';
import type { ErrorShape } from '../../../shared/errors';
import type { ResultInfo } from '../../../shared/results';
import { callError } from '../../api/client';
import { cancelRun, startRun } from '../../app/sessions/session-run';
import type { Session } from '../../app/sessions/session-store';
import { fetchResultArrow } from './backend-client';
import { PlanView } from './plan/plan-view';

/** The plan that was last asked for in a session, and the way to ask for one of the chosen result's statement. */
export function PlanOfSession({ session, result }: { session: Session; result: ResultInfo | undefined }) {
  const kept = session.results.find((one) => one.plan);
  const plan = usePlanText(kept);
  const running = session.run?.state === 'running' || session.run?.state === 'queued';
  const state = running ? 'running' : plan.error || kept?.error ? 'failed' : 'idle';
  const explained = kept ?? result;
  return (
    <PlanView
      plan={plan.text}
      state={state}
      error={kept?.error ?? plan.error}
      onExplain={explained && ((analyze) => void explain(session.key, explained, analyze))}
      onCancel={() => void cancelRun(session.key)}
      onCopy={(text) => void navigator.clipboard.writeText(text)}
    />
  );
}

function explain(session: string, result: ResultInfo, analyze: boolean): Promise<void> {
  const part = { sql: result.sql, offset: result.offset, firstStatement: 1 };
  return startRun(session, part, { explain: analyze ? 'analyze' : 'plan' });
}

function usePlanText(plan: ResultInfo | undefined): { text?: string; error?: ErrorShape } {
  const [read, setRead] = useState<{ id: string; text?: string; error?: ErrorShape }>();
  const id = plan?.state === 'done' ? plan.id : undefined;
  useEffect(() => {
    if (id === undefined) return;
    fetchResultArrow(id)
      .then((stream) => tableFromIPC(stream))
      .then(
        (table) => setRead({ id, text: String(table.getChildAt(0)?.get(0) ?? '') }),
        (error) => setRead({ id, error: callError(error) }),
      );
  }, [id]);
  return read && read.id === id ? read : {};
}
