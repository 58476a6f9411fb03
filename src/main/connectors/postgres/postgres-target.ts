import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { type ConnectionOptions, checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { ClientConfig } from 'pg';
import { MillraceError } from '../../../shared/errors';
import type { OpenConnection } from '../connector';
import { OptionReader } from '../database/option-reader';
import { readSshOptions, type SshOptions } from '../database/ssh-tunnel';
import { readPassword, readService } from './postgres-files';

const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

type SslMode = (typeof SSL_MODES)[number];

/** Where a connection leads and how, with everything filled in that libpq would have filled in. */
export interface PostgresTarget {
  /** A host name, an address, or the folder of a socket (begins with a slash). */
  host: string;
  port: number;
  database: string;
  user: string;
  password: string | undefined;
  sslmode: SslMode;
  caFile: string | undefined;
  certFile: string | undefined;
  keyFile: string | undefined;
  /** Seconds. */
  connectTimeout: number;
  /** Seconds. */
  statementTimeout: number | undefined;
  readOnly: boolean;
  ssh: SshOptions | undefined;
}

/** Where the server is reached now: the tunnel's end where there is one. */
export interface Route {
  host: string;
  port: number;
}

/**
 * The target of a connection. What is written under it goes before its `service`; a password that is not given there is
 * taken from `.pgpass`. Throws PROJECT_INVALID for options that cannot be used.
 */
export async function readPostgresTarget(connection: OpenConnection): Promise<PostgresTarget> {
  const options = new OptionReader(connection);
  const service = options.text('service');
  const settings = service === undefined ? {} : await readService(service, options.file('service_file'));
  const value = (name: string, ...others: string[]) =>
    options.text(name) ?? [name, ...others].map((key) => settings[key]).find((found) => found);
  const user = value('user') ?? userInfo().username;
  const port = Number(value('port') ?? 5432);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw options.wrong('port', 'is a number up to 65535');
  const key = { host: value('host') ?? 'localhost', port, database: value('database', 'dbname') ?? user, user };
  const sslmode = value('sslmode') ?? 'prefer';
  if (!SSL_MODES.some((mode) => mode === sslmode)) throw options.wrong('sslmode', `is one of ${SSL_MODES.join(', ')}`);
  return {
    ...key,
    password: value('password') ?? (await readPassword(key, options.file('passfile') ?? settings.passfile)),
    sslmode: sslmode as SslMode,
    caFile: options.file('ca_file') ?? value('sslrootcert'),
    certFile: options.file('cert_file') ?? value('sslcert'),
    keyFile: options.file('key_file') ?? value('sslkey'),
    connectTimeout: options.number('connect_timeout') ?? Number(settings.connect_timeout ?? 10),
    statementTimeout: options.number('statement_timeout'),
    readOnly: connection.access !== 'write',
    ssh: readSshOptions(options),
  };
}

/** Settings that each of our sessions begins with, as `-c name=value` options. */
function sessionOptions(target: PostgresTarget): string {
  const settings = [];
  if (target.statementTimeout !== undefined) settings.push(`-c statement_timeout=${target.statementTimeout}s`);
  if (target.readOnly) settings.push('-c default_transaction_read_only=on');
  return settings.join(' ');
}

/** The path of the server's socket; undefined for a target that is reached by network. */
export function socketPath(target: PostgresTarget): string | undefined {
  return target.host.startsWith('/') ? `${target.host}/.s.PGSQL.${target.port}` : undefined;
}

/** Whether TLS is spoken, given what the server answers to an SSLRequest. Sockets of this machine go without. */
export function usesTls(target: PostgresTarget, serverHasTls: boolean): boolean {
  if (socketPath(target) !== undefined || target.sslmode === 'disable' || target.sslmode === 'allow') return false;
  return serverHasTls || target.sslmode !== 'prefer';
}

/** How node's TLS is to check the server, by libpq's rules for `sslmode`. */
export async function tlsOptions(target: PostgresTarget): Promise<ConnectionOptions> {
  const read = async (file: string | undefined, what: string) => {
    if (file === undefined || file === 'system') return undefined;
    try {
      return await readFile(file);
    } catch (error) {
      throw new MillraceError({
        code: 'CONNECTION_FAILED',
        message: `The ${what} ${file} cannot be read.`,
        hint: 'Check the path and the rights of the file.',
        cause: error,
      });
    }
  };
  const ca = await read(target.caFile, 'CA file');
  const cert = await read(target.certFile, 'client certificate');
  const key = await read(target.keyFile, 'client key');
  // libpq: with a CA file, `require` checks the chain too.
  const verifies = target.sslmode.startsWith('verify') || (target.sslmode === 'require' && ca !== undefined);
  const checksName = target.sslmode === 'verify-full';
  return {
    rejectUnauthorized: verifies,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(/^[\d.]+$|:/.test(target.host) ? {} : { servername: target.host }),
    checkServerIdentity: (_host: string, certificate: PeerCertificate) =>
      checksName ? checkServerIdentity(target.host, certificate) : undefined,
  };
}

/** The target for node's client. */
export function clientConfig(target: PostgresTarget, route: Route, tls: ConnectionOptions | undefined): ClientConfig {
  const options = sessionOptions(target);
  return {
    host: route.host,
    port: route.port,
    database: target.database,
    user: target.user,
    password: target.password ?? '',
    ssl: tls ?? false,
    application_name: 'millrace',
    connectionTimeoutMillis: target.connectTimeout * 1000,
    keepAlive: true,
    ...(options === '' ? {} : { options }),
  };
}

/** The target for libpq, without user and password: those stand in a secret, as this text is shown. */
export function connectionText(target: PostgresTarget, route: Route, application: string): string {
  const isTunnel = route.host !== target.host;
  const settings: Record<string, string | undefined> = {
    // With a tunnel the name is kept for the certificate; the address is that of this machine.
    host: target.host,
    hostaddr: isTunnel ? route.host : undefined,
    port: String(route.port),
    dbname: target.database,
    sslmode: target.sslmode,
    sslrootcert: target.caFile ?? (target.sslmode.startsWith('verify') ? 'system' : undefined),
    sslcert: target.certFile,
    sslkey: target.keyFile,
    connect_timeout: String(Math.max(2, target.connectTimeout)),
    application_name: application,
    // Nothing else of the user's files and environment: what holds was told above.
    passfile: '/dev/null',
    options: sessionOptions(target) || undefined,
    keepalives_idle: '30',
  };
  return Object.entries(settings)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, text]) => `${name}=${quoted(text)}`)
    .join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
