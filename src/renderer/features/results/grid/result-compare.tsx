import { type RefObject, useMemo, useRef, useState } from 'react';
import type { ResultInfo } from '../../../../shared/results';
import { callError } from '../../../api/client';
import { Button } from '../../../ui/button';
import { ErrorBox } from '../../../ui/error-box';
import { formatCount } from '../../../ui/format';
import { EMPTY_LAYOUT } from '../../../ui/grid/column-layout';
import { DataGrid, type GridHandle } from '../../../ui/grid/data-grid';
import type { CellMark } from '../../../ui/grid/row-painter';
import { showError } from '../../../ui/toaster';
import type { ResultClient } from '../result-client';
import { type ColumnMatch, matchColumns } from './compare-columns';
import { useSortedPair } from './compare-sort';
import { findDifference } from './find-difference';
import { resultSource } from './result-source';
import './result-grid.css';
import './result-compare.css';

interface ResultCompareProps {
  left: ResultInfo;
  right: ResultInfo;
  client: ResultClient;
  timeZone: string;
}

/** Two results side by side, compared row by row at the same position, after sorting both where a column is chosen. */
export function ResultCompare({ left, right, client, timeZone }: ResultCompareProps) {
  const match = useMemo(() => matchColumns(left.columns, right.columns), [left.columns, right.columns]);
  const [key, setKey] = useState(-1);
  const sortKey = key < 0 ? null : { left: key, right: match.toRight[key] ?? -1 };
  const { pair, working, error } = useSortedPair(left, right, sortKey, client, timeZone);
  const grids = { left: useRef<GridHandle>(null), right: useRef<GridHandle>(null) };
  const search = useDifferenceSearch(pair, match, client, timeZone, grids);
  return (
    <div className="result-grid">
      <div className="result-band">
        <CompareFacts left={left} right={right} match={match} />
        <label className="compare-sort">
          Sort both by
          <select className="select" value={key} onChange={(event) => setKey(Number(event.target.value))}>
            <option value={-1}>nothing, as they are</option>
            {left.columns.map((column, index) =>
              (match.toRight[index] ?? -1) >= 0 ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat, the index is the column
                <option key={index} value={index}>
                  {column.name}
                </option>
              ) : null,
            )}
          </select>
        </label>
        <Button look="plain" disabled={search.scanning} onClick={() => void search.next()}>
          Next difference
        </Button>
        {search.scanning ? (
          <Button look="quiet" onClick={search.stop}>
            Cancel
          </Button>
        ) : null}
        <span role="status">{search.note}</span>
      </div>
      <p className="compare-note">
        Compared cell by cell at the same row number, by displayed text
        {sortKey ? `, after sorting both by ${left.columns[key]?.name}` : ''}. A row that one side lacks shifts all that
        follow.
      </p>
      {error ? <ErrorBox error={error} /> : null}
      <div className="compare-sides">
        <CompareSide
          result={pair.left}
          other={pair.right}
          to={match.toRight}
          own={grids.left}
          opposite={grids.right}
          client={client}
          timeZone={timeZone}
          busy={working}
        />
        <CompareSide
          result={pair.right}
          other={pair.left}
          to={match.toLeft}
          own={grids.right}
          opposite={grids.left}
          client={client}
          timeZone={timeZone}
          busy={working}
        />
      </div>
    </div>
  );
}

interface CompareSideProps {
  result: ResultInfo;
  other: ResultInfo;
  /** Column of the other side by own column. */
  to: readonly number[];
  own: RefObject<GridHandle | null>;
  opposite: RefObject<GridHandle | null>;
  client: ResultClient;
  timeZone: string;
  busy: boolean;
}

function CompareSide({ result, other, to, own, opposite, client, timeZone, busy }: CompareSideProps) {
  const [layout, setLayout] = useState(EMPTY_LAYOUT);
  const source = useMemo(() => resultSource(result, client, timeZone), [result, client, timeZone]);
  const mark = useMemo(
    () =>
      (row: number, column: number): CellMark => {
        const across = to[column] ?? -1;
        if (across < 0 || row >= other.rowCount) return 'missing';
        const theirs = opposite.current?.text({ row, column: across });
        const ours = own.current?.text({ row, column });
        return theirs === undefined || ours === undefined || theirs === ours ? undefined : 'differs';
      },
    [to, other.rowCount, own, opposite],
  );
  return (
    <section className="compare-side" aria-label={result.name}>
      <header>
        <b>{result.name}</b>
        <span className="num">{formatCount(result.rowCount)} rows</span>
        {result.state === 'cut' ? <span className="compare-cut">cut off</span> : null}
      </header>
      <DataGrid
        source={source}
        label={`Rows of ${result.name}`}
        layout={layout}
        onLayout={setLayout}
        mark={mark}
        busy={busy}
        handle={own}
        onScroll={(position, left) => opposite.current?.scrollTo(position, left)}
        onRows={() => opposite.current?.refresh()}
      />
    </section>
  );
}

function CompareFacts({ left, right, match }: { left: ResultInfo; right: ResultInfo; match: ColumnMatch }) {
  const difference = right.rowCount - left.rowCount;
  const facts = [
    difference === 0
      ? `both ${formatCount(left.rowCount)} rows`
      : `${right.name} has ${formatCount(Math.abs(difference))} rows ${difference > 0 ? 'more' : 'fewer'}`,
  ];
  if (match.onlyLeft.length > 0) facts.push(`only in ${left.name}: ${names(match.onlyLeft)}`);
  if (match.onlyRight.length > 0) facts.push(`only in ${right.name}: ${names(match.onlyRight)}`);
  for (const { name, left: a, right: b } of match.retyped.slice(0, 3)) facts.push(`${name}: ${a} → ${b}`);
  if (match.onlyLeft.length + match.onlyRight.length + match.retyped.length === 0) facts.push('same columns');
  return <span className="compare-facts">{facts.join(' · ')}</span>;
}

function names(list: readonly string[]): string {
  return list.length > 4 ? `${list.slice(0, 4).join(', ')} +${list.length - 4}` : list.join(', ');
}

function useDifferenceSearch(
  pair: { left: ResultInfo; right: ResultInfo },
  match: ColumnMatch,
  client: ResultClient,
  timeZone: string,
  grids: { left: RefObject<GridHandle | null>; right: RefObject<GridHandle | null> },
) {
  const [note, setNote] = useState('');
  const [scanning, setScanning] = useState(false);
  const controller = useRef<AbortController | null>(null);
  const next = async () => {
    const own = new AbortController();
    controller.current = own;
    setScanning(true);
    const { active } = grids.left.current?.selection() ?? { active: { row: -1, column: 0 } };
    const fromRow = note === '' ? active.row : active.row + 1;
    const onProgress = (row: number) => setNote(`${formatCount(row)} rows compared…`);
    try {
      const cell = await findDifference({
        ...pair,
        match,
        reader: client,
        timeZone,
        fromRow,
        signal: own.signal,
        onProgress,
      });
      if (own.signal.aborted) return;
      setNote(cell ? `row ${formatCount(cell.row + 1)}` : fromRow === 0 ? 'no difference' : 'no further difference');
      if (cell) reveal(cell.row, cell.column);
    } catch (error) {
      if (!own.signal.aborted) showError(callError(error));
    } finally {
      setScanning(false);
    }
  };
  const reveal = (row: number, column: number) => {
    grids.left.current?.select({ row: Math.min(row, pair.left.rowCount - 1), column });
    grids.right.current?.select({ row: Math.min(row, pair.right.rowCount - 1), column: match.toRight[column] ?? 0 });
  };
  const stop = () => {
    controller.current?.abort();
    setNote('');
  };
  return { note, scanning, next, stop };
}
