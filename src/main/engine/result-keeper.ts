import { stat } from 'node:fs/promises';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { DuckDBAppender, DuckDBConnection, DuckDBDataChunk, DuckDBType } from '@duckdb/node-api';
import { MillraceError } from '../../shared/errors';
import { readFault } from './engine-error';
import type { EngineHost } from './engine-host';
import { toMillraceError } from './errors';
import { keptTable, ROW_GROUP } from './kept-result';
import { ResultStage } from './result-stage';
import { typeName } from './type-name';

/** Cells that are moved into the file at once, in whole row groups: rows that fill none take twice the time. */
const BATCH_CELLS = 1_000_000;
const MOST_GROUPS = 8;
/** Rows of a slow query are shown after this time at most; with many cells waiting it is not the query that is slow. */
const PATIENCE_MILLISECONDS = 250;
const PATIENCE_MILLISECONDS_MANY = 1_000;
const MANY_CELLS = 50_000;
/** Milliseconds for which a result that is being kept waits for others, at most, after each chunk. */
const LONGEST_WAIT = 5;
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
 * Writes one result into its table of the scratch file while it is being read, so that others can read it. Its first
 * chunk goes straight into the file, which is quickest for the first rows; what follows goes in batches through memory,
 * as writing to the file may take long and must not hold up the event loop. Row ids are the row numbers.
 */
export class ResultKeeper {
  /** Rows that others can read. */
  rowsKept = 0;
  private toldRows = 0;
  private moves = 0;
  private lastMove = performance.now();
  private failed = false;
  private filler: DuckDBConnection | undefined;
  private stage: ResultStage | undefined;
  private moving: Promise<void> = Promise.resolve();
  private readonly definition: string;
  private readonly columns: number;
  private readonly batchRows: number;
  private readonly target: string;

  private constructor(
    private readonly host: EngineHost,
    private readonly scratch: ScratchFile,
    table: string,
    types: readonly DuckDBType[],
    private readonly connection: DuckDBConnection,
    private first: DuckDBAppender | undefined,
  ) {
    this.target = keptTable(table);
    this.definition = columnList(types);
    this.columns = Math.max(1, types.length);
    const groups = Math.floor(BATCH_CELLS / (this.columns * ROW_GROUP));
    this.batchRows = ROW_GROUP * Math.min(MOST_GROUPS, Math.max(1, groups));
  }

  /** Makes the table `results.main.<table>` with columns c0…cn. */
  static async create(
    host: EngineHost,
    scratch: ScratchFile,
    table: string,
    types: readonly DuckDBType[],
  ): Promise<ResultKeeper> {
    const connection = await host.connectRaw();
    try {
      // Its size is judged while it grows: a small one may take the place of the large one that filled the file.
      if (scratch.limit !== undefined && (await fileSize(scratch.file)) > scratch.limit) await reclaim(connection);
      await connection.run(`CREATE TABLE ${keptTable(table)} (${columnList(types)})`);
      const first = await connection.createAppender(table, 'main', 'results');
      return new ResultKeeper(host, scratch, table, types, connection, first);
    } catch (error) {
      host.disconnectRaw(connection);
      throw toMillraceError(error);
    }
  }

  /**
   * Takes a chunk over. Gives whether more rows became visible. Throws DISK_FULL where they have no room; what was
   * written before stays readable.
   */
  async add(chunk: DuckDBDataChunk): Promise<boolean> {
    try {
      if (this.first) this.addFirst(chunk);
      else await this.addStaged(chunk);
    } catch (error) {
      this.failed = true;
      throw diskError(error);
    }
    const isMore = this.rowsKept > this.toldRows;
    this.toldRows = this.rowsKept;
    return isMore;
  }

  /** Keeps one row with one text, for what is not a chunk of a query. */
  keepText(text: string): void {
    this.first?.appendVarchar(text);
    this.first?.endRow();
    this.endFirst(1);
  }

  /** Makes the last rows visible and lets go of the connections; also after an error, to keep what was read so far. */
  async finish(): Promise<void> {
    try {
      if (this.failed) return;
      if (this.stage) await this.moveStage();
      await this.moving;
    } catch (error) {
      this.failed = true;
      throw diskError(error);
    } finally {
      await this.letGo();
    }
  }

  /** Puts another table (fully qualified, columns c0…cn) in the place of the own one. */
  async replaceWith(rescued: string, rows: number): Promise<void> {
    this.failed = true;
    await this.moving.catch(() => undefined); // its rows are replaced
    this.closeFirst();
    await this.connection.run(`DROP TABLE ${this.target}`);
    const name = this.target.slice(this.target.indexOf('"'));
    await this.connection.run(`ALTER TABLE ${rescued} RENAME TO ${name}`);
    this.rowsKept = rows;
  }

  private addFirst(chunk: DuckDBDataChunk): void {
    this.first?.appendDataChunk(chunk);
    this.endFirst(chunk.rowCount);
  }

  private endFirst(rows: number): void {
    this.first?.closeSync();
    this.first = undefined;
    this.rowsKept += rows;
    this.lastMove = performance.now();
  }

  private async addStaged(chunk: DuckDBDataChunk): Promise<void> {
    this.filler ??= await this.host.connectRaw();
    this.stage ??= await ResultStage.create(this.filler, this.definition, this.columns);
    this.stage.add(chunk);
    if (this.stage.rows >= this.batchRows) await this.moveStage();
    else if (this.isOverdue(this.stage.rows)) {
      await this.moveStage();
      await this.moving;
    }
    await this.giveWay();
  }

  /** A window, or a short query of another tab, is many small steps; while there is one, no further rows are asked for. */
  private async giveWay(): Promise<void> {
    await nextTurn();
    const until = performance.now() + LONGEST_WAIT;
    while (this.host.slots.others > 0 && performance.now() < until) await sleep(1);
  }

  private isOverdue(rows: number): boolean {
    const patience = rows * this.columns > MANY_CELLS ? PATIENCE_MILLISECONDS_MANY : PATIENCE_MILLISECONDS;
    return performance.now() - this.lastMove >= patience;
  }

  /** Begins to move the filled batch once the one before has arrived; the next can be filled meanwhile. */
  private async moveStage(): Promise<void> {
    await this.moving;
    const stage = this.stage;
    if (!stage) return;
    stage.seal();
    this.stage = undefined;
    this.moving = this.move(stage);
    // Told by the next who waits for it.
    this.moving.catch(() => undefined);
  }

  private async move(stage: ResultStage): Promise<void> {
    await stage.moveTo(this.target, this.connection);
    this.rowsKept += stage.rows;
    this.moves += 1;
    this.lastMove = performance.now();
    if (this.moves % CHECK_DISK_EVERY === 0) await checkSize(this.scratch, this.connection);
  }

  private async letGo(): Promise<void> {
    await this.moving.catch(() => undefined); // told already
    this.closeFirst();
    try {
      await this.stage?.discard();
    } catch {
      // After an error the batch may be unusable; what is left of it goes with the process.
    }
    if (this.filler) this.host.disconnectRaw(this.filler);
    this.host.disconnectRaw(this.connection);
  }

  private closeFirst(): void {
    try {
      this.first?.clear();
      this.first?.closeSync();
    } catch {
      // A failed appender throws its error once more; it was told when it failed.
    } finally {
      this.first = undefined;
    }
  }
}

/** The definition of columns c0…cn. */
export function columnList(types: readonly DuckDBType[]): string {
  return types.map((type, index) => `c${index} ${typeName(type)}`).join(', ');
}

async function checkSize(scratch: ScratchFile, connection: DuckDBConnection): Promise<void> {
  if (scratch.limit === undefined || (await fileSize(scratch.file)) <= scratch.limit) return;
  // The file never shrinks: what closed results took is free for others.
  const result = await connection.run(
    "SELECT (used_blocks * block_size)::BIGINT FROM pragma_database_size() WHERE database_name = 'results'",
  );
  const [[used] = []] = await result.getRows();
  if (Number(used ?? 0) > scratch.limit) throw tooLarge(scratch.limit);
}

/** Makes the room of closed results free to be used again. */
async function reclaim(connection: DuckDBConnection): Promise<void> {
  try {
    await connection.run('CHECKPOINT results');
  } catch {
    // Another result is being written at this moment; the next one tries again.
  }
}

/** Bytes; 0 for a file that is not there yet. */
async function fileSize(file: string): Promise<number> {
  return stat(file).then(
    (found) => found.size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return 0;
      throw error;
    },
  );
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
