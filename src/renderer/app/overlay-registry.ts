import { type ComponentType, createElement, type ReactElement } from 'react';

interface Overlay {
  id: string;
  element: ReactElement;
}

let overlays: Overlay[] = [];
const listeners = new Set<() => void>();

function replace(next: Overlay[]): void {
  overlays = next;
  for (const listener of listeners) listener();
}

/** Lays a component over the window until `hideOverlay`; one of each id at a time. */
export function showOverlay<P extends object>(id: string, component: ComponentType<P>, props: P): void {
  replace([...overlays.filter((one) => one.id !== id), { id, element: createElement(component, props) }]);
}

export function hideOverlay(id: string): void {
  replace(overlays.filter((one) => one.id !== id));
}

export function overlayList(): Overlay[] {
  return overlays;
}

export function subscribeToOverlays(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
