import { Suspense, useEffect } from 'react';
import type { ResultInfo } from '../../../shared/results';
import { tried } from '../../api/tried';
import { lazyPart } from '../../app/lazy-part';
import { cancelRun } from '../../app/sessions/session-run';
import {
  chosenResult,
  isGone,
  type Session,
  showsRows,
  tabResults,
  useSessions,
} from '../../app/sessions/session-store';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { ErrorBox } from '../../ui/error-box';
import { FetchMore } from './fetch-more';
import { MessagesView } from './messages-view';
import { ProblemsView } from './problems-view';
import { runAgain } from './result-actions';
import { ResultCompareView } from './result-compare-view';
import { ResultTabs } from './result-tabs';
import { ResultToolbar } from './result-toolbar';
import { ResultViewOf } from './result-view-of';
import { RunProgress } from './run-progress';
import './results.css';

const PlanOfSession = lazyPart(() => import('./plan-of-session').then((part) => part.PlanOfSession));

interface ResultsPanelProps {
  session: Session;
  /** Hides the panel, where that can be done. */
  onHide?: () => void;
}

/** What a session ran: tabs of its results, the views of the chosen one, messages and problems. */
export function ResultsPanel({ session, onHide }: ResultsPanelProps) {
  const patch = useSessions((state) => state.patch);
  const results = tabResults(session);
  const result = chosenResult(session);
  const { compared } = session;
  const [left, right] = (compared ?? []).map((id) => results.find((one) => one.id === id));
  const pair = left && right ? ([left, right] as [ResultInfo, ResultInfo]) : undefined;

  useEffect(() => {
    if (compared && !pair) patch(session.key, { compared: undefined });
  }, [compared, pair, patch, session.key]);

  return (
    <section className="results-panel" aria-label="Results">
      <ResultTabs
        session={session}
        results={results}
        active={pair ? undefined : result}
        compared={pair}
        onHide={onHide}
        onChoose={(id) => {
          const view = session.view === 'messages' || session.view === 'problems' ? session.rowsView : session.view;
          patch(session.key, { activeResult: id, compared: undefined, view });
        }}
      />
      <RunProgress session={session} onCancel={() => tried(cancelRun(session.key))} />
      {pair ? (
        <ResultCompareView left={pair[0]} right={pair[1]} />
      ) : (
        <>
          <ResultToolbar session={session} result={result} />
          {result?.limited ? <FetchMore session={session} result={result} limited={result.limited} /> : null}
          <div className="result-body">
            <Suspense fallback={<GridSkeleton />}>
              <ResultBody session={session} result={result} />
            </Suspense>
          </div>
        </>
      )}
    </section>
  );
}

interface ResultBodyProps {
  session: Session;
  result: ResultInfo | undefined;
}

function ResultBody({ session, result }: ResultBodyProps) {
  const { view } = session;
  if (view === 'messages') return <MessagesView session={session} />;
  if (view === 'problems') return <ProblemsView sessionKey={session.key} />;
  if (view === 'plan') return <PlanOfSession session={session} result={result} />;
  if (!result) return <NothingYet session={session} />;
  if (showsRows(view) && isGone(result)) return <GoneResult session={session} result={result} />;
  return <ResultViewOf key={result.id} result={result} view={view} session={session} />;
}

/** A result whose rows went with the engine, and the way to have them back. */
function GoneResult({ session, result }: { session: Session; result: ResultInfo }) {
  if (!result.error) return null;
  return (
    <ErrorBox error={result.error}>
      <Button onClick={() => tried(runAgain(session.key, result))}>Run it again</Button>
    </ErrorBox>
  );
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
