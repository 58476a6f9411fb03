import type { ComponentType } from 'react';

interface Overlay {
  id: string;
  component: ComponentType;
}

let overlays: Overlay[] = [];
const listeners = new Set<() => void>();

function replace(next: Overlay[]): void {
  overlays = next;
  for (const listener of listeners) listener();
}

/** Lays a component over the window until `hideOverlay`; one of each id at a time. */
export function showOverlay(id: string, component: ComponentType): void {
  replace([...overlays.filter((one) => one.id !== id), { id, component }]);
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
