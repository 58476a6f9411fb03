import { setTimeout as sleep } from 'node:timers/promises';
import { CancelledError, MillraceError } from '../../../shared/errors';

/** A lost network is often back after seconds; what lasts longer is resumed by hand. 15 s in all. */
const WAITS = [500, 1_000, 2_000, 4_000, 8_000];

/** Tries again what failed by the network. Throws the last error, and CancelledError where the signal fires. */
export async function retrying<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    if (signal.aborted) throw new CancelledError();
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw new CancelledError();
      const wait = WAITS[attempt];
      if (wait === undefined || !isPassing(error)) throw error;
      await sleep(wait, undefined, { signal }).catch(() => undefined); // the loop looks at the signal
    }
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof MillraceError && (error.code === 'CONNECTION_LOST' || error.code === 'CONNECTION_FAILED');
}
