import { stat } from 'node:fs/promises';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { DuckDBAppender, DuckDBConnection, DuckDBDataChunk, DuckDBType } from '@duckdb/node-api';
import { MillraceError } from '../../shared/errors';
import { quoteIdentifier } from '../../shared/sql/quote';
import { readFault } from './engine-error';
import type { EngineHost } from './engine-host';
import { toMillraceError } from './errors';
import { ROW_GROUP } from './kept-result';
import { typeName } from './type-name';

/**
 * A flush runs on the event loop. It writes whole row groups, as those go straight to the file: rows that do not fill
 * one take twice the time and stay in memory. A group of 50 columns takes 27 ms; of few columns several go at once.
 */
const FLUSH_CELLS = 200_000;
const MOST_GROUPS = 8;
/** Rows of a slow query are shown after this time at most; with many cells waiting it is not the query that is slow. */
const FLUSH_MILLISECONDS = 250;
const FLUSH_MILLISECONDS_MANY = 1_000;
const MANY_CELLS = 50_000;
/** Turns of the event loop after each flush that are anybody's. */
const FREE_TURNS = 3;
/** Milliseconds for which a result that is being kept waits for others, at most, after each flush. */
const LONGEST_WAIT = 30;
const CHECK_DISK_EVERY = 8;
/** Above it one chunk alone would hold up the event loop: the rows then do not pass through it. */
export const WIDE_COLUMNS = 250;

/** Where results are kept, and how much disk they may take. */
export interface ScratchFile {
  file: string;
  /** Bytes; undefined for no limit but the disk's. */
  limit: number | undefined;
}

/**
 * Writes one result into its table of the scratch file while it is being read: chunks go unopened to an appender, whose
 * flushes make the rows visible to others. Row ids are the row numbers.
 */
export class ResultKeeper {
  /** Rows that others can read. */
  rowsKept = 0;
  private pendingRows = 0;
  private flushes = 0;
  private lastFlush = performance.now();
  private columns = 1;
  private flushRows = ROW_GROUP;
  private failed = false;

  private constructor(
    private readonly host: EngineHost,
    private readonly scratch: ScratchFile,
    private readonly table: string,
    private readonly connection: DuckDBConnection,
    private appender: DuckDBAppender | undefined,
  ) {}

  /** Makes the table `results.main.<table>` with columns c0…cn. */
  static async create(
    host: EngineHost,
    scratch: ScratchFile,
    table: string,
    types: readonly DuckDBType[],
  ): Promise<ResultKeeper> {
    await checkSize(scratch);
    const connection = await host.connectRaw();
    try {
      await connection.run(`CREATE TABLE results.main.${quoteIdentifier(table)} (${columnList(types)})`);
      const appender = await connection.createAppender(table, 'main', 'results');
      const keeper = new ResultKeeper(host, scratch, table, connection, appender);
      keeper.columns = Math.max(1, types.length);
      const groups = Math.floor(FLUSH_CELLS / (keeper.columns * ROW_GROUP));
      keeper.flushRows = ROW_GROUP * Math.min(MOST_GROUPS, Math.max(1, groups));
      return keeper;
    } catch (error) {
      host.disconnectRaw(connection);
      throw toMillraceError(error);
    }
  }

  /**
   * Takes a chunk over. Gives whether more rows became visible. Throws DISK_FULL where they have no room; what was
   * flushed before stays readable.
   */
  async add(chunk: DuckDBDataChunk): Promise<boolean> {
    try {
      this.appender?.appendDataChunk(chunk);
      this.pendingRows += chunk.rowCount;
      if (!this.isFlushDue()) return false;
      const began = performance.now();
      this.flush();
      const took = performance.now() - began;
      if (this.flushes % CHECK_DISK_EVERY === 0) await checkSize(this.scratch);
      await this.giveWay(took);
      return true;
    } catch (error) {
      this.failed = true;
      throw diskError(error);
    }
  }

  /** Keeps one row with one text, for what is not a chunk of a query. */
  async keepText(text: string): Promise<void> {
    this.appender?.appendVarchar(text);
    this.appender?.endRow();
    this.pendingRows += 1;
    this.flush();
  }

  /** Makes the last rows visible and lets go of the connection; also after an error, to keep what was read so far. */
  finish(): void {
    try {
      if (!this.failed) this.flush();
    } catch (error) {
      this.failed = true;
      throw diskError(error);
    } finally {
      this.closeAppender();
      this.host.disconnectRaw(this.connection);
    }
  }

  /** Puts another table (fully qualified, columns c0…cn) in the place of the own one. */
  async replaceWith(rescued: string, rows: number): Promise<void> {
    this.pendingRows = 0;
    this.failed = true;
    this.closeAppender();
    const own = `results.main.${quoteIdentifier(this.table)}`;
    await this.connection.run(`DROP TABLE ${own}`);
    await this.connection.run(`ALTER TABLE ${rescued} RENAME TO ${quoteIdentifier(this.table)}`);
    this.rowsKept = rows;
  }

  private isFlushDue(): boolean {
    if (this.flushes === 0 || this.pendingRows >= this.flushRows) return true;
    const patience = this.pendingRows * this.columns > MANY_CELLS ? FLUSH_MILLISECONDS_MANY : FLUSH_MILLISECONDS;
    return performance.now() - this.lastFlush >= patience;
  }

  /**
   * Lets others come in between: a window, or a short query of another tab, is many small steps on the event loop, and
   * without this each would wait for a flush. While they work it waits as long as the flush took.
   */
  private async giveWay(took: number): Promise<void> {
    for (let turn = 0; turn < FREE_TURNS; turn += 1) await nextTurn();
    const until = performance.now() + Math.min(took, LONGEST_WAIT);
    while (this.host.slots.others > 0 && performance.now() < until) await sleep(1);
  }

  private flush(): void {
    if (this.pendingRows === 0) return;
    this.appender?.flushSync();
    this.rowsKept += this.pendingRows;
    this.pendingRows = 0;
    this.flushes += 1;
    this.lastFlush = performance.now();
  }

  private closeAppender(): void {
    try {
      if (this.failed) this.appender?.clear();
      this.appender?.closeSync();
    } catch (error) {
      // A failed appender throws its error once more; it was told when it failed.
      if (!this.failed) throw error;
    } finally {
      this.appender = undefined;
    }
  }
}

/** The definition of columns c0…cn. */
export function columnList(types: readonly DuckDBType[]): string {
  return types.map((type, index) => `c${index} ${typeName(type)}`).join(', ');
}

async function checkSize(scratch: ScratchFile): Promise<void> {
  if (scratch.limit === undefined) return;
  let bytes = 0;
  for (const file of [scratch.file, `${scratch.file}.wal`]) {
    const size = await stat(file).then(
      (found) => found.size,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return 0;
        throw error;
      },
    );
    bytes += size;
  }
  if (bytes > scratch.limit) throw tooLarge(scratch.limit);
}

function tooLarge(limit: number): MillraceError {
  return new MillraceError({
    code: 'DISK_FULL',
    message: `Kept results take more than the ${Math.round(limit / 1e6).toLocaleString('en-US')} MB they may.`,
    hint: 'Close results that are not needed, select fewer rows, or raise `engine: results:` in millrace.yaml.',
  });
}

function diskError(error: unknown): MillraceError {
  const mapped = toMillraceError(error);
  if (mapped.code === 'FILE_UNREADABLE' || /write|space/i.test(readFault(error).message)) {
    return new MillraceError({
      code: 'DISK_FULL',
      message: `The result cannot be kept any further: ${mapped.message}`,
      hint: 'Free disk space or close results that are not needed, then run again.',
      cause: error,
    });
  }
  return mapped;
}
