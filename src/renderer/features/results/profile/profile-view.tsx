import { useEffect, useMemo, useRef, useState } from 'react';
import type { ResultInfo } from '../../../../shared/results';
import type { ResultQueries } from '../../../lens/result-queries';
import { Button } from '../../../ui/button';
import { EmptyState } from '../../../ui/empty-state';
import { ErrorBox } from '../../../ui/error-box';
import { formatCount } from '../../../ui/format';
import { useResultNote } from '../parts/view-note';
import { ProfileRow } from './profile-row';
import { useProfiles } from './use-profiles';
import './profile.css';

interface ProfileViewProps {
  result: ResultInfo;
  queries: ResultQueries;
  timeZone: string;
  /** Shows a column in the grid. */
  onOpenColumn?: (column: number) => void;
}

const ROW = 40;
const AHEAD = 6;
const TITLES = ['Column', 'Type', 'Nulls', 'Distinct', 'Distribution', 'Min', 'Median', 'Mean', 'Max'];

/** One line a column over the whole result, made for the lines in sight first and then for the rest. */
export function ProfileView({ result, queries, timeZone, onOpenColumn }: ProfileViewProps) {
  const [filter, setFilter] = useState('');
  const [view, setView] = useState({ top: 0, height: 600 });
  const box = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => {
    const wanted = filter.trim().toLowerCase();
    return result.columns.flatMap((column, index) => (column.name.toLowerCase().includes(wanted) ? [index] : []));
  }, [result, filter]);
  const first = Math.max(0, Math.floor(view.top / ROW) - AHEAD);
  const visible = shown.slice(first, Math.ceil((view.top + view.height) / ROW) + AHEAD);
  const work = useProfiles(result, queries, timeZone, visible);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setView({ top: element.scrollTop, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const measure = () => {
    if (box.current) setView({ top: box.current.scrollTop, height: box.current.clientHeight });
  };
  const note = useResultNote(result);
  return (
    <div className="profile-view">
      <div className="view-tools">
        <span className="text-field">
          <input
            type="search"
            aria-label="Filter columns by name"
            placeholder="Filter columns"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
          />
        </span>
        <span className="profile-count">
          {shown.length === result.columns.length
            ? `${formatCount(shown.length)} columns`
            : `${formatCount(shown.length)} of ${formatCount(result.columns.length)} columns`}
          {' · '}
          {formatCount(result.rowCount)} rows
        </span>
        {note ? <span className="profile-note">{note}</span> : null}
        <span className="spacer" />
        <output className="profile-count">
          {work.state === 'running'
            ? `${formatCount(work.done)} of ${formatCount(result.columns.length)} profiled`
            : ''}
          {work.state === 'stopped' ? `Stopped at ${formatCount(work.done)} columns` : ''}
        </output>
        {work.state === 'running' ? <Button onClick={work.stop}>Stop</Button> : null}
        {work.state === 'stopped' ? <Button onClick={work.resume}>Go on</Button> : null}
      </div>
      {work.error ? (
        <ErrorBox error={work.error}>
          <Button onClick={work.resume}>Try again</Button>
        </ErrorBox>
      ) : null}
      {result.state === 'running' ? (
        <EmptyState title="Still running">The profile is made when the last row has come.</EmptyState>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling table must be reached by keyboard
        <div ref={box} className="profile-table" tabIndex={0} onScroll={measure}>
          <table aria-label="Profile of all columns" aria-rowcount={shown.length + 1}>
            <thead>
              <tr className="profile-row" aria-rowindex={1}>
                {TITLES.map((title) => (
                  <th key={title} scope="col" className={/Nulls|Distinct/.test(title) ? 'figure' : ''}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              <tr aria-hidden style={{ height: first * ROW }} />
              {visible.map((column, at) => (
                <ProfileRow
                  key={column}
                  result={result}
                  column={column}
                  position={first + at + 2}
                  profile={work.profiles.get(column)}
                  onOpen={onOpenColumn}
                />
              ))}
              <tr aria-hidden style={{ height: (shown.length - first - visible.length) * ROW }} />
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
