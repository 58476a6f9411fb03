import { type DragEvent, useState } from 'react';
import { type ColumnInfo, kindMark } from '../../../../shared/columns';
import { type Aggregate, aggregatesOf } from '../../../../shared/sql/aggregate-sql';
import { TIME_BINS, type TimeBin } from '../../../../shared/sql/dimension-sql';
import { axisFamily } from '../../../../shared/sql/result-columns';
import { Icon } from '../../../ui/icon';
import { type PivotSpec, type PivotWell, withAdded, withRemoved } from './pivot-spec';

const WELLS: { well: PivotWell; title: string }[] = [
  { well: 'rows', title: 'Rows' },
  { well: 'columns', title: 'Columns' },
  { well: 'values', title: 'Values' },
];
const DRAG_TYPE = 'application/x-millrace-pivot';

interface PivotWellsProps {
  spec: PivotSpec;
  columns: readonly ColumnInfo[];
  onChange(spec: PivotSpec): void;
}

interface Dragged {
  from: PivotWell;
  at: number;
  column: number | null;
}

/** The three lists that make a pivot table; entries are added by a menu, moved by dragging or by Alt and the arrow keys. */
export function PivotWells({ spec, columns, onChange }: PivotWellsProps) {
  const [over, setOver] = useState<PivotWell | undefined>(undefined);
  const drop = (event: DragEvent, well: PivotWell, at?: number) => {
    const text = event.dataTransfer.getData(DRAG_TYPE);
    setOver(undefined);
    if (!text) return;
    event.preventDefault();
    event.stopPropagation();
    const dragged = JSON.parse(text) as Dragged;
    onChange(moved(spec, dragged, well, at, columns));
  };
  return (
    <div className="pivot-wells">
      {WELLS.map(({ well, title }) => (
        <fieldset
          key={well}
          className="pivot-well"
          data-over={over === well}
          onDragOver={(event) => {
            if (!event.dataTransfer.types.includes(DRAG_TYPE)) return;
            event.preventDefault();
            setOver(well);
          }}
          onDragLeave={() => setOver(undefined)}
          onDrop={(event) => drop(event, well)}
        >
          <legend>{title}</legend>
          {spec[well].map((entry, at) => (
            <WellEntry
              key={`${entry.column ?? 'rows'}-${'aggregate' in entry ? entry.aggregate : ''}`}
              spec={spec}
              well={well}
              at={at}
              columns={columns}
              onChange={onChange}
              onDrop={(event) => drop(event, well, at)}
            />
          ))}
          <select
            className="pivot-add"
            aria-label={`Add to ${title.toLowerCase()}`}
            value=""
            onChange={(event) => {
              const chosen = event.target.value;
              onChange(withAdded(spec, well, chosen === 'rows' ? undefined : Number(chosen), columns));
            }}
          >
            <option value="">+ Add</option>
            {well === 'values' ? <option value="rows">rows (count)</option> : null}
            {columns.map((column, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat, the position is the identity
              <option key={index} value={index}>
                {column.name}
              </option>
            ))}
          </select>
        </fieldset>
      ))}
    </div>
  );
}

interface WellEntryProps extends PivotWellsProps {
  well: PivotWell;
  at: number;
  onDrop(event: DragEvent): void;
}

function WellEntry({ spec, well, at, columns, onChange, onDrop }: WellEntryProps) {
  const entry = spec[well][at];
  const index = entry?.column;
  const column = index === undefined ? undefined : columns[index];
  const name = column?.name ?? 'rows';
  const dragged: Dragged = { from: well, at, column: index ?? null };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dragging has its keyboard twin on the entry's button
    <span
      className="pivot-entry"
      draggable
      onDragStart={(event) => event.dataTransfer.setData(DRAG_TYPE, JSON.stringify(dragged))}
      onDrop={onDrop}
    >
      <button
        type="button"
        className="pivot-name"
        title={`${name}: drag to move, Alt with arrow keys to reorder, Delete to remove`}
        onKeyDown={(event) => {
          if (event.key === 'Delete' || event.key === 'Backspace') onChange(withRemoved(spec, well, at));
          else if (event.altKey && event.key === 'ArrowRight') onChange(moved(spec, dragged, well, at + 2, columns));
          else if (event.altKey && event.key === 'ArrowLeft' && at > 0)
            onChange(moved(spec, dragged, well, at - 1, columns));
          else return;
          event.preventDefault();
        }}
      >
        <span className="type-mark">{column ? kindMark(column.kind) : '#'}</span>
        {name}
      </button>
      {well === 'values' && column ? (
        <select
          aria-label={`Aggregate of ${name}`}
          value={spec.values[at]?.aggregate}
          onChange={(event) => onChange(withValue(spec, at, event.target.value as Aggregate))}
        >
          {freeAggregates(spec, at, column).map((aggregate) => (
            <option key={aggregate} value={aggregate}>
              {aggregate}
            </option>
          ))}
        </select>
      ) : null}
      {well !== 'values' && column && axisFamily(column) === 'time' ? (
        <select
          aria-label={`Calendar step of ${name}`}
          value={spec[well][at]?.bin ?? 'none'}
          onChange={(event) => onChange(withBin(spec, well, at, event.target.value as TimeBin))}
        >
          {TIME_BINS.map((bin) => (
            <option key={bin} value={bin}>
              {bin === 'none' ? 'each moment' : bin}
            </option>
          ))}
        </select>
      ) : null}
      <button
        type="button"
        className="pivot-remove"
        aria-label={`Remove ${name}`}
        title="Remove"
        onClick={() => onChange(withRemoved(spec, well, at))}
      >
        <Icon name="cross" size={10} />
      </button>
    </span>
  );
}

/** The aggregates that no other value of the same column has. */
function freeAggregates(spec: PivotSpec, at: number, column: ColumnInfo): Aggregate[] {
  const others = spec.values.filter((value, index) => index !== at && value.column === spec.values[at]?.column);
  return aggregatesOf(column).filter((aggregate) => !others.some((value) => value.aggregate === aggregate));
}

function withValue(spec: PivotSpec, at: number, aggregate: Aggregate): PivotSpec {
  return { ...spec, values: spec.values.map((value, index) => (index === at ? { ...value, aggregate } : value)) };
}

function withBin(spec: PivotSpec, well: 'rows' | 'columns', at: number, bin: TimeBin): PivotSpec {
  return { ...spec, [well]: spec[well].map((field, index) => (index === at ? { ...field, bin } : field)) };
}

/** The spec after an entry was dropped on a well, before the entry `at` there. */
function moved(
  spec: PivotSpec,
  dragged: Dragged,
  well: PivotWell,
  at: number | undefined,
  columns: readonly ColumnInfo[],
): PivotSpec {
  if (dragged.from === 'values' && well === 'values') {
    const entry = spec.values[dragged.at];
    if (!entry) return spec;
    const place = at === undefined ? spec.values.length - 1 : at > dragged.at ? at - 1 : at;
    const values = spec.values.filter((_, index) => index !== dragged.at);
    return { ...spec, values: [...values.slice(0, place), entry, ...values.slice(place)] };
  }
  if (dragged.column === null) return spec;
  const same = dragged.from === well && at !== undefined && at > dragged.at ? at - 1 : at;
  const added = withAdded(spec, well, dragged.column, columns, same);
  if (dragged.from !== 'values' && well !== 'values') return added;
  return dragged.from === 'values'
    ? withRemoved(added, 'values', dragged.at)
    : { ...added, [dragged.from]: spec[dragged.from].filter((_, index) => index !== dragged.at) };
}
