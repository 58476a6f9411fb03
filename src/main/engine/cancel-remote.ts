/** Stops what a statement waits for on servers; called again until the statement has ended. */
export type CancelRemote = (sql: string, startedAt: number) => Promise<void>;

/** The engine is given this long to stop by itself, and as long between two calls. In milliseconds. */
const PATIENCE = 250;

/**
 * Once the signal fires, calls `cancel` until the function that this gives is called. The engine hears an interrupt only
 * between the pages that a server sends.
 */
export function cancelRemoteOnAbort(signal: AbortSignal, cancel: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const again = () => {
    timer = setTimeout(() => {
      cancel()
        // A server that cannot be asked is told by the statement itself, which ends with its own error.
        .catch(() => undefined)
        .finally(() => {
          if (!isOver) again();
        });
    }, PATIENCE);
  };
  if (signal.aborted) again();
  else signal.addEventListener('abort', again, { once: true });
  return () => {
    isOver = true;
    signal.removeEventListener('abort', again);
    clearTimeout(timer);
  };
}
