import type { ComponentType } from 'react';
import type { IconName } from '../../ui/icon';

/** A view of the left side: an entry of the activity bar and what it shows. */
export interface SideView {
  id: string;
  title: string;
  icon: IconName;
  component: ComponentType;
}

const views: SideView[] = [];

export function registerSideView(view: SideView): void {
  if (!views.some((one) => one.id === view.id)) views.push(view);
}

export function sideViews(): readonly SideView[] {
  return views;
}
