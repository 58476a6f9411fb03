import type { ResultInfo, RunInfo } from '../../../shared/results';
import type { Engine } from '../engine';

/** How long a change may go unnoticed where no event tells it. */
const POLL_MILLISECONDS = 50;

/** Watches one run of a session: its results as they begin, and its end. */
export class RunWatch {
  private readonly seen = new Map<string, ResultInfo>();
  private readonly stopListening: () => void;
  private wake: () => void = () => undefined;
  private end: { info: RunInfo } | { error: unknown } | undefined;

  constructor(engine: Engine, session: string, running: Promise<RunInfo>) {
    this.stopListening = engine.on((event) => {
      if (event.type !== 'result' || event.result.session !== session) return;
      this.seen.set(event.result.id, event.result);
      this.wake();
    });
    running.then(
      (info) => this.finish({ info }),
      (error: unknown) => this.finish({ error }),
    );
  }

  /** The results in the order in which their statements ran, each as soon as it is known; ends with the run. */
  async *results(): AsyncIterable<ResultInfo> {
    for (let next = 0; ; ) {
      const result = [...this.seen.values()][next];
      if (result) {
        next += 1;
        yield result;
      } else if (this.end) {
        return;
      } else {
        await this.change();
      }
    }
  }

  /** Resolves when something may have changed. */
  change(): Promise<void> {
    if (this.end) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_MILLISECONDS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** How the run ended; throws what it threw. */
  async ended(): Promise<RunInfo> {
    while (!this.end) await this.change();
    if ('error' in this.end) throw this.end.error;
    return this.end.info;
  }

  close(): void {
    this.stopListening();
  }

  private finish(end: { info: RunInfo } | { error: unknown }): void {
    this.end = end;
    this.wake();
  }
}
