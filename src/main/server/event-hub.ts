import { randomBytes } from 'node:crypto';
import type { BackendEvent } from '../../shared/events';

export interface NumberedEvent {
  /** `<start>.<number>`: the start is this hub's own, so that an id from before a restart is never taken for one of now. */
  id: string;
  event: BackendEvent;
}

const KEPT = 2_000;

/**
 * Hands events to every window and keeps the last ones, so that a window whose stream broke goes on after the last event
 * it saw. A window that was away for longer gets `gap: true` and reads everything anew.
 */
export class EventHub {
  private readonly listeners = new Set<(numbered: NumberedEvent) => void>();
  private readonly kept: NumberedEvent[] = [];
  private readonly start = randomBytes(4).toString('hex');
  private last = 0;

  publish(event: BackendEvent): void {
    this.last += 1;
    const numbered = { id: this.lastId, event };
    this.kept.push(numbered);
    if (this.kept.length > KEPT) this.kept.shift();
    for (const listener of this.listeners) listener(numbered);
  }

  get lastId(): string {
    return `${this.start}.${this.last}`;
  }

  /** Events after `id`, or undefined where some of them are no longer kept or the id is not of this hub. */
  since(id: string): NumberedEvent[] | undefined {
    const [start, number] = id.split('.');
    const after = Number(number);
    const firstKept = this.last - this.kept.length + 1;
    if (start !== this.start || !Number.isInteger(after) || after > this.last || after + 1 < firstKept)
      return undefined;
    return this.kept.slice(after + 1 - firstKept);
  }

  listen(listener: (numbered: NumberedEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Events from now on (after `id` where given) until the signal aborts. */
  async *stream(id: string | undefined, signal: AbortSignal): AsyncGenerator<NumberedEvent> {
    const queue: NumberedEvent[] = id === undefined ? [] : (this.since(id) ?? []);
    let wake: () => void = () => undefined;
    const stop = this.listen((numbered) => {
      queue.push(numbered);
      wake();
    });
    const aborted = () => wake();
    signal.addEventListener('abort', aborted);
    try {
      while (!signal.aborted) {
        const next = queue.shift();
        if (next) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      stop();
      signal.removeEventListener('abort', aborted);
    }
  }
}
