import { type Ref, useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react';
import type { CopyFormat, ResultInfo } from '../../../../shared/results';
import { Button } from '../../../ui/button';
import { openContextMenu } from '../../../ui/context-menu';
import { EmptyState } from '../../../ui/empty-state';
import { ErrorBox } from '../../../ui/error-box';
import { planColumns } from '../../../ui/grid/column-layout';
import { DataGrid, type GridHandle, type GridSelectionInfo } from '../../../ui/grid/data-grid';
import type { GridMenuRequest } from '../../../ui/grid/grid-gestures';
import type { GridCell, HeaderPicture } from '../../../ui/grid/grid-source';
import type { ResultClient } from '../result-client';
import { menuFor } from './cell-menu';
import { ColumnsPanel } from './columns-panel';
import { copyCells } from './copy-cells';
import { RecordPanel } from './record-panel';
import { ResultBands, ViewProgress } from './result-bands';
import { isPlain, type ResultGridState, type SidePanel, useGridState, useResultGrids } from './result-grid-store';
import { resultSource } from './result-source';
import { clearView, closeLeaving, useShownResult, wantValues, wantView } from './result-view';
import { type SelectionSummary, useSelectionSummary } from './selection-summary';
import { SidePanelFrame } from './side-panel';
import { ValueFilterPopup } from './value-filter';
import { ValuePanel } from './value-panel';
import './result-grid.css';

/** What commands and toolbars can ask of the grid that is shown. */
export interface ResultGridHandle {
  focus(): void;
  openFind(): void;
  openJump(): void;
  openPanel(panel: SidePanel): void;
  copy(format: CopyFormat, headers: boolean): Promise<void>;
  selectCell(cell: GridCell): void;
  fitColumns(): void;
}

export interface ResultGridProps {
  result: ResultInfo;
  client: ResultClient;
  timeZone: string;
  /** The selected cells summed, for the status bar; null when the grid goes. */
  onSelection?: (summary: SelectionSummary | null) => void;
  /** A small picture of a column of the shown rows for its title. */
  picture?: ((column: number) => HeaderPicture | null) | undefined;
  /** Opens the profile of a column. */
  onProfile?: ((column: number) => void) | undefined;
  handle?: Ref<ResultGridHandle>;
}

/** The rows of a result: grid, side panel, and what must be said about them. Its state outlives it, by result id. */
export function ResultGrid(props: ResultGridProps) {
  const { result } = props;
  if (result.state === 'failed')
    return <div className="result-grid">{result.error ? <ErrorBox error={result.error} /> : null}</div>;
  if (result.kind !== 'rows') return <NoRows result={result} />;
  return <RowsGrid key={result.id} {...props} />;
}

function RowsGrid({ result, client, timeZone, onSelection, picture, onProfile, handle }: ResultGridProps) {
  const state = useGridState(result.id);
  const patch = useResultGrids((store) => store.patch);
  const shown = useShownResult(result, client, timeZone);
  const grid = useRef<GridHandle>(null);
  const [active, setActive] = useState<GridCell>(state.place?.active ?? { row: 0, column: 0 });
  const [filter, setFilter] = useState<GridMenuRequest | null>(null);
  const source = useMemo(() => resultSource(shown, client, timeZone), [shown, client, timeZone]);
  const filtered = useMemo(() => new Set(state.wanted.values.map((value) => value.column)), [state.wanted.values]);
  const select = useSelectionSummary(shown.id, client, onSelection);

  const copy = useCallback(
    async (format: CopyFormat, headers: boolean) => {
      const selection = grid.current?.selection();
      if (selection) await copyCells({ result: shown.id, client, timeZone, selection, format, headers });
    },
    [shown.id, client, timeZone],
  );
  const openPanel = useCallback((panel: SidePanel) => patch(result.id, { panel }), [patch, result.id]);
  useImperativeHandle(handle, () => handleOf(grid, openPanel, copy), [openPanel, copy]);
  useEffect(() => {
    if (state.leaving.length === 0) return;
    // The grid reads the new copy's first window before it lets go of the old one.
    const timer = setTimeout(() => closeLeaving(result.id, client), 5_000);
    return () => clearTimeout(timer);
  }, [result.id, client, state.leaving]);

  const onGridSelection = (selection: GridSelectionInfo) => {
    setActive(selection.active);
    select(selection);
  };
  const onMenu = (request: GridMenuRequest) => {
    if (!grid.current) return;
    const entries = menuFor(request, {
      result,
      view: state.wanted,
      layout: state.layout,
      grid: grid.current,
      setLayout: (layout) => patch(result.id, { layout }),
      openPanel,
      openFilter: setFilter,
      copy: (format, headers) => void copy(format, headers),
      showProfile: onProfile,
    });
    openContextMenu(entries, request);
  };

  return (
    <div className="result-grid">
      <ResultBands result={result} shown={shown} state={state} />
      <div className="result-grid-body">
        <div className="result-grid-rows">
          <DataGrid
            source={source}
            label={`Rows of ${result.name}`}
            layout={state.layout}
            onLayout={(layout) => patch(result.id, { layout })}
            sort={state.wanted.sort}
            filtered={filtered}
            picture={picture}
            start={state.place}
            busy={shown.state === 'running' || state.working !== null}
            handle={grid}
            onPlace={(place) => patch(result.id, { place })}
            onSelection={onGridSelection}
            onSort={(sort) => wantView(result.id, { sort })}
            onMenu={onMenu}
            onOpen={() => openPanel('value')}
            onCopy={(headers) => void copy('tsv', headers)}
            onFilter={setFilter}
          />
          <ViewProgress result={result} state={state} />
          {shown.rowCount === 0 ? <EmptyRows result={result} shown={shown} state={state} /> : null}
        </div>
        {state.panel ? (
          <SidePanelFrame
            panel={state.panel}
            onPanel={(panel) => {
              patch(result.id, { panel });
              if (panel === null) grid.current?.focus();
            }}
          >
            <PanelContent
              panel={state.panel}
              active={active}
              grid={grid.current}
              result={result}
              shown={shown}
              client={client}
              timeZone={timeZone}
            />
          </SidePanelFrame>
        ) : null}
      </div>
      {filter ? (
        <FilterPopup
          request={filter}
          result={result}
          client={client}
          timeZone={timeZone}
          state={state}
          onClose={() => setFilter(null)}
        />
      ) : null}
    </div>
  );
}

interface PanelContentProps {
  panel: SidePanel;
  active: GridCell;
  grid: GridHandle | null;
  result: ResultInfo;
  shown: ResultInfo;
  client: ResultClient;
  timeZone: string;
}

function PanelContent({ panel, active, grid, result, shown, client, timeZone }: PanelContentProps) {
  const { layout } = useGridState(result.id);
  const columns = useMemo(() => planColumns(result.columns, layout).columns, [result.columns, layout]);
  const patch = useResultGrids((store) => store.patch);
  if (panel === 'columns') {
    return (
      <ColumnsPanel
        columns={result.columns}
        layout={layout}
        onLayout={(next) => patch(result.id, { layout: next })}
        onReveal={(column) => grid?.select({ row: active.row, column })}
      />
    );
  }
  if (panel === 'value') return <ValuePanel result={shown} client={client} timeZone={timeZone} cell={active} />;
  return (
    <RecordPanel
      result={shown}
      reader={client}
      timeZone={timeZone}
      cell={active}
      columns={columns}
      onSelect={(cell) => grid?.select(cell)}
    />
  );
}

interface FilterPopupProps {
  request: GridMenuRequest;
  result: ResultInfo;
  client: ResultClient;
  timeZone: string;
  state: ResultGridState;
  onClose(): void;
}

function FilterPopup({ request, result, client, timeZone, state, onClose }: FilterPopupProps) {
  const { column } = request.cell;
  const info = result.columns[column];
  if (!info) return null;
  return (
    <ValueFilterPopup
      result={result.id}
      rowCount={result.rowCount}
      answers={client}
      timeZone={timeZone}
      column={column}
      info={info}
      filter={state.wanted.values.find((filter) => filter.column === column)}
      x={request.x}
      y={request.y}
      onApply={(filter) => wantValues(result.id, column, filter)}
      onClose={onClose}
    />
  );
}

function EmptyRows({ result, shown, state }: { result: ResultInfo; shown: ResultInfo; state: ResultGridState }) {
  if (shown.state === 'running') return <p className="result-empty">Waiting for the first rows…</p>;
  if (isPlain(state.applied)) return <p className="result-empty">The query gave no rows.</p>;
  return (
    <div className="result-empty">
      <p>No row matches.</p>
      <Button onClick={() => clearView(result.id)}>Clear sort and filters</Button>
    </div>
  );
}

function NoRows({ result }: { result: ResultInfo }) {
  if (result.state === 'running') return <EmptyState title="Running…" />;
  const title =
    result.kind === 'changed'
      ? `${(result.changedRows ?? 0).toLocaleString('en-US')} ${result.changedRows === 1 ? 'row' : 'rows'} changed`
      : 'Done';
  return <EmptyState title={title}>{result.kind === 'changed' ? null : 'The statement gives no rows.'}</EmptyState>;
}

function handleOf(
  grid: { current: GridHandle | null },
  openPanel: (panel: SidePanel) => void,
  copy: ResultGridHandle['copy'],
): ResultGridHandle {
  return {
    focus: () => grid.current?.focus(),
    openFind: () => grid.current?.openFind(),
    openJump: () => grid.current?.openJump(),
    openPanel,
    copy,
    selectCell: (cell) => grid.current?.select(cell),
    fitColumns: () => grid.current?.fit(),
  };
}
