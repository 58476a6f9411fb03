import { useEffect, useRef, useState } from 'react';
import type { ColumnInfo } from '../../../../shared/columns';
import type { ErrorShape } from '../../../../shared/errors';
import { callError } from '../../../api/client';
import { Button } from '../../../ui/button';
import { ErrorBox } from '../../../ui/error-box';
import { Popup } from '../../../ui/grid/popup';
import { Segmented } from '../../../ui/segmented';
import { TextField } from '../../../ui/text-field';
import type { ResultAnswers, TopValue } from '../result-client';
import type { ValueFilter } from './result-grid-store';
import './side-panel.css';
import './value-filter.css';

const LISTED = 500;

interface ValueFilterPopupProps {
  result: string;
  rowCount: number;
  answers: ResultAnswers;
  timeZone: string;
  column: number;
  info: ColumnInfo;
  filter: ValueFilter | undefined;
  x: number;
  y: number;
  onApply(filter: Omit<ValueFilter, 'column'> | null): void;
  onClose(): void;
}

/** Picks values of a column, most frequent first, to keep them alone or to leave them out. NULL and empty are told apart. */
export function ValueFilterPopup(props: ValueFilterPopupProps) {
  const { result, rowCount, answers, timeZone, column, info, filter, onApply, onClose } = props;
  const [search, setSearch] = useState('');
  const [exclude, setExclude] = useState(filter?.exclude ?? false);
  const [picked, setPicked] = useState<ReadonlySet<string | null>>(new Set(filter?.values ?? []));
  const { values, error } = useTopValues(result, answers, timeZone, column, search);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);

  const toggle = (value: string | null) => {
    const next = new Set(picked);
    if (!next.delete(value)) next.add(value);
    setPicked(next);
  };
  const apply = () => {
    onApply(picked.size === 0 ? null : { values: [...picked], exclude });
    onClose();
  };
  const top = Math.max(1, ...(values ?? []).map((value) => value.count));
  return (
    <Popup x={props.x} y={props.y} label={`Filter ${info.name} by value`} onClose={onClose}>
      <form
        className="value-filter"
        onSubmit={(event) => {
          event.preventDefault();
          apply();
        }}
      >
        <div className="value-filter-head">
          <b>{info.name}</b>
          <Segmented<'only' | 'out'>
            label="Kept or left out"
            value={exclude ? 'out' : 'only'}
            options={[
              { value: 'only', label: 'Only' },
              { value: 'out', label: 'Without' },
            ]}
            onChange={(value) => setExclude(value === 'out')}
          />
        </div>
        <TextField
          label="Search values"
          icon="search"
          inputRef={input}
          value={search}
          onChange={setSearch}
          width="100%"
        />
        <div className="value-filter-list">
          {error ? <ErrorBox error={error} /> : null}
          {!values && !error ? <SkeletonRows /> : null}
          {values?.length === 0 ? <p className="panel-note">No value holds “{search}”.</p> : null}
          {values?.map(({ value, count }) => (
            <label key={value === null ? 'null' : `=${value}`} className="value-filter-row">
              <input type="checkbox" checked={picked.has(value)} onChange={() => toggle(value)} />
              <ValueLabel value={value} />
              <i style={{ width: `${Math.max(1, (count / top) * 48)}px` }} />
              <span className="num" title={`${((count / Math.max(1, rowCount)) * 100).toFixed(2)} % of the rows`}>
                {count.toLocaleString('en-US')}
              </span>
            </label>
          ))}
        </div>
        <p className="value-filter-note">{noteOf(values, picked.size)}</p>
        <div className="value-filter-foot">
          <Button look="quiet" disabled={picked.size === 0} onClick={() => setPicked(new Set())}>
            Clear
          </Button>
          <span className="panel-gap" />
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" type="submit" disabled={picked.size === 0 && !filter}>
            Apply
          </Button>
        </div>
      </form>
    </Popup>
  );
}

function ValueLabel({ value }: { value: string | null }) {
  if (value === null) return <span className="value-filter-value null">NULL</span>;
  if (value === '') return <span className="value-filter-value null">empty text</span>;
  return (
    <span className="value-filter-value" title={value}>
      {value.replaceAll('\n', '⏎')}
    </span>
  );
}

function SkeletonRows() {
  return [70, 50, 82, 40, 60].map((width) => (
    <div key={width} className="value-filter-skeleton" style={{ width: `${width}%` }} />
  ));
}

function noteOf(values: TopValue[] | undefined, picked: number): string {
  const chosen = picked === 0 ? 'Nothing is picked.' : `${picked.toLocaleString('en-US')} picked.`;
  return values && values.length >= LISTED
    ? `${chosen} The ${LISTED} most frequent are listed; search for others.`
    : chosen;
}

function useTopValues(result: string, answers: ResultAnswers, timeZone: string, column: number, search: string) {
  const [state, setState] = useState<{ values?: TopValue[]; error?: ErrorShape }>({});
  useEffect(() => {
    let stale = false;
    const timer = setTimeout(
      async () => {
        try {
          const values = await answers.topValues(result, column, {
            limit: LISTED,
            timeZone,
            ...(search === '' ? {} : { search }),
          });
          if (!stale) setState({ values });
        } catch (error) {
          if (!stale) setState({ error: callError(error) });
        }
      },
      search === '' ? 0 : 180,
    );
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [result, answers, timeZone, column, search]);
  return state;
}
