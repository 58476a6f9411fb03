import type { OpenConnection } from '../connector';

/** What is held open towards a server. */
export interface HeldServer {
  /** It is of no more use: a tunnel ended. */
  readonly isDead: boolean;
  close(): Promise<void>;
}

/** One server for each open connection, made at its first use, and anew where it died. */
export class HeldServers<T extends HeldServer> {
  private readonly held = new Map<OpenConnection, Promise<T>>();

  constructor(private readonly open: (connection: OpenConnection) => Promise<T>) {}

  async of(connection: OpenConnection): Promise<T> {
    const held = this.held.get(connection);
    if (held && !(await held.then((server) => server.isDead, isFailed))) return held;
    // Another caller may have opened it meanwhile.
    if (this.held.get(connection) !== held) return this.of(connection);
    if (held) await this.close(connection);
    const server = this.open(connection);
    this.held.set(connection, server);
    return server;
  }

  async close(connection: OpenConnection): Promise<void> {
    const held = this.held.get(connection);
    this.held.delete(connection);
    const server = await held?.catch(() => undefined); // what did not open needs no closing
    await server?.close();
  }
}

const isFailed = () => true;
