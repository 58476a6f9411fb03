import { CancelledError } from '../../../shared/errors';
import type { ResultInfo, ViewRequest } from '../../../shared/results';
import type { LensView } from '../../lens/lens-view';
import type { GridWindow } from '../../ui/grid/grid-source';
import { wholeView } from './grid/whole-view';
import type { CellWindow, ResultClient } from './result-client';

/** The engine begins its copy once a view has stood so long: views that are passed over in a hurry cost it nothing. */
const REST_MILLISECONDS = 1_000;

interface LensCopyOptions {
  id: string;
  source: ResultInfo;
  request: ViewRequest;
  timeZone: string;
  startedAt: number;
  engine: ResultClient;
  /** Takes note of what failed in the lens. */
  onLensFailure(error: unknown): void;
}

/**
 * A sorted or filtered copy that the lens shows at once, while the engine makes the same copy behind it. Cells are read in
 * the lens until the engine's copy takes over in silence, as it has the same rows in the same order; what is asked of many
 * cells (copies, sums, a search) waits for it.
 */
export class LensCopy {
  readonly info: ResultInfo;
  readonly #view: LensView;
  readonly #options: LensCopyOptions;
  readonly #stop = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;
  #making: Promise<ResultInfo> | undefined;
  #ready: ResultInfo | undefined;

  constructor(view: LensView, options: LensCopyOptions) {
    const { id, source, startedAt } = options;
    this.#view = view;
    this.#options = options;
    this.info = {
      ...source,
      id,
      source: source.id,
      rowCount: view.rowCount,
      pinned: false,
      startedAt,
      milliseconds: Date.now() - startedAt,
    };
    // A failure shows where the copy is needed; it is then tried again.
    this.#timer = setTimeout(() => this.copied().catch(() => undefined), REST_MILLISECONDS);
  }

  /** Waits for the engine's copy. Throws what kept the engine from making it, CancelledError once this one is closed. */
  async copied(): Promise<ResultInfo> {
    if (this.#stop.signal.aborted) throw new CancelledError();
    this.#making ??= this.#make();
    return this.#making;
  }

  async window(window: CellWindow, signal: AbortSignal): Promise<GridWindow> {
    if (!this.#ready && window.timeZone === this.#options.timeZone) {
      try {
        return await this.#view.window(window.offset, window.limit, window.columns, signal);
      } catch (error) {
        if (signal.aborted) throw new CancelledError();
        this.#options.onLensFailure(error);
      }
    }
    return this.#options.engine.window((await this.copied()).id, window, signal);
  }

  /** A result that the engine keeps, and the row of it that stands at a row of this copy. */
  async place(row: number): Promise<{ result: string; row: number }> {
    if (!this.#ready) {
      try {
        const [there] = await this.#view.rowsOf(row, 1);
        if (there !== undefined) return { result: this.#options.source.id, row: there };
      } catch (error) {
        this.#options.onLensFailure(error);
      }
    }
    return { result: (await this.copied()).id, row };
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stop.abort();
    if (this.#ready) await this.#options.engine.close(this.#ready.id);
    else await this.#leaveLens();
  }

  async #make(): Promise<ResultInfo> {
    const { engine, source, request } = this.#options;
    try {
      const copy = await wholeView(engine, source, request, this.#stop.signal, this.#view.rowCount);
      this.#ready = copy;
      void this.#leaveLens();
      return copy;
    } catch (error) {
      this.#making = undefined;
      throw error;
    }
  }

  async #leaveLens(): Promise<void> {
    await this.#view.close().catch(() => undefined); // it is gone with its lens then
  }
}
