import { useEffect, useRef } from 'react';
import { create } from 'zustand';
import { type MenuEntry, MenuList } from './menu-list';
import './context-menu.css';

interface ContextMenuState {
  entries: MenuEntry[];
  at: { x: number; y: number } | undefined;
  /** Counts the menus that were opened, so that each starts at its first entry. */
  opened: number;
}

const useContextMenu = create<ContextMenuState>()(() => ({ entries: [], at: undefined, opened: 0 }));

/** Opens a menu at a place of the window, in pixels. Without entries nothing opens. */
export function openContextMenu(entries: MenuEntry[], at: { x: number; y: number }): void {
  if (entries.length > 0) useContextMenu.setState(({ opened }) => ({ entries, at, opened: opened + 1 }));
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
  const { entries, at, opened } = useContextMenu();
  return at ? <OpenMenu key={opened} entries={entries} at={at} /> : null;
}

function OpenMenu({ entries, at }: { entries: MenuEntry[]; at: { x: number; y: number } }) {
  const before = useRef(document.activeElement);
  useEffect(() => {
    const opener = before.current;
    const inMenu = (element: Element | null) => element === null || element === document.body || !element.isConnected;
    return () => {
      // What the entry opened may have the focus already.
      if (opener instanceof HTMLElement && inMenu(document.activeElement)) opener.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a click beside the menu leaves it, as Escape does
    <div
      className="context-menu-layer"
      onPointerDown={(event) => event.target === event.currentTarget && close()}
      onContextMenu={(event) => event.preventDefault()}
    >
      <MenuList
        entries={entries}
        place={{ x: at.x, y: at.y }}
        onChoose={(entry) => {
          close();
          if (before.current instanceof HTMLElement) before.current.focus();
          entry.run?.();
        }}
        onLeave={close}
      />
    </div>
  );
}
