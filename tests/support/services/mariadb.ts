import { chmodSync } from 'node:fs';
import path from 'node:path';
import mysql, { type RowDataPacket } from 'mysql2/promise';
import { type Certificates, makeCertificates } from './certificates';
import { commandOf, freePort, runCommand, ServerProcess, serverFolder } from './database-process';

/** A MariaDB of its own, in a temporary folder. */
export interface MariadbServer {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  socket: string;
  certificates: Certificates | undefined;
  /** Runs statements as the superuser. */
  run(sql: string): Promise<void>;
  rows<T = Record<string, unknown>>(sql: string): Promise<T[]>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const USER = 'keeper';
const PASSWORD = 'p@ss w\'ord"17';

/** Starts Debian's MariaDB. `tls` makes certificates and turns TLS on. */
export async function startMariadb(options: { tls?: boolean } = {}): Promise<MariadbServer> {
  const command = commandOf('mariadbd', 'mariadb-server');
  const install = commandOf('mariadb-install-db', 'mariadb-server');
  const folder = serverFolder('mariadb');
  const data = path.join(folder, 'data');
  const socket = path.join(folder, 'mariadb.sock');
  runCommand(
    install,
    ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
    {
      cwd: folder,
    },
  );
  const certificates = options.tls ? makeCertificates(folder, USER) : undefined;
  if (certificates) for (const key of [certificates.serverKey, certificates.clientKey]) chmodSync(key, 0o600);
  const port = await freePort();
  const open = (user: string, password: string) =>
    mysql.createConnection({ socketPath: socket, user, password, multipleStatements: true });
  const tls = certificates
    ? [
        `--ssl-cert=${certificates.serverCertificate}`,
        `--ssl-key=${certificates.serverKey}`,
        `--ssl-ca=${certificates.ca}`,
      ]
    : ['--skip-ssl'];
  const server = await ServerProcess.start(
    command,
    [
      ...['--no-defaults', `--datadir=${data}`, `--socket=${socket}`, `--port=${port}`, '--bind-address=127.0.0.1'],
      ...[`--pid-file=${folder}/mariadb.pid`, '--innodb-flush-log-at-trx-commit=0', '--skip-name-resolve', ...tls],
      '--character-set-server=utf8mb4',
    ],
    folder,
    () =>
      open('root', '').then(
        (connection) => connection.end().then(() => true),
        () => false, // not yet
      ),
  );
  const root = await open('root', '');
  await root.query(`create database shop; create user ${USER} identified by ${mysql.escape(PASSWORD)};
    grant all on *.* to ${USER} with grant option`);
  await root.end();
  const query = async (sql: string) => {
    const connection = await open(USER, PASSWORD);
    try {
      await connection.query('use shop');
      return await connection.query(sql);
    } finally {
      await connection.end();
    }
  };
  return {
    ...{ host: '127.0.0.1', port, user: USER, password: PASSWORD, database: 'shop', socket, certificates },
    run: async (sql) => void (await query(sql)),
    rows: async <T>(sql: string) => (await query(sql))[0] as RowDataPacket[] as T[],
    kill: () => server.kill(),
    stop: () => server.stop(),
  };
}
