import type { ResultInfo } from '../../../shared/results';
import { useApp } from '../../app/app-store';
import { type ResultViewName, type Session, useSessions } from '../../app/sessions/session-store';
import { Button } from '../../ui/button';
import { formatCount, formatDuration } from '../../ui/format';
import { Segmented } from '../../ui/segmented';
import { ResultFilterBox } from './grid/filter-box';
import { openExport } from './result-actions';

const VIEWS: { value: ResultViewName; label: string }[] = [
  { value: 'grid', label: 'Grid' },
  { value: 'chart', label: 'Chart' },
  { value: 'profile', label: 'Profile' },
  { value: 'pivot', label: 'Pivot' },
  { value: 'plan', label: 'Plan' },
  { value: 'messages', label: 'Messages' },
];

/** The views of the chosen result, its facts, the filter and the export. */
export function ResultToolbar({ session, result }: { session: Session; result: ResultInfo | undefined }) {
  const patch = useSessions((state) => state.patch);
  const problems = useApp((state) => state.problems[session.key]?.length ?? 0);
  const views = [...VIEWS, { value: 'problems' as const, label: problems > 0 ? `Problems ${problems}` : 'Problems' }];
  return (
    <div className="result-toolbar">
      <Segmented
        label="View of the result"
        value={session.view}
        options={views}
        onChange={(view) => patch(session.key, { view })}
      />
      {result && result.state !== 'failed' ? <ResultFacts result={result} /> : null}
      <span className="gap" />
      {result && result.state !== 'failed' && session.view === 'grid' ? (
        <ResultFilterBox key={result.id} result={result} width={220} />
      ) : null}
      <Button
        look="quiet"
        icon="export"
        disabled={!result || result.state === 'running' || result.state === 'failed'}
        onClick={() => {
          if (result) openExport(result);
        }}
      >
        Export
      </Button>
    </div>
  );
}

/** `2,013,455 rows · 7 columns · 0.41 s`. */
function ResultFacts({ result }: { result: ResultInfo }) {
  const soFar = result.state === 'running' ? ' so far' : result.state === 'cut' ? ' kept' : '';
  return (
    <span className="result-facts numbers">
      <b>{formatCount(result.rowCount)}</b> {result.rowCount === 1 ? 'row' : 'rows'}
      {soFar} · {formatCount(result.columns.length)} {result.columns.length === 1 ? 'column' : 'columns'} ·{' '}
      {formatDuration(result.milliseconds)}
      {result.state === 'cut' ? <span className="chip warn">cut</span> : null}
    </span>
  );
}
