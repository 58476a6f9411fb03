import { CancelledError, errorShape } from '../../../shared/errors';
import type { BackendEvent, FileCheckSummary } from '../../../shared/events';
import { checkCsv } from './csv/strict-check';
import type { FileReader, ReaderSource } from './file-reader';
import type { FileRelation } from './file-relation';

const PROGRESS_MILLISECONDS = 200;

interface Check {
  stamp: string;
  summary: FileCheckSummary;
  reader: FileReader | undefined;
  done: Promise<void>;
}

/** Checks of whole text files that run behind, each on a connection of its own, one at a time. */
export class FileChecks {
  private readonly checks = new Map<string, Check>();
  private queue: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly source: ReaderSource,
    private readonly emit: (event: BackendEvent) => void,
  ) {}

  /** What is known of a file; `stamp` tells its content and options. */
  summary(path: string, stamp: string): FileCheckSummary | undefined {
    const known = this.checks.get(path);
    return known?.stamp === stamp ? known.summary : undefined;
  }

  /** Starts the check of a file unless it was started for this very content. Every change of state is told. */
  start(path: string, stamp: string, relation: FileRelation): void {
    if (this.closed || this.checks.get(path)?.stamp === stamp) return;
    this.forget(path);
    const check: Check = {
      stamp,
      summary: { state: 'running', altered: [], step: 'values' },
      reader: undefined,
      done: Promise.resolve(),
    };
    this.checks.set(path, check);
    this.emit({ type: 'file-check', path, check: check.summary });
    check.done = this.queue.then(() => this.run(path, check, relation));
    this.queue = check.done;
  }

  /** Waits for the check of a file, where one runs. */
  async finished(path: string): Promise<void> {
    await this.checks.get(path)?.done;
  }

  /** Stops the check of a file; this very content is not checked again unless it is forgotten. */
  cancel(path: string): void {
    const known = this.checks.get(path);
    if (known?.summary.state !== 'running') return;
    this.forget(path);
    const stopped: Check = { ...known, summary: { state: 'cancelled', altered: [] }, reader: undefined };
    this.checks.set(path, stopped);
    this.emit({ type: 'file-check', path, check: stopped.summary });
  }

  /** Stops the check of a file and forgets what it found, so that it may start anew. */
  forget(path: string): void {
    const known = this.checks.get(path);
    this.checks.delete(path);
    known?.reader?.interrupt();
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const path of [...this.checks.keys()]) this.forget(path);
    await this.queue;
  }

  private async run(path: string, check: Check, relation: FileRelation): Promise<void> {
    if (this.checks.get(path) !== check) return;
    let stopTelling: (() => void) | undefined;
    const onPlaces = () => {
      check.summary = { state: 'running', altered: [], step: 'places' };
    };
    try {
      check.reader = await this.source.connect();
      stopTelling = this.tellProgress(path, check, check.reader);
      const altered: FileCheckSummary['altered'] = [];
      for (const analysis of relation.checks) {
        if (this.checks.get(path) !== check) return;
        altered.push(...(await checkCsv(check.reader, analysis, onPlaces)).altered);
        check.summary = { state: 'running', altered: [], step: 'values' };
      }
      check.summary = { state: altered.length > 0 ? 'altered' : 'clean', altered };
    } catch (error) {
      if (error instanceof CancelledError) return;
      check.summary = { state: 'failed', altered: [], error: errorShape(error) };
    } finally {
      stopTelling?.();
      check.reader?.close();
      check.reader = undefined;
    }
    if (this.checks.get(path) === check) this.emit({ type: 'file-check', path, check: check.summary });
  }

  private tellProgress(path: string, check: Check, reader: FileReader): () => void {
    const timer = setInterval(() => {
      const progress = reader.progress();
      const percent = progress === undefined ? undefined : Math.floor(progress);
      if (percent === undefined || percent === check.summary.percent || this.checks.get(path) !== check) return;
      check.summary = { ...check.summary, percent };
      this.emit({ type: 'file-check', path, check: check.summary });
    }, PROGRESS_MILLISECONDS);
    return () => clearInterval(timer);
  }
}
