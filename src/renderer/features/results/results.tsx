import { useEffect, useState } from 'react';
import { cancelRun } from '../../app/sessions/session-run';
import { type Session, useSessions } from '../../app/sessions/session-store';
import { EmptyState } from '../../ui/empty-state';
import { MessagesView } from './messages-view';
import { PlanOfSession } from './plan-of-session';
import { ProblemsView } from './problems-view';
import { ResultCompareView } from './result-compare-view';
import { ResultTabs } from './result-tabs';
import { ResultToolbar } from './result-toolbar';
import { ResultViewOf } from './result-view-of';
import { RunProgress } from './run-progress';
import './results.css';

/** What a session ran: tabs of its results, the views of the chosen one, messages and problems. */
export function ResultsPanel({ session, active }: { session: Session; active: boolean }) {
  const patch = useSessions((state) => state.patch);
  const [compared, setCompared] = useState<[string, string]>();
  const rows = session.results.filter((result) => result.kind === 'rows' && !result.plan);
  const result = rows.find((one) => one.id === session.activeResult) ?? rows.at(-1);
  const pair = compared?.map((id) => rows.find((one) => one.id === id));
  const [left, right] = pair ?? [];

  useEffect(() => {
    if (compared && (!left || !right)) setCompared(undefined);
  }, [compared, left, right]);

  return (
    <section className="results-panel" aria-label="Results">
      <ResultTabs
        session={session}
        results={rows}
        active={left && right ? undefined : result?.id}
        compared={left && right ? [left, right] : undefined}
        onChoose={(id) => {
          setCompared(undefined);
          patch(session.key, { activeResult: id, ...(isListView(session.view) ? { view: 'grid' } : {}) });
        }}
        onCompare={(a, b) => setCompared([a, b])}
        onEndCompare={() => setCompared(undefined)}
      />
      <RunProgress session={session} onCancel={() => void cancelRun(session.key)} />
      {left && right ? (
        <ResultCompareView left={left} right={right} />
      ) : (
        <>
          <ResultToolbar session={session} result={result} />
          <div className="result-body">
            {session.view === 'messages' ? (
              <MessagesView session={session} />
            ) : session.view === 'problems' ? (
              <ProblemsView sessionKey={session.key} />
            ) : session.view === 'plan' ? (
              <PlanOfSession session={session} result={result} />
            ) : result ? (
              <ResultViewOf key={result.id} result={result} view={session.view} active={active} session={session} />
            ) : (
              <NothingYet session={session} />
            )}
          </div>
        </>
      )}
    </section>
  );
}

function isListView(view: Session['view']): boolean {
  return view === 'messages' || view === 'problems';
}

function NothingYet({ session }: { session: Session }) {
  const running = session.run?.state === 'running' || session.run?.state === 'queued';
  if (running) return <GridSkeleton />;
  return (
    <EmptyState title="No rows yet">
      Run a statement that gives rows, such as a SELECT, and they appear here.
    </EmptyState>
  );
}

function GridSkeleton() {
  return (
    <div className="grid-skeleton" aria-hidden>
      {Array.from({ length: 8 }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines without identity
        <div key={row}>
          {[60, 120, 80, 140, 100].map((width) => (
            <span key={width} className="skeleton" style={{ width }} />
          ))}
        </div>
      ))}
    </div>
  );
}
