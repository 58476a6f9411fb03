import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Connection, Pool } from 'mysql2/promise';
import { MillraceError } from '../../../shared/errors';
import type { OpenConnection } from '../connector';
import { endpointText, openSocket, resolveHost } from '../database/reach';
import { SshTunnel } from '../database/ssh-tunnel';
import type { RunningStatement } from '../remote-cancel';
import { mysqlError } from './mysql-errors';
import { clientOptions, type MysqlTarget, type Route, readMysqlTarget } from './mysql-target';

/** The capability bit of a server that speaks TLS, in the lower half of its flags. */
const CLIENT_SSL = 0x0800;

/** Loaded with the first connection: it would take a good part of every start. */
const driver = async () => (await import('mysql2/promise')).default;

/** What is held open towards one server: its tunnel and a few sessions for the app's own questions. */
export class MysqlServer {
  readonly target: MysqlTarget;
  private tunnel: SshTunnel | undefined;
  private greeting: { version: string; hasTls: boolean } | undefined;
  private pool: Pool | undefined;

  constructor(connection: OpenConnection) {
    this.target = readMysqlTarget(connection);
  }

  get isDead(): boolean {
    return this.tunnel !== undefined && !this.tunnel.isOpen;
  }

  /** The addresses behind the name. */
  async resolve(): Promise<string | { skipped: string }> {
    const { target } = this;
    if (target.socket !== undefined) return { skipped: 'A socket of this machine.' };
    if (target.ssh) return { skipped: `Resolved by ${target.ssh.host}.` };
    return `${target.host} is ${await resolveHost(target.host)}`;
  }

  /** Reaches the server and reads its greeting. */
  async reach(signal?: AbortSignal): Promise<string> {
    const { target } = this;
    const endpoint = { ...(await this.route(signal)), ...(target.socket === undefined ? {} : { path: target.socket }) };
    const socket = await openSocket(endpoint, target.connectTimeout * 1000, signal);
    try {
      this.greeting = await readGreeting(socket, endpointText(endpoint), this.tunnel);
    } finally {
      socket.destroy();
    }
    const place = target.socket ?? `${target.host}:${target.port}`;
    return `${place} answers${target.ssh ? ` through ${target.ssh.host}` : ''}: ${this.greeting.version}`;
  }

  /** Shakes hands with TLS, without a login. */
  async secure(): Promise<string | { skipped: string }> {
    const { target } = this;
    if (target.socket !== undefined) return { skipped: 'A socket of this machine needs none.' };
    if (!(await this.speaksTls())) {
      return { skipped: target.sslmode === 'disable' ? '`sslmode: disable` goes without.' : 'The server offers none.' };
    }
    try {
      const connection = await this.connect();
      const stream = (connection as unknown as { connection: { stream: TLSSocket } }).connection.stream;
      const certificate = stream.getPeerCertificate?.();
      const seen = `${stream.getProtocol?.() ?? 'TLS'}, certificate of ${certificate?.subject?.CN ?? 'no name'}`;
      await connection.end();
      return `${seen} (${target.sslmode.startsWith('verify') ? 'checked' : 'not checked'})`;
    } catch (error) {
      // A refused login comes after the handshake, and is the next step's to tell.
      if (error instanceof MillraceError && error.code !== 'CONNECTION_FAILED') return 'TLS is spoken';
      throw error;
    }
  }

  /** A session of its own. End it when done. */
  async connect(): Promise<Connection> {
    try {
      const { createConnection } = await driver();
      return await createConnection(await this.options());
    } catch (error) {
      throw mysqlError(error, this.target);
    }
  }

  /** Rows with every value as the server's text, null for NULL. */
  async rows<T extends Record<string, string | null>>(
    sql: string,
    values: string[] = [],
    seconds?: number,
  ): Promise<T[]> {
    try {
      const { createPool } = await driver();
      const options = await this.options();
      this.pool ??= createPool({
        ...options,
        connectionLimit: 3,
        idleTimeout: 30_000,
        maxIdle: 1,
      });
      const [rows] = await this.pool.query({ sql, values, ...(seconds ? { timeout: seconds * 1000 } : {}) });
      return rows as T[];
    } catch (error) {
      throw mysqlError(error, this.target);
    }
  }

  /** Stops queries of this user from this machine that were started for a statement. */
  async cancelRunning(statement: RunningStatement): Promise<void> {
    const running = await this.rows<{ id: string; info: string | null }>(
      `select p.id, p.info from information_schema.processlist p, information_schema.processlist own
       where own.id = connection_id() and p.id <> own.id and p.user = own.user and p.command in ('Query', 'Execute')
         and substring_index(p.host, ':', 1) = substring_index(own.host, ':', 1) and p.time <= ?`,
      [String(Math.ceil(statement.milliseconds / 1000))],
    );
    for (const { id, info } of running) {
      if (info !== null && statement.sent(info, '`')) await this.rows(`kill query ${Number(id)}`);
    }
  }

  async close(): Promise<void> {
    const { pool } = this;
    this.pool = undefined;
    await pool?.end();
    this.tunnel?.close();
    this.tunnel = undefined;
  }

  /** Where the server is reached, through the tunnel where there is one. */
  async route(signal?: AbortSignal): Promise<Route> {
    const { target } = this;
    if (!target.ssh) return { host: target.host, port: target.port };
    this.tunnel ??= await SshTunnel.open(target.ssh, target, signal);
    return { host: '127.0.0.1', port: this.tunnel.port };
  }

  private async options() {
    return clientOptions(this.target, await this.route(), await this.speaksTls());
  }

  private async speaksTls(): Promise<boolean> {
    const { sslmode, socket } = this.target;
    if (socket !== undefined || sslmode === 'disable') return false;
    if (sslmode !== 'prefer') return true;
    if (!this.greeting) await this.reach();
    return this.greeting?.hasTls ?? false;
  }
}

/**
 * The server speaks first: its version as text and its abilities as bits.
 * https://mariadb.com/kb/en/connection/#initial-handshake-packet
 */
function readGreeting(
  socket: Socket,
  place: string,
  tunnel: SshTunnel | undefined,
): Promise<{ version: string; hasTls: boolean }> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) =>
      reject(
        new MillraceError({
          code: 'CONNECTION_FAILED',
          message: tunnel
            ? `The tunnel does not reach the server${tunnel.messages ? `: ${tunnel.messages}` : ''}.`
            : `${place} ${what}: it does not seem to be MySQL or MariaDB.`,
          hint: tunnel ? 'Check `host` and `port` as the ssh host sees them.' : 'Check `port`.',
        }),
      );
    const timer = setTimeout(() => fail('says nothing'), 10_000);
    socket.once('data', (packet) => {
      clearTimeout(timer);
      const end = packet.indexOf(0, 5);
      // A packet of an error: too many connections, host not allowed.
      if (packet[4] === 0xff) return fail(`refuses: ${packet.subarray(7).toString('utf8')}`);
      if (packet[4] !== 10 || end < 0) return fail('answers something else');
      const flags = end + 1 + 4 + 8 + 1;
      const hasTls = (packet.readUInt16LE(flags) & CLIENT_SSL) !== 0;
      resolve({
        version: packet
          .subarray(5, end)
          .toString('utf8')
          .replace(/^5\.5\.5-/, ''),
        hasTls,
      });
    });
    socket.once('close', () => {
      clearTimeout(timer);
      fail('ended the connection');
    });
    socket.once('error', () => undefined); // `close` follows
  });
}
