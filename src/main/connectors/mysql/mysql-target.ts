import { readFile } from 'node:fs/promises';
import type { ConnectionOptions as MysqlOptions } from 'mysql2';
import { MillraceError } from '../../../shared/errors';
import type { OpenConnection } from '../connector';
import { OptionReader } from '../database/option-reader';
import { readSshOptions, type SshOptions } from '../database/ssh-tunnel';

const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/** Where a connection leads and how. */
export interface MysqlTarget {
  host: string;
  port: number;
  /** A socket file, in place of host and port. */
  socket: string | undefined;
  database: string | undefined;
  user: string;
  password: string | undefined;
  sslmode: (typeof SSL_MODES)[number];
  caFile: string | undefined;
  certFile: string | undefined;
  keyFile: string | undefined;
  /** Seconds. */
  connectTimeout: number;
  statementTimeout: number | undefined;
  readOnly: boolean;
  ssh: SshOptions | undefined;
}

/** Where the server is reached now: the tunnel's end where there is one. */
export interface Route {
  host: string;
  port: number;
}

/** The target of a connection. Throws PROJECT_INVALID for options that cannot be used. */
export function readMysqlTarget(connection: OpenConnection): MysqlTarget {
  const options = new OptionReader(connection);
  const port = options.number('port') ?? 3306;
  if (port < 1 || port > 65_535) throw options.wrong('port', 'is a number up to 65535');
  const sslmode = options.choice('sslmode', SSL_MODES) ?? 'prefer';
  const ssh = readSshOptions(options);
  // The engine's client knows no name but the one that it connects to, and that is this machine's.
  if (ssh && sslmode === 'verify-full') throw options.wrong('sslmode', 'is verify-ca at most with `ssh_host`');
  return {
    host: options.text('host') ?? 'localhost',
    port,
    socket: options.file('socket'),
    database: options.text('database'),
    user: options.text('user') ?? 'root',
    password: options.text('password'),
    sslmode,
    caFile: options.file('ca_file'),
    certFile: options.file('cert_file'),
    keyFile: options.file('key_file'),
    connectTimeout: options.number('connect_timeout') ?? 10,
    statementTimeout: options.number('statement_timeout'),
    readOnly: connection.access !== 'write',
    ssh,
  };
}

/** The target for node's client; `tls` as the server offers it. Every value is asked for as text. */
export async function clientOptions(target: MysqlTarget, route: Route, tls: boolean): Promise<MysqlOptions> {
  return {
    ...(target.socket === undefined ? route : { socketPath: target.socket }),
    user: target.user,
    ...(target.password === undefined ? {} : { password: target.password }),
    ...(target.database === undefined ? {} : { database: target.database }),
    connectTimeout: target.connectTimeout * 1000,
    charset: 'utf8mb4',
    typeCast: (field) => field.string(),
    ...(tls ? { ssl: await tlsOptions(target) } : {}),
  };
}

async function tlsOptions(target: MysqlTarget): Promise<NonNullable<Exclude<MysqlOptions['ssl'], string>>> {
  const read = async (file: string) => {
    try {
      return await readFile(file);
    } catch (error) {
      throw new MillraceError({
        code: 'CONNECTION_FAILED',
        message: `The certificate file ${file} cannot be read.`,
        hint: 'Check the path and the rights of the file.',
        cause: error,
      });
    }
  };
  return {
    rejectUnauthorized: target.sslmode.startsWith('verify'),
    verifyIdentity: target.sslmode === 'verify-full',
    ...(target.caFile === undefined ? {} : { ca: await read(target.caFile) }),
    ...(target.certFile === undefined ? {} : { cert: await read(target.certFile) }),
    ...(target.keyFile === undefined ? {} : { key: await read(target.keyFile) }),
  };
}

const ENGINE_SSL_MODES: Record<MysqlTarget['sslmode'], string> = {
  disable: 'disabled',
  prefer: 'preferred',
  require: 'required',
  'verify-ca': 'verify_ca',
  'verify-full': 'verify_identity',
};

/** What the engine's secret holds, by name. */
export function secretValues(target: MysqlTarget, route: Route): [string, string][] {
  const values: [string, string | undefined][] = [
    ['HOST', target.socket === undefined ? route.host : 'localhost'],
    ['PORT', String(route.port)],
    ['SOCKET', target.socket],
    ['DATABASE', target.database],
    ['USER', target.user],
    ['PASSWORD', target.password],
    ['SSL_MODE', ENGINE_SSL_MODES[target.sslmode]],
    ['SSL_CA', target.caFile],
    ['SSL_CERT', target.certFile],
    ['SSL_KEY', target.keyFile],
  ];
  return values.filter((entry): entry is [string, string] => entry[1] !== undefined);
}
