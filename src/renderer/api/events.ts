import type { BackendEvent } from '../../shared/events';
import { api } from './client';

type Listener = (event: BackendEvent) => void;

const listeners = new Set<Listener>();
const missedListeners = new Set<() => void>();
const connectionListeners = new Set<(connected: boolean) => void>();

/** Calls `listener` for every event of the backend; gives the function that stops it. */
export function onBackendEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Called when the stream was away for so long that events were lost: what is shown must be read anew. */
export function onEventsMissed(listener: () => void): () => void {
  missedListeners.add(listener);
  return () => missedListeners.delete(listener);
}

export function onConnection(listener: (connected: boolean) => void): () => void {
  connectionListeners.add(listener);
  return () => connectionListeners.delete(listener);
}

function tell(connected: boolean): void {
  for (const listener of connectionListeners) listener(connected);
}

/** A listener that throws must not end the stream, nor keep the event from the others. */
function guarded(work: () => void): void {
  try {
    work();
  } catch (error) {
    reportError(error);
  }
}

const RETRY = 1_500;

/** Whether a stream was open before: what happened between two streams was missed. */
let opened = false;

/**
 * Opens the one event stream of this window. The stream reconnects by itself after its last event id; a backend that was
 * started anew counts from zero, which it answers as missed. A stream that was refused or ended is opened anew.
 */
export function openEventStream(): void {
  const again = () => {
    tell(false);
    setTimeout(openEventStream, RETRY);
  };
  api.events.stream.subscribe(undefined, {
    onStarted: () => tell(true),
    onConnectionStateChange: (state) => {
      if (state.state !== 'idle') tell(state.state === 'pending');
    },
    onData: ({ data }) => {
      if (data.type !== 'hello') {
        for (const listener of [...listeners]) guarded(() => listener(data));
        return;
      }
      tell(true);
      if (data.missed || opened) for (const listener of [...missedListeners]) guarded(listener);
      opened = true;
    },
    onError: again,
    onComplete: again,
  });
}
