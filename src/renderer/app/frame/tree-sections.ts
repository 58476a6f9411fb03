import type { MenuEntry } from '../../ui/menu-list';
import type { TreeRow } from '../../ui/tree/tree';

/**
 * A part of the explore tree that a feature brings: the lake's tables, the connections. Ids of its rows begin with its
 * own id and a colon.
 */
export interface TreeSection {
  id: string;
  /** Above or below the project's files. */
  place: 'above' | 'below';
  /** A hook: the visible rows, with a heading of kind `group` first; none where the filter leaves nothing. */
  useRows(filter: string): TreeRow[];
  /** Unfolds or folds a row. */
  toggle(id: string, expanded: boolean): void;
  /** Enter or a double click. */
  open(id: string): void;
  menu(id: string): MenuEntry[];
  /** What the plus button of the tree offers for it. */
  additions?(): MenuEntry[];
  refresh(): Promise<void>;
  collapse(): void;
}

const sections: TreeSection[] = [];

/** Adds a part to the explore tree. All are added before the window is drawn, as their rows come from hooks. */
export function registerTreeSection(section: TreeSection): void {
  if (!sections.some((one) => one.id === section.id)) sections.push(section);
}

export function treeSections(place: TreeSection['place']): TreeSection[] {
  return sections.filter((section) => section.place === place);
}

/** The part that a row belongs to; undefined for the tree's own rows. */
export function sectionOf(id: string): TreeSection | undefined {
  return sections.find((section) => id.startsWith(`${section.id}:`));
}

/** A hook: the rows of all parts at a place, in the order in which they were added. */
export function useSectionRows(place: TreeSection['place'], filter: string): TreeRow[] {
  // biome-ignore lint/correctness/useHookAtTopLevel: the parts are the same in the same order as long as the window lives
  return treeSections(place).flatMap((section) => section.useRows(filter));
}
