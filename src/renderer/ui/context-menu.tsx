import { Menu, MenuDivider, MenuItem } from '@blueprintjs/core';
import { useEffect, useRef } from 'react';
import { create } from 'zustand';
import { Icon, type IconName } from './icon';
import './context-menu.css';

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

interface ContextMenuState {
  entries: MenuEntry[];
  at: { x: number; y: number } | undefined;
}

const useContextMenu = create<ContextMenuState>()(() => ({ entries: [], at: undefined }));

/** Opens a menu at a place of the window, in pixels. */
export function openContextMenu(entries: MenuEntry[], at: { x: number; y: number }): void {
  useContextMenu.setState({ entries, at });
}

/** Opens a menu below an element, as a button's menu. */
export function openMenuBelow(entries: MenuEntry[], element: Element): void {
  const rectangle = element.getBoundingClientRect();
  openContextMenu(entries, { x: rectangle.left, y: rectangle.bottom + 2 });
}

function close(): void {
  useContextMenu.setState({ at: undefined });
}

/** Draws the open menu; stands once in the window. */
export function ContextMenuLayer() {
  const { entries, at } = useContextMenu();
  const box = useRef<HTMLDivElement>(null);
  const before = useRef<Element | null>(null);

  useEffect(() => {
    const element = box.current;
    if (!at || !element) return;
    before.current = document.activeElement;
    element.style.left = `${Math.max(4, Math.min(at.x, window.innerWidth - element.offsetWidth - 4))}px`;
    element.style.top = `${Math.max(4, Math.min(at.y, window.innerHeight - element.offsetHeight - 4))}px`;
    focusItem(element, 0);
    return () => {
      if (before.current instanceof HTMLElement) before.current.focus();
    };
  }, [at]);

  if (!at) return null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the menu inside has the roles; the layer only ends it
    <div
      className="context-menu-layer"
      onPointerDown={(event) => event.target === event.currentTarget && close()}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => onMenuKey(event, box.current)}
    >
      <div ref={box} className="context-menu">
        <Menu>{entries.map(drawEntry)}</Menu>
      </div>
    </div>
  );
}

function drawEntry(entry: MenuEntry, index: number) {
  if (entry.divider) return <MenuDivider key={`divider-${index}`} />;
  return (
    <MenuItem
      key={entry.label}
      text={entry.label}
      {...(entry.icon ? { icon: <Icon name={entry.icon} /> } : {})}
      {...(entry.keys ? { label: entry.keys } : {})}
      {...(entry.checked === undefined ? {} : { selected: entry.checked, roleStructure: 'listoption' as const })}
      disabled={entry.disabled ?? false}
      shouldDismissPopover={false}
      onClick={() => {
        if (entry.children) return;
        close();
        entry.run?.();
      }}
    >
      {entry.children?.map(drawEntry)}
    </MenuItem>
  );
}

function items(box: HTMLElement): HTMLElement[] {
  return [...box.querySelectorAll<HTMLElement>('.bp6-menu-item:not(.bp6-disabled)')];
}

function focusItem(box: HTMLElement, index: number): void {
  const all = items(box);
  all[(index + all.length) % Math.max(1, all.length)]?.focus();
}

function onMenuKey(event: React.KeyboardEvent, box: HTMLElement | null): void {
  if (!box) return;
  const at = items(box).indexOf(document.activeElement as HTMLElement);
  if (event.key === 'Escape' || event.key === 'Tab') close();
  else if (event.key === 'ArrowDown') focusItem(box, at + 1);
  else if (event.key === 'ArrowUp') focusItem(box, at - 1);
  else if (event.key === 'Home') focusItem(box, 0);
  else if (event.key === 'End') focusItem(box, -1);
  else if (event.key === 'Enter' || event.key === ' ') (document.activeElement as HTMLElement | null)?.click();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
