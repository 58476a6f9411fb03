import { useMemo, useState } from 'react';
import { type ErrorShape, errorShape } from '../../../../shared/errors';
import { Button } from '../../../ui/button';
import { EmptyState } from '../../../ui/empty-state';
import { ErrorBox } from '../../../ui/error-box';
import { formatBytes, formatDuration } from '../../../ui/format';
import { Segmented } from '../../../ui/segmented';
import { SkeletonLines } from '../parts/load-state';
import { PlanDetails } from './plan-details';
import { PlanGraph } from './plan-graph';
import { type Plan, planNodes, planText, readPlan } from './plan-model';
import './plan.css';

interface PlanViewProps {
  /** JSON as EXPLAIN (ANALYZE, FORMAT JSON) or EXPLAIN (FORMAT JSON) gives it; undefined where none was asked for yet. */
  plan: string | undefined;
  /** `running` while the statement is being explained. */
  state: 'idle' | 'running' | 'failed' | 'cancelled';
  error?: ErrorShape | undefined;
  /** Runs the statement again under EXPLAIN ANALYZE, or only plans it; absent where the statement has side effects. */
  onExplain?: ((analyze: boolean) => void) | undefined;
  onCancel?: (() => void) | undefined;
  onCopy(text: string): void;
}

/** The plan of a statement as a graph or as text, with the operator that was clicked in detail. */
export function PlanView({ plan: json, state, error, onExplain, onCancel, onCopy }: PlanViewProps) {
  const [form, setForm] = useState<'graph' | 'text'>('graph');
  const [selected, setSelected] = useState<string | undefined>(undefined);
  const read = useMemo(() => (json === undefined ? undefined : tryRead(json)), [json]);
  const actions = onExplain ? (
    <>
      <Button look="primary" icon="play" onClick={() => onExplain(true)}>
        Explain analyze
      </Button>
      <Button onClick={() => onExplain(false)}>Plan only</Button>
    </>
  ) : null;
  if (state === 'running' && !read) {
    return (
      <div className="plan-waiting" aria-busy>
        <SkeletonLines widths={[30, 44, 58, 44, 66]} />
        <p>The statement runs under EXPLAIN ANALYZE. {onCancel ? <Button onClick={onCancel}>Cancel</Button> : null}</p>
      </div>
    );
  }
  if (state === 'failed' && error) return <ErrorBox error={error}>{actions}</ErrorBox>;
  if (!read) {
    return (
      <EmptyState title={state === 'cancelled' ? 'Cancelled' : 'No plan yet'} actions={actions}>
        Explain analyze runs the statement once more and measures the time and rows of each operator. Plan only shows
        what DuckDB means to do, without running it.
      </EmptyState>
    );
  }
  if ('error' in read) {
    return (
      <div>
        <ErrorBox error={read.error}>{actions}</ErrorBox>
        <pre className="plan-text">{json}</pre>
      </div>
    );
  }
  const node = planNodes(read.plan.root).find((each) => each.id === selected);
  return (
    <div className="plan-view">
      <div className="view-tools">
        <Segmented<'graph' | 'text'>
          label="Form of the plan"
          value={form}
          options={[
            { value: 'graph', label: 'Graph' },
            { value: 'text', label: 'Text' },
          ]}
          onChange={setForm}
        />
        <span className="plan-summary">{summary(read.plan)}</span>
        <span className="spacer" />
        {onExplain ? (
          <Button icon="refresh" disabled={state === 'running'} onClick={() => onExplain(true)}>
            {read.plan.analyzed ? 'Again' : 'Explain analyze'}
          </Button>
        ) : null}
        <Button icon="clipboard" onClick={() => onCopy(planText(read.plan))}>
          Copy
        </Button>
      </div>
      <div className="plan-body">
        {form === 'graph' ? (
          <PlanGraph plan={read.plan} selected={selected} onSelect={setSelected} />
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling text must be reached by keyboard
          <pre className="plan-text" tabIndex={0}>
            {planText(read.plan)}
          </pre>
        )}
        {node && form === 'graph' ? <PlanDetails node={node} onClose={() => setSelected(undefined)} /> : null}
      </div>
    </div>
  );
}

function tryRead(json: string): { plan: Plan } | { error: ErrorShape } {
  try {
    return { plan: readPlan(json) };
  } catch (error) {
    return { error: errorShape(error) };
  }
}

function summary(plan: Plan): string {
  if (!plan.analyzed) return 'Planned, not run: rows are estimates';
  return [
    plan.seconds === undefined ? undefined : formatDuration(plan.seconds * 1000),
    `${formatDuration(plan.operatorSeconds * 1000)} over all threads`,
    plan.peakMemoryBytes ? `${formatBytes(plan.peakMemoryBytes)} memory` : undefined,
    plan.temporaryBytes ? `${formatBytes(plan.temporaryBytes)} spilled to disk` : undefined,
  ]
    .filter(Boolean)
    .join(' · ');
}
