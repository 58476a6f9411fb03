import { randomBytes } from 'node:crypto';
import type { DuckDBAppender, DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';

/** The database in memory through which rows go on their way into the scratch file. */
export const STAGING = 'results_staging';

/**
 * An appender's flush runs on the event loop, whatever it writes: so few cells at once, and into memory alone. 50 columns
 * of 2,048 rows take 2 ms.
 */
const FLUSH_CELLS = 100_000;

/** A batch of rows in memory that is being filled, to be moved with one statement, which does not run on the event loop. */
export class ResultStage {
  /** Rows in it, flushed or not. */
  rows = 0;
  private unflushed = 0;

  private constructor(
    private readonly connection: DuckDBConnection,
    /** Fully qualified. */
    private readonly table: string,
    private readonly appender: DuckDBAppender,
    private readonly columns: number,
  ) {}

  /** Makes an empty one with these column definitions. */
  static async create(connection: DuckDBConnection, definition: string, columns: number): Promise<ResultStage> {
    const name = `s${randomBytes(8).toString('hex')}`;
    const table = `${STAGING}.main."${name}"`;
    await connection.run(`CREATE TABLE ${table} (${definition})`);
    return new ResultStage(connection, table, await connection.createAppender(name, 'main', STAGING), columns);
  }

  add(chunk: DuckDBDataChunk): void {
    this.appender.appendDataChunk(chunk);
    this.rows += chunk.rowCount;
    this.unflushed += chunk.rowCount;
    if (this.unflushed * this.columns < FLUSH_CELLS) return;
    this.appender.flushSync();
    this.unflushed = 0;
  }

  /** Ends the filling: all its rows can be read from its table. */
  seal(): void {
    this.appender.closeSync();
  }

  /** Moves its rows behind those of `target`, a fully qualified table. */
  async moveTo(target: string, mover: DuckDBConnection): Promise<void> {
    await mover.run(`INSERT INTO ${target} FROM ${this.table}`);
    await mover.run(`DROP TABLE ${this.table}`);
  }

  /** Lets go of it with what is in it. */
  async discard(): Promise<void> {
    this.appender.clear();
    this.appender.closeSync();
    await this.connection.run(`DROP TABLE IF EXISTS ${this.table}`);
  }
}
