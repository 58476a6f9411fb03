import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
import type { ObjectEntry } from '../../../shared/objects';
import { formatBytes } from '../../ui/format';
import { Icon, type IconName } from '../../ui/icon';

const ROW = 24;
const BEYOND = 12;
/** Rows before the end at which the next page is asked for. */
const AHEAD = 200;

interface ObjectListProps {
  entries: ObjectEntry[];
  more: boolean;
  loading: boolean;
  selected: ReadonlySet<string>;
  onSelect(paths: ReadonlySet<string>): void;
  onOpen(entry: ObjectEntry): void;
  onUp(): void;
  onDelete(): void;
  onMenu(event: MouseEvent, entry: ObjectEntry): void;
  onNearEnd(): void;
}

const ICONS: Record<ObjectEntry['kind'], IconName> = {
  bucket: 'database',
  prefix: 'folder-close',
  object: 'document',
};

/** Prefixes and objects as rows of one height, of which only those in sight are drawn. */
export function ObjectList(props: ObjectListProps) {
  const { entries, more, loading, selected, onSelect, onOpen, onNearEnd } = props;
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const [cursor, setCursor] = useState(0);
  const [anchor, setAnchor] = useState(0);
  useView(box, setView);

  const first = Math.max(0, Math.floor(view.top / ROW) - BEYOND);
  const last = Math.min(entries.length, Math.ceil((view.top + view.height) / ROW) + BEYOND);
  useEffect(() => {
    if (more && last > entries.length - AHEAD) onNearEnd();
  }, [more, last, entries.length, onNearEnd]);

  const choose = (index: number, how: { range?: boolean; toggle?: boolean }) => {
    const entry = entries[index];
    if (!entry) return;
    // A row that was clicked may scroll away with the focus.
    box.current?.focus({ preventScroll: true });
    setCursor(index);
    if (how.range) {
      const [from, to] = anchor < index ? [anchor, index] : [index, anchor];
      onSelect(new Set(entries.slice(from, to + 1).map(({ path }) => path)));
      return;
    }
    setAnchor(index);
    const next = new Set(how.toggle ? selected : []);
    if (how.toggle && next.has(entry.path)) next.delete(entry.path);
    else next.add(entry.path);
    onSelect(next);
  };
  const move = (index: number, range: boolean) => {
    const to = Math.max(0, Math.min(entries.length - 1, index));
    choose(to, { range });
    scrollTo(box.current, to);
  };
  const onKey = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(view.height / ROW) - 1);
    const steps: Record<string, number> = {
      ArrowDown: cursor + 1,
      ArrowUp: cursor - 1,
      PageDown: cursor + page,
      PageUp: cursor - page,
      Home: 0,
      End: entries.length - 1,
    };
    const step = steps[event.key];
    const entry = entries[cursor];
    if (step !== undefined) move(step, event.shiftKey);
    else if (event.key === 'Enter' && entry) onOpen(entry);
    else if (event.key === 'Backspace') props.onUp();
    else if (event.key === 'Delete') props.onDelete();
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) onSelect(new Set(entries.map(({ path }) => path)));
    else return;
    event.preventDefault();
  };

  return (
    <div className="object-list">
      <div className="object-row head" aria-hidden="true">
        <span>Name</span>
        <span className="numbers">Size</span>
        <span>Modified</span>
        <span>Class</span>
      </div>
      <div
        className="object-rows"
        role="listbox"
        tabIndex={0}
        aria-label="Prefixes and objects"
        aria-multiselectable="true"
        aria-activedescendant={entries[cursor] ? rowId(cursor) : undefined}
        ref={box}
        onKeyDown={onKey}
      >
        <div style={{ height: entries.length * ROW + (loading ? ROW * 3 : 0), position: 'relative' }}>
          {entries.slice(first, last).map((entry, offset) => (
            <Row
              key={entry.path}
              entry={entry}
              index={first + offset}
              selected={selected.has(entry.path)}
              isCursor={first + offset === cursor}
              onChoose={choose}
              onOpen={onOpen}
              onMenu={props.onMenu}
            />
          ))}
          {loading ? <Skeletons top={entries.length * ROW} /> : null}
        </div>
      </div>
    </div>
  );
}

function rowId(index: number): string {
  return `object-row-${index}`;
}

interface RowProps {
  entry: ObjectEntry;
  index: number;
  selected: boolean;
  isCursor: boolean;
  onChoose(index: number, how: { range?: boolean; toggle?: boolean }): void;
  onOpen(entry: ObjectEntry): void;
  onMenu(event: MouseEvent, entry: ObjectEntry): void;
}

function Row({ entry, index, selected, isCursor, onChoose, onOpen, onMenu }: RowProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list answers the keys
    <div
      className={`object-row${isCursor ? ' cursor' : ''}`}
      role="option"
      tabIndex={-1}
      id={rowId(index)}
      aria-selected={selected}
      aria-label={[entry.name, entry.size === undefined ? entry.kind : formatBytes(entry.size)].join(', ')}
      style={{ top: index * ROW }}
      onClick={(event) => onChoose(index, { range: event.shiftKey, toggle: event.ctrlKey || event.metaKey })}
      onDoubleClick={() => onOpen(entry)}
      onContextMenu={(event) => {
        if (!selected) onChoose(index, {});
        onMenu(event, entry);
      }}
    >
      <span className="name" title={entry.path}>
        <Icon name={ICONS[entry.kind]} size={12} />
        {entry.name}
      </span>
      <span className="numbers">{entry.size === undefined ? '' : formatBytes(entry.size)}</span>
      <span className="time">{entry.modified === undefined ? '' : timeText(entry.modified)}</span>
      <span className="class">{entry.storageClass ?? ''}</span>
    </div>
  );
}

function Skeletons({ top }: { top: number }) {
  return (
    <div className="object-skeletons" style={{ top }} role="status" aria-label="Reading the list">
      <span className="skeleton" />
      <span className="skeleton" />
      <span className="skeleton" />
    </div>
  );
}

function useView(
  box: React.RefObject<HTMLDivElement | null>,
  setView: (view: { top: number; height: number }) => void,
) {
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [box, setView]);
}

function scrollTo(box: HTMLDivElement | null, index: number): void {
  if (!box) return;
  const top = index * ROW;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + ROW > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW - box.clientHeight;
}

/** In the user's zone, to the second: `2024-03-09 14:05:59`. */
export function timeText(iso: string): string {
  const date = new Date(iso);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
