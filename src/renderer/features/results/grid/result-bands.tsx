import { useEffect, useState } from 'react';
import type { ResultInfo } from '../../../../shared/results';
import { Button } from '../../../ui/button';
import { formatCount } from '../../../ui/format';
import { Icon } from '../../../ui/icon';
import { type ResultGridState, sameView, type ValueFilter } from './result-grid-store';
import { cancelView, clearView, wantValues, wantView } from './result-view';

/** What stands above the rows: that they were cut off, how they are narrowed, what is being worked on. */
export function ResultBands({
  result,
  shown,
  state,
}: {
  result: ResultInfo;
  shown: ResultInfo;
  state: ResultGridState;
}) {
  return (
    <>
      {result.state === 'cut' ? <CutBand result={result} /> : null}
      <ViewBand result={result} shown={shown} state={state} />
    </>
  );
}

function CutBand({ result }: { result: ResultInfo }) {
  const { error } = result;
  const cancelled = error?.code === 'CANCELLED';
  return (
    <div className="result-band cut" role="alert">
      <Icon name="warning" size={12} />
      <span className="result-band-text">
        <b>
          First {formatCount(result.rowCount)} {result.rowCount === 1 ? 'row' : 'rows'} kept
        </b>
        {cancelled ? ' · stopped: cancelled' : error ? ` · stopped: ${error.message}` : ' · stopped before the end'}
        {error?.hint && !cancelled ? <span className="result-band-hint">{error.hint}</span> : null}
      </span>
    </div>
  );
}

/** How the rows are narrowed. A sort alone is told by the titles: a band that comes with it would move them under the pointer. */
function ViewBand({ result, shown, state }: { result: ResultInfo; shown: ResultInfo; state: ResultGridState }) {
  const { sort, where, values } = state.applied;
  if (where === '' && values.length === 0) return null;
  const nameOf = (column: number) => result.columns[column]?.name ?? `column ${column + 1}`;
  return (
    <div className="result-band">
      <span className="num">
        <b>{formatCount(shown.rowCount)}</b> of {formatCount(result.rowCount)} rows
        {shown.state === 'running' ? ' so far' : ''}
      </span>
      {sort.map(({ column, descending }) => (
        <Tag
          key={`sort ${column}`}
          text={`${nameOf(column)} ${descending ? '↓' : '↑'}`}
          remove={`Do not sort by ${nameOf(column)}`}
          onRemove={() => wantView(result.id, { sort: sort.filter((key) => key.column !== column) })}
        />
      ))}
      {where === '' ? null : (
        <Tag text={`where ${where}`} remove="Clear the condition" onRemove={() => wantView(result.id, { where: '' })} />
      )}
      {values.map((filter) => (
        <Tag
          key={`values ${filter.column}`}
          text={filterText(nameOf(filter.column), filter)}
          remove={`Clear the filter on ${nameOf(filter.column)}`}
          onRemove={() => wantValues(result.id, filter.column, null)}
        />
      ))}
      <Button look="quiet" onClick={() => clearView(result.id)}>
        Clear
      </Button>
    </div>
  );
}

/** Floats over the rows: that a sort or filter is being worked on, or why it was refused. */
export function ViewProgress({ result, state }: { result: ResultInfo; state: ResultGridState }) {
  const slow = useSlow(state.working);
  const waiting = result.state === 'running' && !sameView(state.wanted, state.applied);
  const refused = filterError(state);
  if (refused) {
    return (
      <div className="result-float fail" role="alert">
        <span>{refused}</span>
        <Button look="quiet" onClick={() => wantView(result.id, {})}>
          Dismiss
        </Button>
      </div>
    );
  }
  return slow || waiting ? <Progress result={result} waiting={waiting} since={state.working} /> : null;
}

/** A refused wish that came from no filter box: sorting, or picking values. */
function filterError(state: ResultGridState): string | undefined {
  if (!state.error) return undefined;
  const { error, view } = state.error;
  return view.where === '' || view.where === state.applied.where
    ? [error.message, error.hint].filter(Boolean).join(' ')
    : undefined;
}

function Progress({ result, waiting, since }: { result: ResultInfo; waiting: boolean; since: number | null }) {
  const seconds = useSeconds(since);
  const text = waiting
    ? 'Sort and filter follow once all rows are here.'
    : `Sorting and filtering ${formatCount(result.rowCount)} rows…${seconds > 1 ? ` ${seconds} s` : ''}`;
  return (
    <div className="result-float" role="status">
      <span>{text}</span>
      <Button look="quiet" onClick={() => cancelView(result.id)}>
        Cancel
      </Button>
    </div>
  );
}

function Tag({ text, remove, onRemove }: { text: string; remove: string; onRemove(): void }) {
  return (
    <span className="result-tag" title={text}>
      <span>{text}</span>
      <button type="button" aria-label={remove} title={remove} onClick={onRemove}>
        <Icon name="cross" size={10} />
      </button>
    </span>
  );
}

function filterText(name: string, { values, exclude }: ValueFilter): string {
  const shown = values.slice(0, 3).map((value) => (value === null ? 'NULL' : value === '' ? 'empty' : value));
  const more = values.length > 3 ? ` +${values.length - 3}` : '';
  return `${name} ${exclude ? '≠' : '='} ${shown.join(', ')}${more}`;
}

/** Whether work has gone on for longer than a blink. */
function useSlow(since: number | null): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (since === null) {
      setSlow(false);
      return;
    }
    const timer = setTimeout(() => setSlow(true), Math.max(0, 300 - (Date.now() - since)));
    return () => clearTimeout(timer);
  }, [since]);
  return slow && since !== null;
}

function useSeconds(since: number | null): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (since === null) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [since]);
  return since === null ? 0 : Math.max(0, Math.floor((now - since) / 1000));
}
