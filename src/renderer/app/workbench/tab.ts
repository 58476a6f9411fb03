import type { ComponentType, LazyExoticComponent } from 'react';
import type { IconName } from '../../ui/icon';

/** What a tab shows. `key` is unique among open tabs; the rest must survive JSON, as layouts are kept between starts. */
export interface TabInput {
  kind: string;
  key: string;
  title: string;
  data?: Record<string, unknown>;
}

type TabComponent = ComponentType<{ input: TabInput; active: boolean }>;

export interface TabKind {
  icon: IconName;
  component: TabComponent | LazyExoticComponent<TabComponent>;
  /** Asked before closing; false keeps the tab open. */
  mayClose?(input: TabInput): boolean | Promise<boolean>;
  closed?(input: TabInput): void;
}

const kinds = new Map<string, TabKind>();

export function registerTabKind(kind: string, definition: TabKind): void {
  kinds.set(kind, definition);
}

export function tabKind(kind: string): TabKind | undefined {
  return kinds.get(kind);
}
