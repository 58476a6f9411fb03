import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import type { ResultInfo } from '../../../shared/results';
import { useApp } from '../../app/app-store';
import { lazyPart } from '../../app/lazy-part';
import { type ResultViewName, type Session, useSessions } from '../../app/sessions/session-store';
import { useSettings } from '../../app/settings-store';
import { IconButton } from '../../ui/button';
import { SplitPane } from '../../ui/split-pane';
import type { ChartFile } from './chart/chart-export';
import { ResultGrid, type ResultGridHandle } from './grid/result-grid';
import { wantValues, wantView } from './grid/result-view';
import { type SelectionSummary, summaryLine } from './grid/selection-summary';
import { registerGrid } from './grid-handles';
import type { PivotFilter } from './pivot/pivot-filter';
import { headerPictures } from './profile/header-pictures';
import { ProfilePanel } from './profile/profile-panel';
import { gridClient, patientQueries, resultQueries } from './result-queries';
import { saveBlob } from './save-blob';
import { useLensFor } from './use-lens';
import { useProfilePane, useViewMemory } from './view-memory';

const ChartView = lazyPart(() => import('./chart/chart-view').then((part) => part.ChartView));
const PivotView = lazyPart(() => import('./pivot/pivot-view').then((part) => part.PivotView));
const ProfileView = lazyPart(() => import('./profile/profile-view').then((part) => part.ProfileView));

interface ResultViewOfProps {
  result: ResultInfo;
  view: ResultViewName;
  session: Session;
}

/** One result in one of its views. */
export function ResultViewOf({ result, view, session }: ResultViewOfProps) {
  const timeZone = useSettings((state) => state.settings.timeZone);
  const memory = useViewMemory(result.id);
  useLensFor(result, timeZone);
  const common = { result, queries: resultQueries, timeZone };
  if (view === 'chart') {
    return (
      <ChartView
        {...common}
        spec={memory.chart}
        onSpec={(chart) => memory.keep({ chart })}
        onSave={(file: ChartFile) => saveBlob(file.content, file.name)}
      />
    );
  }
  if (view === 'profile') return <ProfileView {...common} />;
  if (view === 'pivot') {
    return (
      <PivotView
        {...common}
        spec={memory.pivot}
        onSpec={(pivot) => memory.keep({ pivot })}
        onFilter={(filter) => showFiltered(session.key, result.id, filter)}
        onCopy={(text) => void navigator.clipboard.writeText(text)}
      />
    );
  }
  return <GridWithProfile result={result} timeZone={timeZone} />;
}

/** The rows behind a cell of the pivot, in the grid. */
function showFiltered(session: string, result: string, filter: PivotFilter): void {
  for (const { column, values, exclude = false } of filter.values ?? [])
    wantValues(result, column, { values, exclude });
  if (filter.where) wantView(result, { where: filter.where });
  useSessions.getState().patch(session, { view: 'grid' });
}

function GridWithProfile({ result, timeZone }: { result: ResultInfo; timeZone: string }) {
  const setContext = useApp((state) => state.setContext);
  const { profileOpen, profileWidth, openProfile, sizeProfile } = useProfilePane(result.session.startsWith('file:'));
  const [columns, setColumns] = useState<number[]>([0]);
  const handle = useRef<ResultGridHandle>(null);
  const pictures = useHeaderPictures(result, timeZone);

  useEffect(() => registerGrid(result.session, handle), [result.session]);
  const onSelection = useCallback(
    (summary: SelectionSummary | null) => {
      setContext(result.session, { selection: summary && summary.cells > 1 ? summaryLine(summary) : '' });
      if (summary) setColumns((now) => (now[0] === summary.active.column ? now : [summary.active.column]));
    },
    [setContext, result.session],
  );

  const grid = (
    <ResultGrid
      result={result}
      client={gridClient}
      timeZone={timeZone}
      onSelection={onSelection}
      picture={pictures}
      onProfile={(column) => {
        setColumns([column]);
        openProfile(true);
      }}
      handle={handle}
    />
  );
  const toggle = (
    <div className="profile-toggle">
      <IconButton
        icon="panel-stats"
        label={profileOpen ? 'Hide the column profile' : 'Show the column profile'}
        pressed={profileOpen}
        onClick={() => openProfile(!profileOpen)}
      />
    </div>
  );
  if (!profileOpen || result.state === 'failed') {
    return (
      <div className="grid-with-toggle">
        {grid}
        {toggle}
      </div>
    );
  }
  return (
    <SplitPane
      label="Width of the column profile"
      direction="columns"
      fixed="second"
      size={profileWidth}
      onSize={sizeProfile}
      first={grid}
      second={
        <div className="profile-side">
          {toggle}
          <ProfilePanel
            result={result}
            queries={patientQueries}
            timeZone={timeZone}
            columns={columns}
            onPickValue={(column, value) => wantValues(result.id, column, { values: [value], exclude: false })}
          />
        </div>
      }
    />
  );
}

/** The small pictures in column headers, made as columns come into sight, once the result is complete. */
function useHeaderPictures(result: ResultInfo, timeZone: string) {
  const complete = result.state === 'done';
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a complete result has pictures, and it no longer changes
  const pictures = useMemo(
    () => (complete ? headerPictures(result, patientQueries, timeZone) : undefined),
    [result.id, complete, timeZone],
  );
  useEffect(() => () => pictures?.close(), [pictures]);
  const [version, another] = useReducer((count: number) => count + 1, 0);
  useEffect(() => pictures?.subscribe(another), [pictures]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is a new function, so that headers draw again
  return useMemo(() => (pictures ? (column: number) => pictures.get(column) ?? null : undefined), [pictures, version]);
}
