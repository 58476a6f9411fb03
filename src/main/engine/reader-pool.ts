import { quoteLiteral } from '../../shared/sql/quote';
import { EngineConnection } from './connection';
import type { EngineHost } from './engine-host';

interface Reader {
  connection: EngineConnection;
  timeZone: string;
}

const KEPT_IDLE = 4;

/** Connections that read kept results; each is in one time zone at a time and is lent to one reader at a time. */
export class ReaderPool {
  private idle: Reader[] = [];
  private closed = false;

  constructor(private readonly host: EngineHost) {}

  /** Lends a connection in the zone (default UTC) for the time of `work`. */
  async use<T>(timeZone: string | undefined, work: (connection: EngineConnection) => Promise<T>): Promise<T> {
    const zone = timeZone ?? 'UTC';
    const reader = await this.take(zone);
    try {
      return await work(reader.connection);
    } finally {
      this.giveBack(reader);
    }
  }

  close(): void {
    this.closed = true;
    this.clear();
  }

  /** Lets go of the idle connections, as after the engine reopened itself. */
  clear(): void {
    for (const reader of this.idle) reader.connection.close();
    this.idle = [];
  }

  private async take(timeZone: string): Promise<Reader> {
    const same = this.idle.findIndex((reader) => reader.timeZone === timeZone);
    const found = same >= 0 ? this.idle.splice(same, 1)[0] : undefined;
    if (found) return found;
    const reader = this.idle.length >= KEPT_IDLE ? this.idle.shift() : undefined;
    const connection = reader?.connection ?? (await EngineConnection.open(this.host));
    try {
      await connection.run(`SET TimeZone = ${quoteLiteral(timeZone)}`);
    } catch (error) {
      connection.close();
      throw error;
    }
    return { connection, timeZone };
  }

  private giveBack(reader: Reader): void {
    if (this.closed || this.idle.length >= KEPT_IDLE) reader.connection.close();
    else this.idle.push(reader);
  }
}
