import type { BackendEvent } from '../../shared/events';

export interface NumberedEvent {
  id: number;
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
  private last = 0;

  publish(event: BackendEvent): void {
    this.last += 1;
    const numbered = { id: this.last, event };
    this.kept.push(numbered);
    if (this.kept.length > KEPT) this.kept.shift();
    for (const listener of this.listeners) listener(numbered);
  }

  get lastId(): number {
    return this.last;
  }

  /** Events after `id`, or undefined where some of them are no longer kept. */
  since(id: number): NumberedEvent[] | undefined {
    const first = this.kept[0]?.id ?? this.last + 1;
    if (id > this.last || id + 1 < first) return undefined;
    return this.kept.filter((numbered) => numbered.id > id);
  }

  listen(listener: (numbered: NumberedEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Events from now on (after `id` where given) until the signal aborts. */
  async *stream(id: number | undefined, signal: AbortSignal): AsyncGenerator<NumberedEvent> {
    const queue: NumberedEvent[] = id === undefined ? [] : (this.since(id) ?? []);
    let wake = () => {};
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
