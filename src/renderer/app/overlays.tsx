import { Suspense, useSyncExternalStore } from 'react';
import { overlayList, subscribeToOverlays } from './overlay-registry';

/** Draws what features laid over the window: forms, the tour. */
export function Overlays() {
  const overlays = useSyncExternalStore(subscribeToOverlays, overlayList);
  return overlays.map(({ id, element }) => <Suspense key={id}>{element}</Suspense>);
}
