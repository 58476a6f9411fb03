import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { Icon, type IconName } from '../icon';
import './tree.css';

/** One visible row of a tree, already flattened. */
export interface TreeRow {
  id: string;
  depth: number;
  label: string;
  /** `group` is a heading; the rest are items. */
  kind?: 'group' | 'item' | 'loading' | 'message';
  icon?: IconName;
  /** A small type mark in place of an icon. */
  mark?: string;
  /** Undefined for a leaf. */
  expanded?: boolean | undefined;
  /** It opens as a whole, on a double click or Enter; others unfold on those and on a click. */
  opens?: boolean;
  meta?: string;
  title?: string | undefined;
  warning?: boolean | undefined;
  /** Colours the meta text of what stands for a test or production system. */
  tone?: 'test' | 'prod';
}

interface TreeProps {
  label: string;
  rows: TreeRow[];
  selected: string | undefined;
  onSelect(id: string): void;
  onToggle(id: string): void;
  /** Enter or double click. */
  onOpen(id: string): void;
  onMenu(id: string, at: { x: number; y: number }): void;
  empty?: ReactNode;
}

const ROW = 24;

/**
 * A tree of any number of rows, of which only the visible ones are drawn. Arrow keys move and fold as in a file manager;
 * the tree keeps the focus and names the active row to assistive technology.
 */
export function Tree({ label, rows, selected, onSelect, onToggle, onOpen, onMenu, empty }: TreeProps) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const index = useMemo(() => rows.findIndex((row) => row.id === selected), [rows, selected]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setView((now) => ({ ...now, height: element.clientHeight })));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const reveal = (at: number) => {
    const element = box.current;
    if (!element) return;
    if (at * ROW < element.scrollTop) element.scrollTop = at * ROW;
    else if ((at + 1) * ROW > element.scrollTop + element.clientHeight)
      element.scrollTop = (at + 1) * ROW - element.clientHeight;
  };
  const go = (at: number) => {
    const step = at < index ? -1 : 1;
    let next = Math.min(Math.max(at, 0), rows.length - 1);
    while (rows[next]?.kind === 'group' && rows[next + step]) next += step;
    const row = rows[next];
    if (!row) return;
    onSelect(row.id);
    reveal(next);
  };
  const onKey = (event: React.KeyboardEvent) => {
    const row = rows[index];
    const page = Math.max(1, Math.floor(view.height / ROW) - 1);
    if (event.key === 'ArrowDown') go(index + 1);
    else if (event.key === 'ArrowUp') go(index - 1);
    else if (event.key === 'PageDown') go(index + page);
    else if (event.key === 'PageUp') go(index - page);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(rows.length - 1);
    else if (event.key === 'ArrowRight' && row) {
      if (row.expanded === false) onToggle(row.id);
      else go(index + 1);
    } else if (event.key === 'ArrowLeft' && row) {
      if (row.expanded) onToggle(row.id);
      else go(parentOf(rows, index));
    } else if (event.key === 'Enter' && row) openOrUnfold(row, onOpen, onToggle);
    else if (event.key === ' ' && row?.expanded !== undefined) onToggle(row.id);
    else if ((event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) && row) {
      const rectangle = box.current?.getBoundingClientRect();
      if (rectangle) onMenu(row.id, { x: rectangle.left + 40, y: rectangle.top + (index + 1) * ROW - view.top });
    } else return;
    event.preventDefault();
  };

  const first = Math.max(0, Math.floor(view.top / ROW) - 10);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / ROW) + 10);
  return (
    <div
      ref={box}
      className="tree"
      role="tree"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={index >= 0 ? rowId(rows[index]) : undefined}
      onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
      onKeyDown={onKey}
      onMouseDown={(event) => {
        // A row that scrolls out of sight is taken away, and the focus with it: so the tree itself has it.
        if (!(event.target as Element).closest('.row')) return;
        event.preventDefault();
        box.current?.focus();
      }}
    >
      {rows.length === 0 ? empty : null}
      <div role="none" style={{ height: rows.length * ROW, position: 'relative' }}>
        {rows.slice(first, last).map((row, offset) => (
          <Row
            key={row.id}
            row={row}
            top={(first + offset) * ROW}
            selected={row.id === selected}
            onSelect={onSelect}
            onToggle={onToggle}
            onOpen={onOpen}
            onMenu={onMenu}
          />
        ))}
      </div>
    </div>
  );
}

function rowId(row: TreeRow | undefined): string | undefined {
  // Ids are named in lists that spaces separate.
  return row ? `tree-${row.id.replace(/\s/g, '%20')}` : undefined;
}

function openOrUnfold(row: TreeRow, onOpen: (id: string) => void, onToggle: (id: string) => void): void {
  if (row.expanded === undefined || row.opens) onOpen(row.id);
  else onToggle(row.id);
}

function parentOf(rows: TreeRow[], index: number): number {
  const depth = rows[index]?.depth ?? 0;
  for (let at = index - 1; at >= 0; at -= 1) if ((rows[at]?.depth ?? 0) < depth) return at;
  return index;
}

interface RowProps extends Pick<TreeProps, 'onSelect' | 'onToggle' | 'onOpen' | 'onMenu'> {
  row: TreeRow;
  top: number;
  selected: boolean;
}

function Row({ row, top, selected, onSelect, onToggle, onOpen, onMenu }: RowProps) {
  const kind = row.kind ?? 'item';
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the tree, which keeps the focus
    <div
      id={rowId(row)}
      role="treeitem"
      tabIndex={-1}
      aria-level={row.depth + 1}
      aria-selected={selected}
      {...(row.expanded === undefined ? {} : { 'aria-expanded': row.expanded })}
      className={`row ${kind} ${row.warning ? 'warning' : ''}`}
      style={{ top, paddingLeft: 10 + row.depth * 14 }}
      title={row.title ?? row.label}
      onClick={(event) => {
        onSelect(row.id);
        if (event.detail > 1 || row.expanded === undefined) return;
        const onTwist = (event.target as Element).closest('.twist') !== null;
        if (onTwist || !row.opens) onToggle(row.id);
      }}
      onDoubleClick={(event) => {
        const onTwist = (event.target as Element).closest('.twist') !== null;
        if (!onTwist && (row.expanded === undefined || row.opens)) onOpen(row.id);
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        onSelect(row.id);
        onMenu(row.id, { x: event.clientX, y: event.clientY });
      }}
    >
      {kind === 'group' ? null : (
        <span className="twist">
          {row.expanded === undefined ? null : (
            <Icon name={row.expanded ? 'chevron-down' : 'chevron-right'} size={12} />
          )}
        </span>
      )}
      {row.icon ? <Icon name={row.icon} /> : null}
      {row.mark ? <span className="mark">{row.mark}</span> : null}
      {kind === 'loading' ? (
        <span className="skeleton" style={{ width: 90 }} />
      ) : (
        <span className="name">{row.label}</span>
      )}
      {row.meta ? <span className={`meta numbers ${row.tone ?? ''}`}>{row.meta}</span> : null}
    </div>
  );
}
