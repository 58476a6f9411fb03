import { useEffect, useRef, useState } from 'react';
import type { ColumnInfo } from '../../../../shared/columns';
import { PivotCell, PivotLabel } from './pivot-cells';
import type { PivotData } from './pivot-data';
import { PivotHead } from './pivot-head';
import type { PivotSpec } from './pivot-spec';

interface PivotTableProps {
  data: PivotData;
  spec: PivotSpec;
  columns: readonly ColumnInfo[];
  onSort(sort: PivotSpec['sort']): void;
  /** Narrows the result to the rows behind a cell; either place is undefined for a total. */
  onCell?: ((row: number | undefined, column: number | undefined) => void) | undefined;
}

const ROW = 24;
const AHEAD = 10;

/** The table with its head and labels fixed; only the rows in sight are drawn. */
export function PivotTable({ data, spec, columns, onSort, onCell }: PivotTableProps) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setView({ top: element.scrollTop, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const values = data.values.length;
  const first = Math.max(0, Math.floor(view.top / ROW) - AHEAD);
  const last = Math.min(data.rows.length, Math.ceil((view.top + view.height) / ROW) + AHEAD);
  const totals = spec.columns.length > 0;
  const width = Math.max(1, spec.rows.length) + data.columns.length * values + (totals ? values : 0);
  return (
    <section
      ref={box}
      className="pivot-box"
      aria-label="Pivot table"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling table must be reached by keyboard
      tabIndex={0}
      onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
    >
      <table className="pivot-table" aria-rowcount={data.rows.length + 2}>
        <PivotHead data={data} spec={spec} columns={columns} onSort={onSort} />
        <tbody>
          {first > 0 ? (
            <tr aria-hidden style={{ height: first * ROW }}>
              <td colSpan={width} />
            </tr>
          ) : null}
          {data.rows.slice(first, last).map((row, offset) => {
            const at = first + offset;
            const before = data.rows[at - 1];
            return (
              <tr key={row.id} aria-rowindex={at + 2}>
                {row.labels.length === 0 ? <th scope="row">all rows</th> : null}
                {row.labels.map((label, place) => {
                  const repeats =
                    offset > 0 && row.labels.slice(0, place + 1).every((each, level) => each === before?.labels[level]);
                  return (
                    <th
                      key={spec.rows[place]?.column}
                      scope="row"
                      data-repeats={repeats && place < row.labels.length - 1}
                      title={label ?? 'NULL'}
                    >
                      <PivotLabel text={label} />
                    </th>
                  );
                })}
                {data.columns.flatMap((key, column) =>
                  data.values.map(({ id }, value) => (
                    <PivotCell
                      key={`${key.id}-${id}`}
                      text={data.cells[at]?.[column * values + value]}
                      onClick={onCell ? () => onCell(at, column) : undefined}
                    />
                  )),
                )}
                {totals
                  ? row.totals.map((text, value) => (
                      <PivotCell
                        key={data.values[value]?.id}
                        text={text}
                        total
                        onClick={onCell ? () => onCell(at, undefined) : undefined}
                      />
                    ))
                  : null}
              </tr>
            );
          })}
          {last < data.rows.length ? (
            <tr aria-hidden style={{ height: (data.rows.length - last) * ROW }}>
              <td colSpan={width} />
            </tr>
          ) : null}
        </tbody>
        {spec.rows.length > 0 ? (
          <tfoot>
            <tr>
              <th scope="row" colSpan={spec.rows.length}>
                Total
              </th>
              {data.columns.flatMap((column, at) =>
                column.totals.map((text, value) => (
                  <PivotCell
                    key={`${column.id}-${data.values[value]?.id}`}
                    text={text}
                    total
                    onClick={onCell && totals ? () => onCell(undefined, at) : undefined}
                  />
                )),
              )}
              {totals
                ? data.total.map((text, value) => <PivotCell key={data.values[value]?.id} text={text} total />)
                : null}
            </tr>
          </tfoot>
        ) : null}
      </table>
    </section>
  );
}
