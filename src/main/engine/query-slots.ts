import { CancelledError } from '../../shared/errors';

/** What a query is for: a user's run, or the app's own short reading (windows, completion, catalog). */
export type QueryPurpose = 'run' | 'read';

interface Waiting {
  purpose: QueryPurpose;
  start(): void;
}

/**
 * Lets a limited number of queries run at once. Each one holds a thread of libuv's pool, of which UV_THREADPOOL_SIZE=16
 * gives sixteen: with more, file access and every other query would stand still. Some slots are kept for reading, so
 * that a full set of long runs does not freeze the grid.
 *
 * UV_THREADPOOL_SIZE must be in the environment before Node starts its pool: the entry's first CommonJS statement sets
 * it, as an assignment in an ES module comes too late and does nothing.
 */
export class QuerySlots {
  private readonly active: Record<QueryPurpose, number> = { run: 0, read: 0 };
  private readonly waiting: Waiting[] = [];

  constructor(
    private readonly total = 12,
    private readonly keptForReading = 3,
  ) {}

  get running(): number {
    return this.active.run;
  }

  /** Whether any query holds a slot. */
  get busy(): boolean {
    return this.active.run + this.active.read > 0;
  }

  /** How many queries hold a slot beside one run that asks. */
  get others(): number {
    return this.active.read + this.active.run - 1;
  }

  get queued(): number {
    return this.waiting.filter((entry) => entry.purpose === 'run').length;
  }

  /** Whether a query of that purpose would have to wait now. */
  isFull(purpose: QueryPurpose): boolean {
    if (this.active.run + this.active.read >= this.total) return true;
    return purpose === 'run' && this.active.run >= this.total - this.keptForReading;
  }

  /** Runs `work` when a slot is free. Throws CancelledError where the signal fires while it waits. */
  async use<T>(purpose: QueryPurpose, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.acquire(purpose, signal);
    try {
      return await work();
    } finally {
      this.release(purpose);
    }
  }

  private acquire(purpose: QueryPurpose, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.reject(new CancelledError());
    if (!this.isFull(purpose) && !this.waiting.some((entry) => entry.purpose === purpose)) {
      this.active[purpose] += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        reject(new CancelledError());
      };
      const entry: Waiting = {
        purpose,
        start: () => {
          signal?.removeEventListener('abort', onAbort);
          this.active[purpose] += 1;
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.waiting.push(entry);
    });
  }

  private release(purpose: QueryPurpose): void {
    this.active[purpose] -= 1;
    for (let index = 0; index < this.waiting.length; ) {
      const entry = this.waiting[index] as Waiting;
      if (this.isFull(entry.purpose)) {
        index += 1;
        continue;
      }
      this.waiting.splice(index, 1);
      entry.start();
    }
  }
}
