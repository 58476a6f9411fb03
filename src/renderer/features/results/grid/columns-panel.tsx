import { useMemo, useState } from 'react';
import { type ColumnInfo, kindMark } from '../../../../shared/columns';
import { Button, IconButton } from '../../../ui/button';
import { EMPTY_LAYOUT, fullOrder, type GridLayout, withHidden, withPinned } from '../../../ui/grid/column-layout';
import { TextField } from '../../../ui/text-field';
import { WindowedList } from './windowed-list';

interface ColumnsPanelProps {
  columns: readonly ColumnInfo[];
  layout: GridLayout;
  onLayout(layout: GridLayout): void;
  /** Scrolls the grid to a column. */
  onReveal(column: number): void;
}

/** All columns of a result: find by name or type, show, hide, pin, jump. */
export function ColumnsPanel({ columns, layout, onLayout, onReveal }: ColumnsPanelProps) {
  const [search, setSearch] = useState('');
  const found = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    const order = fullOrder(columns.length, layout);
    if (wanted === '') return order;
    return order.filter((column) => {
      const info = columns[column];
      return info?.name.toLowerCase().includes(wanted) || info?.type.toLowerCase().startsWith(wanted);
    });
  }, [search, columns, layout]);
  const hidden = useMemo(() => new Set(layout.hidden), [layout.hidden]);
  const pinned = useMemo(() => new Set(layout.pinned), [layout.pinned]);
  const shownCount = columns.length - hidden.size;
  const setHidden = (list: readonly number[], hide: boolean) => {
    // One column always stays, or there would be no title left to bring the others back from.
    const next = withHidden(layout, list, hide);
    const keep = list[0];
    onLayout(next.hidden.length >= columns.length && keep !== undefined ? withHidden(next, [keep], false) : next);
  };
  return (
    <>
      <div className="panel-head">
        <span className="num">
          {shownCount.toLocaleString('en-US')} of {columns.length.toLocaleString('en-US')} shown
        </span>
        <span className="panel-gap" />
        <Button look="quiet" disabled={hidden.size === 0} onClick={() => setHidden(found, false)}>
          Show{search === '' ? ' all' : ' found'}
        </Button>
        <Button look="quiet" disabled={found.length === 0} onClick={() => setHidden(found, true)}>
          Hide{search === '' ? ' all' : ' found'}
        </Button>
      </div>
      <div className="panel-search">
        <TextField
          label="Find a column by name or type"
          icon="search"
          value={search}
          onChange={setSearch}
          width="100%"
        />
      </div>
      {found.length === 0 ? <p className="panel-note">No column has “{search}” in its name.</p> : null}
      <WindowedList
        label="Columns"
        count={found.length}
        row={(index) => {
          const column = found[index] ?? 0;
          const info = columns[column];
          if (!info) return null;
          return (
            <li key={column} className={hidden.has(column) ? 'column-row off' : 'column-row'}>
              <input
                type="checkbox"
                aria-label={`Show ${info.name}`}
                checked={!hidden.has(column)}
                onChange={(event) => setHidden([column], !event.target.checked)}
              />
              <button
                type="button"
                className="column-name"
                title={`Go to ${info.name}`}
                disabled={hidden.has(column)}
                onClick={() => onReveal(column)}
              >
                <span className="grid-type" aria-hidden>
                  {kindMark(info.kind)}
                </span>
                <span className="column-text">{info.name}</span>
                <span className="column-type">{info.type}</span>
              </button>
              <IconButton
                icon={pinned.has(column) ? 'unpin' : 'pin'}
                label={pinned.has(column) ? `Unpin ${info.name}` : `Pin ${info.name} at the left`}
                pressed={pinned.has(column)}
                onClick={() => onLayout(withPinned(layout, column, !pinned.has(column)))}
              />
            </li>
          );
        }}
      />
      <div className="panel-foot">
        <Button
          look="quiet"
          disabled={layout.order === null && hidden.size === 0 && pinned.size === 0}
          onClick={() => onLayout({ ...EMPTY_LAYOUT, widths: layout.widths })}
        >
          Restore the query's order
        </Button>
      </div>
    </>
  );
}
