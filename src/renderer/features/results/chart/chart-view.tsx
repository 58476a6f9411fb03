import { useEffect, useState } from 'react';
import { type ErrorShape, errorShape } from '../../../../shared/errors';
import type { ResultInfo } from '../../../../shared/results';
import type { ResultQueries } from '../../../lens/result-queries';
import { Button } from '../../../ui/button';
import { EmptyState } from '../../../ui/empty-state';
import { ErrorBox } from '../../../ui/error-box';
import { LoadProblem, LoadProgress } from '../parts/load-state';
import { useLoaded } from '../parts/use-loaded';
import { resultKey, useResultNote } from '../parts/view-note';
import { ChartCanvas } from './chart-canvas';
import { type ChartData, loadChart } from './chart-data';
import { type ChartFile, chartPng, chartSvg } from './chart-export';
import { type ChartSpec, defaultSpec, isComplete } from './chart-spec';
import { ChartTools } from './chart-tools';
import './chart.css';

interface ChartViewProps {
  result: ResultInfo;
  queries: ResultQueries;
  timeZone: string;
  /** What was chosen before, kept by the owner of the result's tab. */
  spec?: ChartSpec | undefined;
  onSpec?: (spec: ChartSpec) => void;
  /** Saves a picture; resolves when it is written or the user has thought better of it. */
  onSave(file: ChartFile): Promise<void>;
}

/** A chart of a result: kind, columns and aggregate above, the picture below, and what is not in it said beside. */
export function ChartView({ result, queries, timeZone, spec: given, onSpec, onSave }: ChartViewProps) {
  const note = useResultNote(result);
  const [own, setOwn] = useState<ChartSpec | undefined>(() => given ?? defaultSpec(result.columns));
  const spec = given ?? own;
  const complete = spec !== undefined && isComplete(spec, result.columns);
  const ready = complete && result.state !== 'running' && result.rowCount > 0;
  const loaded = useLoaded<{ data: ChartData; spec: ChartSpec }>(
    ready ? `${resultKey(result, timeZone)}\u0000${JSON.stringify(spec)}` : undefined,
    async (signal) => {
      if (!spec) throw new RangeError('No chart is chosen.');
      return { data: await loadChart({ result, spec, queries, timeZone, signal }), spec };
    },
  );
  const [svg, setSvg] = useState<SVGSVGElement | undefined>(undefined);
  const [problem, setProblem] = useState<ErrorShape | undefined>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new picture is a new try
  useEffect(() => setProblem(undefined), [loaded.value]);

  const change = (next: ChartSpec) => {
    setOwn(next);
    onSpec?.(next);
  };
  const save = (make: (svg: SVGSVGElement, name: string) => Promise<ChartFile>) => {
    if (!svg) return;
    make(svg, `${result.name}_${spec?.mark ?? 'chart'}`)
      .then(onSave)
      .catch((error) => setProblem(errorShape(error)));
  };
  if (result.state === 'running') {
    return <EmptyState title="Still running">The chart is drawn when the last row has come.</EmptyState>;
  }
  if (!spec) {
    return (
      <EmptyState title="Nothing to draw">A chart needs a number, a time or a category among the columns.</EmptyState>
    );
  }
  const notes = [note, ...(loaded.value?.data.notes ?? [])].filter((each) => each !== undefined);
  const shown = loaded.value && (loaded.state === 'ready' || loaded.state === 'loading') ? loaded.value : undefined;
  return (
    <div className="chart-view">
      <div className="view-tools">
        <ChartTools spec={spec} columns={result.columns} onChange={change} />
        <span className="spacer" />
        <span className="view-actions">
          <Button icon="export" disabled={!svg || !shown} onClick={() => save(chartPng)}>
            PNG
          </Button>
          <Button icon="export" disabled={!svg || !shown} onClick={() => save(chartSvg)}>
            SVG
          </Button>
        </span>
      </div>
      {notes.length > 0 ? (
        <ul className="view-notes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      ) : null}
      {problem ? <ErrorBox error={problem} /> : null}
      <div className="chart-stage">
        <LoadProgress loaded={loaded} what="Counting" />
        <LoadProblem loaded={loaded} what="Chart" />
        {chartBody({ result, complete, shown, loading: loaded.state === 'loading', setSvg, setProblem })}
      </div>
    </div>
  );
}

interface BodyProps {
  result: ResultInfo;
  complete: boolean;
  shown: { data: ChartData; spec: ChartSpec } | undefined;
  loading: boolean;
  setSvg(svg: SVGSVGElement): void;
  setProblem(problem: ErrorShape): void;
}

function chartBody({ result, complete, shown, loading, setSvg, setProblem }: BodyProps) {
  if (result.rowCount === 0)
    return <EmptyState title="No rows">The statement gave no rows, so there is nothing to draw.</EmptyState>;
  if (!complete)
    return <EmptyState title="Choose the columns">Pick a column for each field above to draw the chart.</EmptyState>;
  if (!shown) return loading ? <ChartSkeleton /> : null;
  if (shown.data.points.length === 0) {
    return (
      <EmptyState title="No values to draw">Every value of the chosen columns is NULL, NaN or infinite.</EmptyState>
    );
  }
  return (
    <ChartCanvas
      data={shown.data}
      mark={shown.spec.mark}
      onDrawn={setSvg}
      onProblem={(error) => setProblem(errorShape(error))}
    />
  );
}

const HEIGHTS = [34, 52, 47, 66, 80, 58, 72, 90, 63, 44, 70, 55];

function ChartSkeleton() {
  return (
    <div className="chart-skeleton" aria-hidden>
      {HEIGHTS.map((height) => (
        <div key={height} className="skeleton" style={{ height: `${height}%` }} />
      ))}
    </div>
  );
}
