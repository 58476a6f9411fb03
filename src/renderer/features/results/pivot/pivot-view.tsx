import { useState } from 'react';
import type { ResultInfo } from '../../../../shared/results';
import type { ResultQueries } from '../../../lens/result-queries';
import { Button } from '../../../ui/button';
import { EmptyState } from '../../../ui/empty-state';
import { formatCount } from '../../../ui/format';
import { LoadProblem, LoadProgress, SkeletonLines } from '../parts/load-state';
import { useLoaded } from '../parts/use-loaded';
import { resultKey, useResultNote } from '../parts/view-note';
import { loadPivot, PIVOT_LIMITS, type PivotData, pivotText } from './pivot-data';
import { type PivotFilter, pivotFilter } from './pivot-filter';
import { defaultPivot, type PivotSpec, turned } from './pivot-spec';
import { PivotTable } from './pivot-table';
import { PivotWells } from './pivot-wells';
import './pivot.css';

interface PivotViewProps {
  result: ResultInfo;
  queries: ResultQueries;
  timeZone: string;
  /** What was chosen before, kept by the owner of the result's tab. */
  spec?: PivotSpec | undefined;
  onSpec?: (spec: PivotSpec) => void;
  /** Shows the rows behind a cell in the grid. */
  onFilter?: (filter: PivotFilter) => void;
  /** Puts text on the clipboard. */
  onCopy(text: string): void;
}

/** A pivot table of a result, its lists above and the table below. */
export function PivotView({ result, queries, timeZone, spec: given, onSpec, onFilter, onCopy }: PivotViewProps) {
  const note = useResultNote(result);
  const [own, setOwn] = useState<PivotSpec>(() => given ?? defaultPivot(result.columns));
  const spec = given ?? own;
  const ready = result.state !== 'running' && result.rowCount > 0;
  const loaded = useLoaded<{ data: PivotData; spec: PivotSpec }>(
    ready ? `${resultKey(result, timeZone)}\u0000${JSON.stringify(spec)}` : undefined,
    async (signal) => ({ data: await loadPivot({ result, spec, queries, timeZone, signal }), spec }),
  );
  const change = (next: PivotSpec) => {
    setOwn(next);
    onSpec?.(next);
  };
  if (result.state === 'running') {
    return <EmptyState title="Still running">The table is made when the last row has come.</EmptyState>;
  }
  if (result.rowCount === 0) {
    return <EmptyState title="No rows">The statement gave no rows, so there is nothing to gather.</EmptyState>;
  }
  const shown = loaded.state === 'ready' || loaded.state === 'loading' ? loaded.value : undefined;
  const notes = [note, ...(shown ? limitNotes(shown.data) : [])].filter((each) => each !== undefined);
  const openCell = (row: number | undefined, column: number | undefined) => {
    if (!shown || !onFilter) return;
    const { data, spec: drawn } = shown;
    const rowLabels = row === undefined ? [] : (data.rows[row]?.labels ?? []);
    const columnLabels = column === undefined ? [] : (data.columns[column]?.labels ?? []);
    const fields = [...(row === undefined ? [] : drawn.rows), ...(column === undefined ? [] : drawn.columns)];
    if (fields.length > 0) onFilter(pivotFilter(fields, [...rowLabels, ...columnLabels], result.columns));
  };
  return (
    <div className="pivot-view">
      <div className="view-tools">
        <PivotWells spec={spec} columns={result.columns} onChange={change} />
        <span className="spacer" />
        <LoadProgress loaded={loaded} what="Gathering" />
        <Button icon="exchange" title="Exchange rows and columns" onClick={() => change(turned(spec))}>
          Turn
        </Button>
        <Button
          icon="clipboard"
          disabled={!shown}
          title="Copy as tab-separated text"
          onClick={() => shown && onCopy(pivotText(shown.data, shown.spec, result.columns))}
        >
          Copy
        </Button>
      </div>
      {notes.length > 0 ? (
        <ul className="view-notes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      ) : null}
      <LoadProblem loaded={loaded} what="Pivot" />
      {!shown && loaded.state === 'loading' ? (
        <div className="pivot-waiting">
          <SkeletonLines widths={[96, 90, 93, 88, 95, 86, 91]} />
        </div>
      ) : null}
      {shown ? (
        <PivotTable
          data={shown.data}
          spec={shown.spec}
          columns={result.columns}
          onSort={(sort) => change({ ...spec, sort })}
          onCell={onFilter ? openCell : undefined}
        />
      ) : null}
    </div>
  );
}

function limitNotes(data: PivotData): string[] {
  const notes: string[] = [];
  if (data.rowTotal > PIVOT_LIMITS.rows) {
    notes.push(`${formatCount(PIVOT_LIMITS.rows)} of ${formatCount(data.rowTotal)} rows shown; totals count all`);
  }
  if (data.columnTotal > PIVOT_LIMITS.columns) {
    notes.push(
      `${formatCount(PIVOT_LIMITS.columns)} of ${formatCount(data.columnTotal)} columns shown; totals count all`,
    );
  }
  return notes;
}
