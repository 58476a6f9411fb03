import type { CopyFormat, ResultInfo } from '../../../../shared/results';
import { EMPTY_LAYOUT, type GridLayout, withHidden, withPinned } from '../../../ui/grid/column-layout';
import type { GridHandle } from '../../../ui/grid/data-grid';
import type { GridMenuRequest } from '../../../ui/grid/grid-gestures';
import type { MenuEntry } from '../../../ui/menu-list';
import { COPY_FORMATS, writeClipboard } from './copy-cells';
import type { SidePanel, ViewState } from './result-grid-store';
import { clearView, wantValues, wantView } from './result-view';

/** What the menus of a result's grid act on. */
export interface MenuContext {
  /** The result itself; sorts and filters are wished for it, whatever copy is shown. */
  result: ResultInfo;
  view: ViewState;
  layout: GridLayout;
  grid: GridHandle;
  setLayout(layout: GridLayout): void;
  openPanel(panel: SidePanel): void;
  openFilter(request: GridMenuRequest): void;
  copy(format: CopyFormat, headers: boolean): void;
  /** Opens the profile of a column, where there is such a view. */
  showProfile: ((column: number) => void) | undefined;
}

const DIVIDER: MenuEntry = { label: '', divider: true };

/** Longest display text; a longer value comes cut and cannot be filtered by. */
const CUT_LENGTH = 1_000;

export function menuFor(request: GridMenuRequest, context: MenuContext): MenuEntry[] {
  if (request.area === 'title') return titleMenu(request, context);
  if (request.area === 'corner') return cornerMenu(context);
  return cellMenu(request, context);
}

function cellMenu(request: GridMenuRequest, context: MenuContext): MenuEntry[] {
  return [
    { label: 'Copy', icon: 'duplicate', keys: 'Ctrl+C', run: () => context.copy('tsv', false) },
    { label: 'Copy with column names', keys: 'Ctrl+Shift+C', run: () => context.copy('tsv', true) },
    ...copyAs(context),
    DIVIDER,
    ...filterByCell(request, context),
    DIVIDER,
    { label: 'Show value', icon: 'document-open', keys: 'F7', run: () => context.openPanel('value') },
    { label: 'Show row as a record', icon: 'align-left', run: () => context.openPanel('record') },
    DIVIDER,
    { label: 'Find in cells…', icon: 'search', keys: 'Ctrl+F', run: () => context.grid.openFind() },
    { label: 'Go to row…', keys: 'Ctrl+G', run: () => context.grid.openJump() },
  ];
}

function copyAs(context: MenuContext): MenuEntry[] {
  return COPY_FORMATS.filter(({ format }) => format !== 'tsv').map(({ format, label }) => ({
    label: `Copy as ${label}`,
    run: () => context.copy(format, format !== 'in-list'),
  }));
}

function filterByCell({ cell, x, y }: GridMenuRequest, context: MenuContext): MenuEntry[] {
  const text = context.grid.text(cell);
  const name = context.result.columns[cell.column]?.name ?? '';
  if (text === undefined) return [];
  const usable = text === null || text.length < CUT_LENGTH;
  const shown = text === null ? 'NULL' : text === '' ? 'empty text' : shorten(text);
  const pick = (exclude: boolean) => wantValues(context.result.id, cell.column, { values: [text], exclude });
  return [
    { label: `Only ${name} = ${shown}`, icon: 'filter', disabled: !usable, run: () => pick(false) },
    { label: `Without ${name} = ${shown}`, disabled: !usable, run: () => pick(true) },
    { label: 'Filter by value…', keys: 'Alt+↓', run: () => context.openFilter({ area: 'title', x, y, cell }) },
  ];
}

function titleMenu(request: GridMenuRequest, context: MenuContext): MenuEntry[] {
  const { column } = request.cell;
  const { layout, view, result } = context;
  const key = view.sort.find((sort) => sort.column === column);
  const pinned = layout.pinned.includes(column);
  const sortBy = (descending: boolean) => wantView(result.id, { sort: [{ column, descending }] });
  const { showProfile } = context;
  return [
    { label: 'Sort ascending', ...(key && !key.descending ? { checked: true } : {}), run: () => sortBy(false) },
    { label: 'Sort descending', ...(key?.descending ? { checked: true } : {}), run: () => sortBy(true) },
    {
      label: 'Sort after the other columns',
      keys: 'Shift+Click',
      disabled: view.sort.length === 0 || key !== undefined,
      run: () => wantView(result.id, { sort: [...view.sort, { column, descending: false }] }),
    },
    { label: 'Clear sort', disabled: view.sort.length === 0, run: () => wantView(result.id, { sort: [] }) },
    DIVIDER,
    { label: 'Filter by value…', icon: 'filter', keys: 'Alt+↓', run: () => context.openFilter(request) },
    {
      label: 'Clear filter',
      disabled: !view.values.some((filter) => filter.column === column),
      run: () => wantValues(result.id, column, null),
    },
    DIVIDER,
    {
      label: pinned ? 'Unpin' : 'Pin at the left',
      icon: pinned ? 'unpin' : 'pin',
      run: () => context.setLayout(withPinned(layout, column, !pinned)),
    },
    {
      label: 'Hide',
      disabled: layout.hidden.length >= result.columns.length - 1,
      run: () => context.setLayout(withHidden(layout, [column], true)),
    },
    { label: 'Fit width', keys: 'Double click', run: () => context.grid.fit([column]) },
    { label: 'Fit all widths', run: () => context.grid.fit() },
    { label: 'Columns…', icon: 'columns', run: () => context.openPanel('columns') },
    DIVIDER,
    ...(showProfile ? [{ label: 'Profile column', icon: 'graph' as const, run: () => showProfile(column) }] : []),
    { label: 'Copy name', icon: 'duplicate', run: () => void writeClipboard(result.columns[column]?.name ?? '') },
  ];
}

function cornerMenu(context: MenuContext): MenuEntry[] {
  const { layout, result } = context;
  return [
    { label: 'Columns…', icon: 'columns', run: () => context.openPanel('columns') },
    {
      label: 'Show all columns',
      disabled: layout.hidden.length === 0,
      run: () => context.setLayout({ ...layout, hidden: [] }),
    },
    { label: "Restore the query's order", run: () => context.setLayout({ ...EMPTY_LAYOUT, widths: layout.widths }) },
    { label: 'Fit all widths', run: () => context.grid.fit() },
    DIVIDER,
    { label: 'Clear sort and filters', run: () => clearView(result.id) },
    DIVIDER,
    { label: 'Find in cells…', icon: 'search', keys: 'Ctrl+F', run: () => context.grid.openFind() },
    { label: 'Go to row…', keys: 'Ctrl+G', run: () => context.grid.openJump() },
  ];
}

function shorten(text: string): string {
  const line = text.replaceAll('\n', '⏎');
  return line.length > 28 ? `${line.slice(0, 27)}…` : line;
}
