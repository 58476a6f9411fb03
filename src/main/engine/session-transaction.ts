import type { OpenTransaction } from '../../shared/events';
import type { EngineHost } from './engine-host';
import { toMillraceError } from './errors';
import type { SessionConnection } from './session-connection';
import type { StatementGuard } from './statement-guard';

/** What is told of a worksheet's open transaction: how many statements wait in it, since when, for which connection. */
export class SessionTransaction {
  private current: OpenTransaction | null = null;
  /** Opened for the statement that runs now, so that it goes with it where it fails. */
  private isFresh = false;
  /** The statement that runs now is one that the guard holds back. */
  private isGuarded = false;

  constructor(
    private readonly host: EngineHost,
    private readonly connection: SessionConnection,
    private readonly session: string,
  ) {}

  get info(): OpenTransaction | null {
    return this.current;
  }

  /** Lets the guard look at a statement, and opens the transaction that it asks for. */
  async before(sql: string, guard: StatementGuard | undefined): Promise<void> {
    this.isFresh = false;
    this.isGuarded = false;
    if (!guard) return;
    const { connection } = this;
    const first = async (query: string) => {
      try {
        const result = await (await connection.open()).run(query);
        return String((await result.getRows())[0]?.[0]);
      } catch (error) {
        throw toMillraceError(error);
      }
    };
    const guarded = await guard({
      sql,
      currentDatabase: () => first('select current_database()'),
      countRows: (relation) => first(`select count(*) from ${relation}`),
    });
    if (guarded === undefined) return;
    this.isGuarded = true;
    if (!connection.inTransaction) {
      await (await connection.open()).run('BEGIN TRANSACTION');
      connection.inTransaction = true;
      this.isFresh = true;
    }
    this.current = { statements: 0, since: Date.now(), ...this.current, connection: guarded };
  }

  /** Counts a statement that ran, and tells windows what is open now. */
  after(hasChanged: boolean): void {
    this.isFresh = false;
    if (!this.connection.inTransaction) {
      this.tell(null);
      return;
    }
    const { current } = this;
    this.tell({
      ...(current ?? { since: Date.now() }),
      statements: (current?.statements ?? 0) + (hasChanged || this.isGuarded ? 1 : 0),
    });
  }

  /** A failed statement leaves nothing to commit where it was the first. */
  async failed(): Promise<void> {
    if (this.isFresh && this.connection.inTransaction) await this.connection.endTransaction('ROLLBACK');
    this.isFresh = false;
    if (!this.connection.inTransaction) this.tell(null);
    else if (this.current) this.tell(this.current);
  }

  /** Throws where a COMMIT cannot keep what was done, and leaves it to the user to roll back. */
  async end(how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    try {
      await this.connection.endTransaction(how);
    } finally {
      if (!this.connection.inTransaction) this.tell(null);
    }
  }

  private tell(transaction: OpenTransaction | null): void {
    const changed = JSON.stringify(transaction) !== JSON.stringify(this.current) || transaction !== null;
    this.current = transaction;
    if (changed) this.host.emit({ type: 'transaction', session: this.session, transaction });
  }
}
