import { useEffect, useMemo, useState } from 'react';
import type { ErrorShape } from '../../../../shared/errors';
import type { CellValue, ResultInfo } from '../../../../shared/results';
import { callError } from '../../../api/client';
import { Button, IconButton } from '../../../ui/button';
import { ErrorBox } from '../../../ui/error-box';
import { formatBytes } from '../../../ui/format';
import type { GridCell } from '../../../ui/grid/grid-source';
import { Segmented } from '../../../ui/segmented';
import { showError, showMessage } from '../../../ui/toaster';
import type { ResultClient } from '../result-client';
import { writeClipboard } from './copy-cells';
import { parseJson } from './json-node';
import { useResultGrids } from './result-grid-store';
import { ValueBody } from './value-body';

/** Bytes read to be shown; the rest of a longer value is read when it is copied. */
const SHOWN_BYTES = 2_000_000;
const WHOLE_BYTES = 50_000_000;

interface ValuePanelProps {
  result: ResultInfo;
  client: ResultClient;
  timeZone: string;
  cell: GridCell;
}

interface Loaded {
  key: string;
  value?: CellValue;
  error?: ErrorShape;
}

/** The whole value of the active cell: text, JSON as tree or code, bytes as hex dump or picture. */
export function ValuePanel({ result, client, timeZone, cell }: ValuePanelProps) {
  const [form, setForm] = useState<'tree' | 'code'>('tree');
  const wrap = useResultGrids((state) => state.wrap);
  const loaded = useCellValue(result.id, client, timeZone, cell, result.rowCount);
  const column = result.columns[cell.column];
  const value = loaded?.value;
  const json =
    value && !value.truncated ? (value.json ?? (looksLikeJson(value.text) ? value.text : undefined)) : undefined;
  const node = useMemo(() => (json === undefined ? undefined : parseJson(json)), [json]);
  if (!column || result.rowCount === 0) return <p className="panel-note">No cell is selected.</p>;
  const copy = async () => {
    try {
      const whole = value?.truncated
        ? await client.value(result.id, cell.row, cell.column, { limit: WHOLE_BYTES, timeZone })
        : value;
      if (!whole) return;
      await writeClipboard(whole.text);
      showMessage(whole.truncated ? `Copied the first ${formatBytes(WHOLE_BYTES)} of the value.` : 'Copied the value.');
    } catch (error) {
      showError(callError(error));
    }
  };
  return (
    <>
      <div className="panel-head">
        <b title={column.name}>{column.name}</b>
        <span className="panel-type" title={column.type}>
          {column.type}
        </span>
        <span className="panel-gap" />
        <IconButton icon="duplicate" label="Copy value" disabled={!value} onClick={() => void copy()} />
        <IconButton
          icon="align-left"
          label="Wrap lines"
          pressed={wrap}
          onClick={() => useResultGrids.setState({ wrap: !wrap })}
        />
      </div>
      <div className="panel-meta">
        <span>row {(cell.row + 1).toLocaleString('en-US')}</span>
        {value && !value.isNull ? <span>{formatBytes(value.bytes)}</span> : null}
        {value && !value.isNull && column.kind !== 'blob' ? (
          <span>{value.truncated ? 'cut' : `${[...value.text].length.toLocaleString('en-US')} characters`}</span>
        ) : null}
        <span className="panel-gap" />
        {node ? (
          <Segmented<'tree' | 'code'>
            label="Form of the value"
            value={form}
            options={[
              { value: 'tree', label: 'Tree' },
              { value: 'code', label: 'Code' },
            ]}
            onChange={setForm}
          />
        ) : null}
      </div>
      {value?.truncated ? (
        <p className="panel-note">
          The first {formatBytes(SHOWN_BYTES)} are shown.{' '}
          <Button look="quiet" onClick={() => void copy()}>
            Copy all of it
          </Button>
        </p>
      ) : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys */}
      <section className="panel-body" tabIndex={0} aria-label={`Value of ${column.name}`}>
        {loaded?.error ? <ErrorBox error={loaded.error} /> : null}
        {value ? (
          <ValueBody key={loaded.key} value={value} kind={column.kind} node={node} tree={form === 'tree'} wrap={wrap} />
        ) : null}
      </section>
    </>
  );
}

/** Loads the value of a cell; the former one stays until the new one is there. */
function useCellValue(
  result: string,
  client: ResultClient,
  timeZone: string,
  cell: GridCell,
  rowCount: number,
): Loaded | undefined {
  const [loaded, setLoaded] = useState<Loaded>();
  const exists = cell.row < rowCount;
  useEffect(() => {
    if (!exists) return;
    let stale = false;
    const key = `${result} ${cell.row} ${cell.column} ${timeZone}`;
    const timer = setTimeout(async () => {
      try {
        const value = await client.value(result, cell.row, cell.column, { limit: SHOWN_BYTES, timeZone });
        if (!stale) setLoaded({ key, value });
      } catch (error) {
        if (!stale) setLoaded({ key, error: callError(error) });
      }
    }, 60);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [result, client, timeZone, cell.row, cell.column, exists]);
  return loaded;
}

function looksLikeJson(text: string): boolean {
  return /^\s*[[{]/.test(text) && /[\]}]\s*$/.test(text);
}
