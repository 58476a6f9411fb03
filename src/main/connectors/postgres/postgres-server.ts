import { randomBytes } from 'node:crypto';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Client, Pool, PoolClient, types } from 'pg';
import { MillraceError } from '../../../shared/errors';
import type { OpenConnection } from '../connector';
import { endpointText, openSocket, resolveHost } from '../database/reach';
import { SshTunnel } from '../database/ssh-tunnel';
import type { RunningStatement } from '../remote-cancel';
import { postgresError, tlsFailed } from './postgres-errors';
import {
  clientConfig,
  connectionText,
  type PostgresTarget,
  type Route,
  readPostgresTarget,
  socketPath,
  tlsOptions,
  usesTls,
} from './postgres-target';

/** The first message of a client that wants TLS: its length and a code. The server answers `S` or `N`. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Every value as the server writes it: numbers and times lose nothing on the way. */
const AS_TEXT = { getTypeParser: () => (value: string) => value };

/** Loaded with the first connection: it would take a good part of every start. */
const driver = async () => (await import('pg')).default;

/** What is held open towards one server: its tunnel and a few sessions for the app's own questions. */
export class PostgresServer {
  private tunnel: SshTunnel | undefined;
  private hasTls: boolean | undefined;
  private pool: Promise<Pool> | undefined;
  /** By which the server tells the engine's own sessions from all others. */
  private readonly application = `millrace-${randomBytes(4).toString('hex')}`;

  private constructor(readonly target: PostgresTarget) {}

  static async of(connection: OpenConnection): Promise<PostgresServer> {
    return new PostgresServer(await readPostgresTarget(connection));
  }

  /** The addresses behind the name. */
  async resolve(): Promise<string | { skipped: string }> {
    const { target } = this;
    if (socketPath(target) !== undefined) return { skipped: 'A socket of this machine.' };
    if (target.ssh) return { skipped: `Resolved by ${target.ssh.host}.` };
    return `${target.host} is ${await resolveHost(target.host)}`;
  }

  /** Reaches the server and asks whether it speaks TLS. */
  async reach(signal?: AbortSignal): Promise<string> {
    const { target } = this;
    const route = await this.route(signal);
    const path = socketPath(target);
    const endpoint = { ...route, ...(path === undefined ? {} : { path }) };
    const socket = await openSocket(endpoint, target.connectTimeout * 1000, signal);
    try {
      if (path === undefined) this.hasTls = await asksForTls(socket, endpointText(endpoint), this.tunnel);
      else this.hasTls = false;
    } finally {
      socket.destroy();
    }
    const via = target.ssh ? ` through ${target.ssh.host}` : '';
    return `${path ?? `${target.host}:${target.port}`} answers${via}`;
  }

  /** Shakes hands and checks the certificate as `sslmode` asks. */
  async secure(): Promise<string | { skipped: string }> {
    const { target } = this;
    if (!(await this.speaksTls())) {
      if (socketPath(target) !== undefined) return { skipped: 'A socket of this machine needs none.' };
      return { skipped: this.hasTls ? `\`sslmode: ${target.sslmode}\` goes without.` : 'The server offers none.' };
    }
    if (!this.hasTls) throw new Error('The server does not support SSL connections');
    const route = await this.route();
    const socket = await openSocket(route, target.connectTimeout * 1000);
    await asksForTls(socket, endpointText(route), this.tunnel);
    const options = await tlsOptions(target);
    return new Promise((resolve, reject) => {
      const secure: TLSSocket = connectTls({ ...options, socket }, () => {
        const certificate = secure.getPeerCertificate();
        const checked = secure.authorized ? 'checked' : 'not checked';
        resolve(`${secure.getProtocol()}, certificate of ${certificate.subject?.CN ?? 'no name'} (${checked})`);
        secure.destroy();
      });
      secure.once('error', (error) => reject(tlsFailed(error, target)));
    });
  }

  /** A session of its own, for what must be cancelled or holds a transaction. End it when done. */
  async connect(): Promise<Client> {
    const { Client: PgClient } = await driver();
    const client = new PgClient({ ...(await this.config()), types: AS_TEXT as unknown as typeof types });
    // Without a listener a server that goes away would end the process; the query that waits tells it.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      throw postgresError(error, this.target);
    }
  }

  /** Rows with every value as the server's text, null for NULL. The server stops after `seconds`, where given. */
  async rows<T extends Record<string, string | null>>(
    sql: string,
    values: unknown[] = [],
    seconds?: number,
  ): Promise<T[]> {
    let client: PoolClient | undefined;
    try {
      client = await (await this.sessions()).connect();
      if (seconds !== undefined) await client.query(`set statement_timeout = '${seconds}s'`);
      const result = await client.query({ text: sql, values, types: AS_TEXT as unknown as typeof types });
      if (seconds !== undefined) await client.query('reset statement_timeout');
      client.release();
      return result.rows as T[];
    } catch (error) {
      // A session that failed may be half dead: the pool opens another.
      client?.release(true);
      throw postgresError(error, this.target);
    }
  }

  /** Stops what the engine's sessions wait for here on behalf of a statement. */
  async cancelRunning(statement: RunningStatement): Promise<void> {
    const running = await this.rows<{ pid: string; query: string }>(
      `select pid, query from pg_stat_activity where application_name = $1 and state = 'active'
       and query_start >= clock_timestamp() - make_interval(secs => $2)`,
      [this.application, (statement.milliseconds + 100) / 1000],
    );
    for (const { pid, query } of running) {
      if (statement.sent(query, '"')) await this.rows('select pg_cancel_backend($1)', [Number(pid)]);
    }
  }

  /** What libpq is told, without user and password. */
  async connectionText(): Promise<string> {
    return connectionText(this.target, await this.route(), this.application);
  }

  /** Whether a tunnel that this needs has died, so that everything is to be opened anew. */
  get isDead(): boolean {
    return this.tunnel !== undefined && !this.tunnel.isOpen;
  }

  async close(): Promise<void> {
    const pool = this.pool;
    this.pool = undefined;
    await (await pool?.catch(() => undefined))?.end(); // one that never opened holds nothing
    this.tunnel?.close();
    this.tunnel = undefined;
  }

  private sessions(): Promise<Pool> {
    this.pool ??= Promise.all([this.config(), driver()]).then(([config, { Pool: PgPool }]) => {
      const pool = new PgPool({ ...config, max: 3, idleTimeoutMillis: 30_000, allowExitOnIdle: true });
      pool.on('error', () => undefined); // an idle session ended: the next question opens another
      return pool;
    });
    this.pool.catch(() => {
      this.pool = undefined;
    });
    return this.pool;
  }

  private async config() {
    const tls = (await this.speaksTls()) ? await tlsOptions(this.target) : undefined;
    return clientConfig(this.target, await this.route(), tls);
  }

  private async speaksTls(): Promise<boolean> {
    if (this.hasTls === undefined && this.target.sslmode === 'prefer') await this.reach();
    return usesTls(this.target, this.hasTls ?? true);
  }

  private async route(signal?: AbortSignal): Promise<Route> {
    const { target } = this;
    if (!target.ssh) return { host: target.host, port: target.port };
    this.tunnel ??= await SshTunnel.open(target.ssh, target, signal);
    return { host: '127.0.0.1', port: this.tunnel.port };
  }
}

function asksForTls(
  socket: Awaited<ReturnType<typeof openSocket>>,
  place: string,
  tunnel: SshTunnel | undefined,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) =>
      reject(
        new MillraceError({
          code: 'CONNECTION_FAILED',
          message: tunnel
            ? `The tunnel does not reach the server${tunnel.messages ? `: ${tunnel.messages}` : ''}.`
            : `${place} ${what}: it does not seem to be PostgreSQL.`,
          hint: tunnel ? 'Check `host` and `port` as the ssh host sees them.' : 'Check `port`.',
        }),
      );
    const timer = setTimeout(() => fail('says nothing'), 10_000);
    socket.once('data', (answer) => {
      clearTimeout(timer);
      const sign = String.fromCharCode(answer[0] ?? 0);
      if (sign === 'S' || sign === 'N') resolve(sign === 'S');
      else fail('answers something else');
    });
    socket.once('close', () => {
      clearTimeout(timer);
      fail('ended the connection');
    });
    socket.once('error', () => undefined); // `close` follows
    socket.write(SSL_REQUEST);
  });
}
