import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Icon, type IconName } from './icon';

export interface MenuEntry {
  label: string;
  icon?: IconName;
  keys?: string | undefined;
  disabled?: boolean;
  checked?: boolean;
  run?(): void;
  /** A line between groups; the other fields do not matter. */
  divider?: boolean;
  children?: MenuEntry[];
}

interface MenuListProps {
  entries: MenuEntry[];
  /** Where it opens; a submenu opens at the right of its entry, or at the left where there is no room. */
  place: { x: number; y: number; leftOf?: number };
  label?: string;
  /** Whether the first entry takes the focus; not while a pointer opened a submenu. */
  focused?: boolean;
  onChoose(entry: MenuEntry): void;
  /** Escape, and in a submenu the left arrow. */
  onLeave(): void;
  /** A submenu: the left arrow leaves it. */
  isSub?: boolean;
}

interface OpenSub {
  index: number;
  focused: boolean;
}

const EDGE = 4;

/** A list of entries with the keys of a menu: arrows, Home, End, the first letter, Enter, Escape. */
export function MenuList({ entries, place, label, focused = true, onChoose, onLeave, isSub = false }: MenuListProps) {
  const box = useRef<HTMLDivElement>(null);
  const [sub, setSub] = useState<OpenSub>();
  const { x, y, leftOf } = place;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const { offsetWidth, offsetHeight } = element;
    const fits = x + offsetWidth + EDGE <= window.innerWidth;
    const left = fits ? x : (leftOf ?? window.innerWidth) - offsetWidth - (leftOf === undefined ? EDGE : 0);
    element.style.left = `${Math.max(EDGE, left)}px`;
    element.style.top = `${Math.max(EDGE, Math.min(y, window.innerHeight - offsetHeight - EDGE))}px`;
  }, [x, y, leftOf]);
  useEffect(() => {
    if (focused) focusItem(box.current, 0);
  }, [focused]);

  const openSub = (index: number, takesFocus: boolean) => {
    const entry = entries[index];
    setSub(entry?.children && !entry.disabled ? { index, focused: takesFocus } : undefined);
  };
  const choose = (index: number) => {
    const entry = entries[index];
    if (!entry || entry.disabled) return;
    if (entry.children) openSub(index, true);
    else onChoose(entry);
  };
  const onKey = (event: React.KeyboardEvent) => {
    const index = indexOf(document.activeElement);
    if (event.key === 'Escape' || event.key === 'Tab' || (isSub && event.key === 'ArrowLeft')) onLeave();
    else if (event.key === 'ArrowRight') openSub(index, true);
    else if (event.key === 'Enter' || event.key === ' ') choose(index);
    else if (!moveFocus(event.key, box.current)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const opened = sub && entries[sub.index];
  return (
    <>
      <div ref={box} className="context-menu" role="menu" aria-label={label ?? 'Menu'} tabIndex={-1} onKeyDown={onKey}>
        {entries.map((entry, index) => (
          <MenuLine
            // biome-ignore lint/suspicious/noArrayIndexKey: entries of an open menu do not move
            key={index}
            entry={entry}
            index={index}
            expanded={sub?.index === index}
            onPoint={() => openSub(index, false)}
            onClick={() => choose(index)}
          />
        ))}
      </div>
      {sub && opened?.children ? (
        <MenuList
          key={sub.index}
          isSub
          entries={opened.children}
          label={opened.label}
          place={placeBeside(box.current, sub.index)}
          focused={sub.focused}
          onChoose={onChoose}
          onLeave={() => {
            setSub(undefined);
            itemAt(box.current, sub.index)?.focus();
          }}
        />
      ) : null}
    </>
  );
}

interface MenuLineProps {
  entry: MenuEntry;
  index: number;
  expanded: boolean;
  onPoint(): void;
  onClick(): void;
}

function MenuLine({ entry, index, expanded, onPoint, onClick }: MenuLineProps) {
  if (entry.divider) return <hr className="menu-divider" />;
  const checkable = entry.checked !== undefined;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list answers the keys for all of its entries
    // biome-ignore lint/a11y/noStaticElementInteractions: its role depends on whether it can be checked
    <div
      className="menu-item"
      role={checkable ? 'menuitemcheckbox' : 'menuitem'}
      data-index={index}
      tabIndex={-1}
      aria-disabled={entry.disabled ?? false}
      {...(checkable ? { 'aria-checked': entry.checked } : {})}
      {...(entry.children ? { 'aria-haspopup': 'menu' as const, 'aria-expanded': expanded } : {})}
      onPointerEnter={(event) => {
        if (!entry.disabled) event.currentTarget.focus();
        onPoint();
      }}
      onClick={onClick}
    >
      <span className="mark">
        {checkable ? entry.checked ? <Icon name="tick" /> : null : entry.icon ? <Icon name={entry.icon} /> : null}
      </span>
      <span className="label">{entry.label}</span>
      {entry.keys ? <kbd>{entry.keys}</kbd> : null}
      {entry.children ? <Icon name="chevron-right" size={12} /> : null}
    </div>
  );
}

function itemsOf(box: HTMLElement | null): HTMLElement[] {
  return [...(box?.querySelectorAll<HTMLElement>('.menu-item:not([aria-disabled="true"])') ?? [])];
}

function itemAt(box: HTMLElement | null, index: number): HTMLElement | null | undefined {
  return box?.querySelector<HTMLElement>(`.menu-item[data-index="${index}"]`);
}

function indexOf(element: Element | null): number {
  return element instanceof HTMLElement ? Number(element.dataset.index ?? -1) : -1;
}

function focusItem(box: HTMLElement | null, at: number): void {
  const items = itemsOf(box);
  items[(at + items.length) % Math.max(1, items.length)]?.focus();
}

/** Moves the focus for an arrow, Home, End or a letter; false for any other key. */
function moveFocus(key: string, box: HTMLElement | null): boolean {
  const items = itemsOf(box);
  const at = items.indexOf(document.activeElement as HTMLElement);
  if (key === 'ArrowDown') focusItem(box, at + 1);
  else if (key === 'ArrowUp') focusItem(box, at < 0 ? -1 : at - 1);
  else if (key === 'Home') focusItem(box, 0);
  else if (key === 'End') focusItem(box, -1);
  else if (key.length === 1) {
    const starts = (item: HTMLElement) => item.textContent?.trim().toLowerCase().startsWith(key.toLowerCase());
    [...items.slice(at + 1), ...items.slice(0, at + 1)].find(starts)?.focus();
  } else return false;
  return true;
}

function placeBeside(box: HTMLElement | null, index: number): MenuListProps['place'] {
  const item = itemAt(box, index)?.getBoundingClientRect();
  return item ? { x: item.right + 2, y: item.top - 5, leftOf: item.left - 2 } : { x: 0, y: 0 };
}
