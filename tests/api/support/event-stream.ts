import type { IncomingMessage } from 'node:http';
import type { BackendEvent } from '../../../src/shared/events';
import type { ResultInfo, RunInfo } from '../../../src/shared/results';
import { type Address, open } from './http-client';

export interface Told {
  id: string;
  event: BackendEvent | { type: 'hello'; missed: boolean };
}

/** The one event stream of a window, read as a browser's EventSource does. */
export class EventStream {
  readonly told: Told[] = [];
  private readonly waiting = new Set<() => void>();
  private rest = '';

  private constructor(private readonly incoming: IncomingMessage) {
    incoming.setEncoding('utf8');
    incoming.on('data', (text: string) => this.take(text));
    incoming.on('error', () => this.wake());
    incoming.on('close', () => this.wake());
  }

  /** Opens the stream; `after` is the id of the last event that was seen. Resolves at the server's greeting. */
  static async open(address: Address, headers: Record<string, string>, after?: string): Promise<EventStream> {
    const incoming = await open(address, {
      path: '/api/trpc/events.stream',
      headers: {
        accept: 'text/event-stream',
        ...headers,
        ...(after === undefined ? {} : { 'last-event-id': after }),
      },
    });
    if (incoming.statusCode !== 200) throw new Error(`The event stream answered ${incoming.statusCode}.`);
    const stream = new EventStream(incoming);
    await stream.until((told) => told.event.type === 'hello');
    return stream;
  }

  /** Whether the server said that events since `after` are lost. */
  get missed(): boolean {
    const hello = this.told.find((told) => told.event.type === 'hello')?.event;
    return hello?.type === 'hello' && hello.missed;
  }

  get lastId(): string {
    return this.told.at(-1)?.id ?? '';
  }

  /** The first event that fits, waiting for it if need be. */
  async until(fits: (told: Told) => boolean, milliseconds = 30_000): Promise<Told> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      const found = this.told.find(fits);
      if (found) return found;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`No such event came; seen: ${JSON.stringify(this.told.slice(-5))}`);
      if (this.incoming.destroyed) throw new Error('The event stream ended.');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** How the run ended. */
  async runEnd(run: string, milliseconds?: number): Promise<RunInfo> {
    const { event } = await this.until(
      (told) => told.event.type === 'run' && told.event.run.id === run && ENDED.has(told.event.run.state),
      milliseconds,
    );
    if (event.type !== 'run') throw new Error('not a run');
    return event.run;
  }

  /** What was told last of each result of the run, in the order they came. */
  resultsOf(run: string): ResultInfo[] {
    const latest = new Map<string, ResultInfo>();
    for (const { event } of this.told) {
      if (event.type === 'result' && event.result.run === run) latest.set(event.result.id, event.result);
    }
    return [...latest.values()];
  }

  close(): void {
    this.incoming.destroy();
  }

  private wake(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const wake of waiting) wake();
  }

  private take(text: string): void {
    const messages = (this.rest + text).split('\n\n');
    this.rest = messages.pop() ?? '';
    for (const message of messages) this.takeMessage(message);
    this.wake();
  }

  private takeMessage(message: string): void {
    const fields = new Map<string, string>();
    for (const line of message.split('\n')) {
      const colon = line.indexOf(':');
      if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trimStart());
    }
    const id = fields.get('id');
    const data = fields.get('data');
    if (fields.has('event') || id === undefined || data === undefined) return;
    this.told.push({ id, event: JSON.parse(data) });
  }
}

const ENDED: ReadonlySet<string> = new Set(['done', 'failed', 'cancelled']);
