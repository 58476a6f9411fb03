import { useEffect, useState } from 'react';
import { useApp } from '../../app/app-store';
import type { Session } from '../../app/sessions/session-store';
import { Button } from '../../ui/button';
import { formatDuration, formatShortCount } from '../../ui/format';

/** How far a run is, from DuckDB's own progress; shown when it takes longer than 300 ms. */
export function RunProgress({ session, onCancel }: { session: Session; onCancel(): void }) {
  const { run } = session;
  const running = run?.state === 'running' || run?.state === 'queued';
  const now = useClock(running);
  const connected = useApp((state) => state.connected);
  if (!run || !running || now - run.startedAt < 300) return null;
  const known = run.percent >= 0 && connected;
  const state = !connected ? 'The engine does not answer' : run.state === 'queued' ? 'Waiting for a place' : 'Running';
  return (
    <div className="run-progress" role="status">
      <div
        className={`bar ${known ? '' : 'unknown'}`}
        role="progressbar"
        aria-label="Progress of the run"
        aria-valuemin={0}
        aria-valuemax={100}
        {...(known ? { 'aria-valuenow': Math.round(run.percent) } : {})}
      >
        <i style={known ? { width: `${run.percent}%` } : {}} />
      </div>
      <span className="numbers">
        {run.state !== 'queued' && known ? `${Math.round(run.percent)} %` : state}
        {run.statements > 1 ? ` · statement ${Math.min(run.finished + 1, run.statements)} of ${run.statements}` : ''}
        {run.rowsProcessed > 0 ? ` · ${formatShortCount(run.rowsProcessed)} rows` : ''} ·{' '}
        {formatDuration(now - run.startedAt)}
      </span>
      <Button look="quiet" icon="stop" onClick={onCancel}>
        Cancel
      </Button>
    </div>
  );
}

function useClock(on: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!on) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, [on]);
  return now;
}
