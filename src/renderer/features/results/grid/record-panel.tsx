import { ArrowDownIcon, ArrowUpIcon } from '@blueprintjs/icons';
import { useEffect, useMemo, useState } from 'react';
import { isNumeric, kindMark } from '../../../../shared/columns';
import type { ErrorShape } from '../../../../shared/errors';
import type { ResultInfo } from '../../../../shared/results';
import { callError } from '../../../api/client';
import { ErrorBox } from '../../../ui/error-box';
import type { GridCell, GridWindow } from '../../../ui/grid/grid-source';
import { TextField } from '../../../ui/text-field';
import type { ResultReader } from '../result-client';
import { WindowedList } from './windowed-list';

interface RecordPanelProps {
  result: ResultInfo;
  reader: ResultReader;
  timeZone: string;
  cell: GridCell;
  /** Columns in display order. */
  columns: readonly number[];
  onSelect(cell: GridCell): void;
}

/** One row as a list of names and values, with its neighbours a key away. */
export function RecordPanel({ result, reader, timeZone, cell, columns, onSelect }: RecordPanelProps) {
  const [search, setSearch] = useState('');
  const { record, error } = useRecord(result, reader, timeZone, cell.row);
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return wanted === ''
      ? columns
      : columns.filter((column) => result.columns[column]?.name.toLowerCase().includes(wanted));
  }, [search, columns, result.columns]);
  const go = (row: number) => onSelect({ row, column: cell.column });
  return (
    <>
      <div className="panel-head">
        <span className="num">
          Row {(cell.row + 1).toLocaleString('en-US')} of {result.rowCount.toLocaleString('en-US')}
        </span>
        <span className="panel-gap" />
        <button
          type="button"
          className="icon-button"
          aria-label="Previous row"
          title="Previous row"
          disabled={cell.row === 0}
          onClick={() => go(cell.row - 1)}
        >
          <ArrowUpIcon size={14} aria-hidden />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label="Next row"
          title="Next row"
          disabled={cell.row + 1 >= result.rowCount}
          onClick={() => go(cell.row + 1)}
        >
          <ArrowDownIcon size={14} aria-hidden />
        </button>
      </div>
      <div className="panel-search">
        <TextField label="Find a column" icon="search" value={search} onChange={setSearch} width="100%" />
      </div>
      {error ? <ErrorBox error={error} /> : null}
      <WindowedList
        label="Values of the row"
        count={shown.length}
        current={shown.indexOf(cell.column)}
        row={(index) => {
          const column = shown[index] ?? 0;
          const info = result.columns[column];
          if (!info) return null;
          return (
            <li key={column}>
              <button
                type="button"
                className={column === cell.column ? 'record-row on' : 'record-row'}
                onClick={() => onSelect({ row: cell.row, column })}
              >
                <span className="grid-type" aria-hidden>
                  {kindMark(info.kind)}
                </span>
                <span className="record-name" title={`${info.name}\n${info.type}`}>
                  {info.name}
                </span>
                <RecordValue text={record?.text(record.first, column)} numeric={isNumeric(info.kind)} />
              </button>
            </li>
          );
        }}
      />
    </>
  );
}

function RecordValue({ text, numeric }: { text: string | null | undefined; numeric: boolean }) {
  if (text === undefined) return <span className="record-value" />;
  if (text === null) return <span className="record-value null">NULL</span>;
  return (
    <span className={numeric ? 'record-value number' : 'record-value'} title={text}>
      {text.slice(0, 300).replaceAll('\n', '⏎')}
    </span>
  );
}

function useRecord(result: ResultInfo, reader: ResultReader, timeZone: string, row: number) {
  const [record, setRecord] = useState<GridWindow>();
  const [error, setError] = useState<ErrorShape>();
  const count = result.columns.length;
  const exists = row < result.rowCount;
  useEffect(() => {
    if (!exists) return;
    const controller = new AbortController();
    const columns = Array.from({ length: count }, (_, index) => index);
    const read = async () => {
      try {
        const window = await reader.window(result.id, { offset: row, limit: 1, columns, timeZone }, controller.signal);
        if (controller.signal.aborted) return;
        setRecord(window);
        setError(undefined);
      } catch (failure) {
        if (!controller.signal.aborted) setError(callError(failure));
      }
    };
    void read();
    return () => controller.abort();
  }, [result.id, reader, timeZone, row, count, exists]);
  return { record, error };
}
