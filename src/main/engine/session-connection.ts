import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteIdentifier, quoteLiteral } from '../../shared/sql/quote';
import { isAbortedTransaction, readFault } from './engine-error';
import type { EngineHost } from './engine-host';
import { toMillraceError } from './errors';
import { type KeptResult, keptTable } from './kept-result';
import { namedSelect } from './result-view';

/** A worksheet's connection: its transaction, its time zone and the views `_1`, `_2`, … and `_` on its results. */
export class SessionConnection {
  inTransaction = false;
  private generation = -1;
  private connection: DuckDBConnection | undefined;
  private timeZone: string | undefined;
  private catalog: string | undefined;
  /** Views that wait for the end of the user's transaction, by name. */
  private readonly waiting = new Map<string, KeptResult>();

  constructor(private readonly host: EngineHost) {}

  /** The connection, made anew where the engine reopened itself. */
  async open(): Promise<DuckDBConnection> {
    if (this.connection && this.generation === this.host.generation) return this.connection;
    this.connection = await this.host.connectRaw();
    this.generation = this.host.generation;
    this.inTransaction = false;
    this.timeZone = undefined;
    this.catalog = undefined;
    this.waiting.clear();
    return this.connection;
  }

  get raw(): DuckDBConnection | undefined {
    return this.connection;
  }

  close(): void {
    if (this.connection) this.host.disconnectRaw(this.connection);
    this.connection = undefined;
  }

  async setTimeZone(timeZone: string | undefined): Promise<void> {
    if (timeZone === undefined || timeZone === this.timeZone) return;
    const connection = await this.open();
    try {
      await connection.run(`SET TimeZone = ${quoteLiteral(timeZone)}`);
      this.timeZone = timeZone;
    } catch (error) {
      throw toMillraceError(error);
    }
  }

  /** Makes the default database the connection's own when it comes or goes; a USE of the user's stays otherwise. */
  async enterDefaultCatalog(): Promise<void> {
    const wanted = this.host.defaultCatalog;
    if (wanted === this.catalog || this.inTransaction) return;
    const connection = await this.open();
    try {
      await connection.run(`USE ${quoteIdentifier(wanted ?? 'memory')}`);
      this.catalog = wanted;
    } catch (error) {
      throw toMillraceError(error);
    }
  }

  /**
   * Commits or undoes the open transaction. A COMMIT after a failed statement would undo it without a word, so it is
   * asked first whether it still stands.
   */
  async endTransaction(how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    if (!this.inTransaction) return;
    const connection = await this.open();
    try {
      if (how === 'COMMIT') await connection.run('select 1');
      await connection.run(how);
      this.inTransaction = false;
    } catch (error) {
      if (!isAbortedTransaction(readFault(error))) await this.probeTransaction();
      throw toMillraceError(error);
    }
  }

  /**
   * Learns whether a transaction is open. DuckDB does not tell, and a BEGIN inside of one would abort it; but now() is
   * the start of the transaction, and outside of one each statement has its own. (txid_current() kills the instance
   * where the default database is a lake: seen in 1.5.5.)
   */
  async probeTransaction(): Promise<void> {
    try {
      const first = await this.transactionStart();
      this.inTransaction = first === (await this.transactionStart());
    } catch (error) {
      if (!isAbortedTransaction(readFault(error))) throw error;
      this.inTransaction = true;
    }
  }

  /**
   * Makes a result readable as `_3` and `_`. In a transaction of the user's the views would go with its ROLLBACK, and a
   * table made since its start is not seen: so they are made now where that works, and once more after its end.
   */
  async nameResult(result: KeptResult): Promise<void> {
    const names = [result.info.name, '_'];
    for (const name of names) {
      if (this.inTransaction) await this.nameInside(name, result);
      else await this.createView(name, result);
    }
  }

  private async nameInside(name: string, result: KeptResult): Promise<void> {
    this.waiting.set(name, result);
    try {
      await this.createView(name, result);
    } catch (error) {
      // The transaction began to read results before this one was made. Such an error leaves it usable.
      if (!/^(?:catalog|binder)$/i.test(readFault(error).type)) throw error;
    }
  }

  /** Makes the views that had to wait. Call outside of transactions. */
  async nameWaiting(isKept: (result: KeptResult) => boolean): Promise<void> {
    for (const [name, result] of this.waiting) {
      this.waiting.delete(name);
      if (isKept(result)) await this.createView(name, result);
    }
  }

  async dropView(name: string): Promise<void> {
    this.waiting.delete(name);
    const connection = await this.open();
    await connection.run(`DROP VIEW IF EXISTS temp.main.${quoteIdentifier(name)}`);
  }

  private async createView(name: string, result: KeptResult): Promise<void> {
    const connection = await this.open();
    const select =
      result.info.columns.length === 0 ? `SELECT * FROM ${keptTable(result.info.id)}` : namedSelect(result);
    await connection.run(`CREATE OR REPLACE TEMP VIEW ${quoteIdentifier(name)} AS ${select}`);
  }

  /** Microseconds; two statements are never that close. */
  private async transactionStart(): Promise<string> {
    const connection = await this.open();
    const result = await connection.run('select epoch_us(now())');
    return String((await result.getRows())[0]?.[0]);
  }
}
