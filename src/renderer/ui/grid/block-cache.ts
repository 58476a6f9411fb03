import type { GridSource, GridWindow } from './grid-source';

/** Rows of a block. A view shows some 40 rows, so one or two blocks cover it. */
export const BLOCK_ROWS = 200;
/** Neighbouring source columns that are read together. */
export const GROUP_COLUMNS = 16;

/** Room for 131,072 columns in a block's key. */
const GROUPS = 8_192;

const MAXIMUM_BYTES = 16 * 1024 * 1024;
const MAXIMUM_BLOCKS = 128;
const MAXIMUM_REQUESTS = 4;
const RETRY_MILLISECONDS = 3_000;
/** A running result can count rows that cannot be read yet: such a short block is asked for again after this long. */
const SHORT_BLOCK_MILLISECONDS = 250;

/** What a view shows at this moment, and where it is going. */
export interface CacheDemand {
  firstRow: number;
  lastRow: number;
  /** Source columns on the screen. */
  columns: readonly number[];
  /** Rows a second, negative upwards: what comes next is read ahead. */
  speed: number;
}

interface Block {
  window: GridWindow;
  bytes: number;
}

interface Request {
  block: number;
  groups: number[];
  controller: AbortController;
}

export interface CacheListener {
  /** Rows `[first, first + count)` can be painted. */
  onArrive(first: number, count: number): void;
  /** A window could not be read; null once one could again. */
  onProblem(error: unknown | null): void;
}

/**
 * Windows of a source, kept by blocks of rows and groups of columns, the least recently shown dropped first. Only what the
 * newest demand asks for is requested; a request that no demand wants any more is aborted when its slot is needed.
 */
export class BlockCache {
  #source: GridSource;
  readonly #listener: CacheListener;
  readonly #blocks = new Map<number, Block>();
  /** When a block that failed or came short may be requested again. */
  readonly #notBefore = new Map<number, number>();
  #requests: Request[] = [];
  #wanted: { block: number; groups: number[]; isShown: boolean }[] = [];
  #bytes = 0;
  #problem = false;
  #disposed = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #demand: CacheDemand | undefined;

  constructor(source: GridSource, listener: CacheListener) {
    this.#source = source;
    this.#listener = listener;
  }

  get source(): GridSource {
    return this.#source;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get blockCount(): number {
    return this.#blocks.size;
  }

  get busy(): boolean {
    return this.#requests.length > 0;
  }

  /** Takes a newer state of the same cells: more rows, or completeness. */
  grow(source: GridSource): void {
    this.#source = source;
  }

  /** A cell's text, null for NULL, undefined while it is not loaded. */
  text(row: number, column: number): string | null | undefined {
    const block = this.#blocks.get(keyOf(Math.floor(row / BLOCK_ROWS), Math.floor(column / GROUP_COLUMNS)));
    if (!block || row >= block.window.first + block.window.count) return undefined;
    return block.window.text(row, column);
  }

  /** First rows of the blocks that are loaded for a column. */
  *loadedBlocks(column: number): Generator<number> {
    const group = Math.floor(column / GROUP_COLUMNS);
    for (const key of this.#blocks.keys()) if (key % GROUPS === group) yield Math.floor(key / GROUPS) * BLOCK_ROWS;
  }

  /** Says what is on the screen; missing blocks are requested, those just ahead too. */
  need(demand: CacheDemand): void {
    this.#demand = demand;
    const groups = [...new Set(demand.columns.map((column) => Math.floor(column / GROUP_COLUMNS)))];
    const blocks = blocksOf(demand, this.#source.rowCount);
    this.#wanted = [];
    for (const block of blocks) {
      const missing = groups.filter((group) => this.#isMissing(block, group));
      const isShown = (block + 1) * BLOCK_ROWS > demand.firstRow && block * BLOCK_ROWS <= demand.lastRow;
      if (missing.length > 0) this.#wanted.push({ block, groups: missing, isShown });
      for (const group of groups) this.#touch(keyOf(block, group));
    }
    this.#pump();
  }

  /** Tries failed blocks again at once. */
  retry(): void {
    this.#notBefore.clear();
    if (this.#demand) this.need(this.#demand);
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#retry);
    for (const request of this.#requests) request.controller.abort();
    this.#requests = [];
    this.#blocks.clear();
  }

  /** Nothing was read yet, and the rows stand still. */
  get #isFirst(): boolean {
    return this.#blocks.size === 0 && this.#demand?.speed === 0;
  }

  #isMissing(block: number, group: number): boolean {
    const key = keyOf(block, group);
    if (Date.now() < (this.#notBefore.get(key) ?? 0)) return false;
    if (this.#requests.some((request) => request.block === block && request.groups.includes(group))) return false;
    const kept = this.#blocks.get(key);
    return !kept || kept.window.count < this.#expected(block);
  }

  /** Rows that a block has by now; fewer than a whole block at the growing end of a running result. */
  #expected(block: number): number {
    return Math.min(BLOCK_ROWS, this.#source.rowCount - block * BLOCK_ROWS);
  }

  #touch(key: number): void {
    const kept = this.#blocks.get(key);
    if (!kept) return;
    this.#blocks.delete(key);
    this.#blocks.set(key, kept);
  }

  #pump(): void {
    while (this.#wanted.length > 0 && !this.#disposed) {
      if (this.#requests.length >= MAXIMUM_REQUESTS && !this.#abortStale()) return;
      // While the very first rows are on their way, nothing else slows them down.
      if (this.#isFirst && this.busy && !this.#wanted[0]?.isShown) return;
      const next = this.#wanted.shift();
      if (next) void this.#request(next.block, next.groups);
    }
  }

  /** Frees a slot held by a request far from what is shown; false where all are still of use. */
  #abortStale(): boolean {
    const demand = this.#demand;
    if (!demand) return false;
    const first = Math.floor(demand.firstRow / BLOCK_ROWS) - 4;
    const last = Math.floor(demand.lastRow / BLOCK_ROWS) + 4;
    const stale = this.#requests.find((request) => request.block < first || request.block > last);
    if (!stale) return false;
    stale.controller.abort();
    this.#requests = this.#requests.filter((request) => request !== stale);
    return true;
  }

  async #request(block: number, groups: number[]): Promise<void> {
    const request: Request = { block, groups, controller: new AbortController() };
    this.#requests.push(request);
    const columns = groups.flatMap((group) => columnsOf(group, this.#source.columns.length));
    const first = block * BLOCK_ROWS;
    try {
      const window = await this.#source.window(first, this.#expected(block), columns, request.controller.signal);
      if (this.#disposed) return;
      this.#keep(block, groups, window);
      if (this.#problem) this.#listener.onProblem(null);
      this.#problem = false;
      this.#listener.onArrive(window.first, window.count);
    } catch (error) {
      if (!this.#disposed && !request.controller.signal.aborted) this.#fail(block, groups, error);
    } finally {
      this.#requests = this.#requests.filter((other) => other !== request);
      this.#pump();
    }
  }

  #keep(block: number, groups: number[], window: GridWindow): void {
    for (const group of groups) {
      const key = keyOf(block, group);
      const before = this.#blocks.get(key);
      if (before) this.#bytes -= before.bytes;
      const bytes = window.bytes / groups.length;
      this.#blocks.delete(key);
      this.#blocks.set(key, { window, bytes });
      this.#bytes += bytes;
      this.#notBefore.delete(key);
      if (window.count < this.#expected(block)) this.#later(key, SHORT_BLOCK_MILLISECONDS);
    }
    for (const [key, kept] of this.#blocks) {
      if ((this.#bytes <= MAXIMUM_BYTES && this.#blocks.size <= MAXIMUM_BLOCKS) || this.#blocks.size <= 8) break;
      this.#blocks.delete(key);
      this.#bytes -= kept.bytes;
    }
  }

  #fail(block: number, groups: number[], error: unknown): void {
    for (const group of groups) this.#later(keyOf(block, group), RETRY_MILLISECONDS);
    this.#problem = true;
    this.#listener.onProblem(error);
  }

  #later(key: number, milliseconds: number): void {
    this.#notBefore.set(key, Date.now() + milliseconds);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#demand && this.need(this.#demand), milliseconds + 10);
  }
}

/** Blocks on the screen first, then those ahead in the direction of the movement, then one behind. */
function blocksOf(demand: CacheDemand, rowCount: number): number[] {
  if (rowCount === 0) return [];
  const limit = Math.floor((rowCount - 1) / BLOCK_ROWS);
  const first = Math.floor(demand.firstRow / BLOCK_ROWS);
  const last = Math.min(Math.floor(demand.lastRow / BLOCK_ROWS), limit);
  const blocks: number[] = [];
  for (let block = first; block <= last; block += 1) blocks.push(block);
  const ahead = Math.min(4, 1 + Math.floor((Math.abs(demand.speed) * 0.25) / BLOCK_ROWS));
  const down = demand.speed >= 0;
  for (let step = 1; step <= ahead; step += 1) blocks.push(down ? last + step : first - step);
  blocks.push(down ? first - 1 : last + 1);
  return blocks.filter((block) => block >= 0 && block <= limit);
}

/** One number for a block and a group of columns. */
function keyOf(block: number, group: number): number {
  return block * GROUPS + group;
}

function columnsOf(group: number, columnCount: number): number[] {
  const first = group * GROUP_COLUMNS;
  const count = Math.min(GROUP_COLUMNS, columnCount - first);
  return Array.from({ length: Math.max(0, count) }, (_, index) => first + index);
}
