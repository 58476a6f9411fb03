import { readFile } from 'node:fs/promises';
import type { Db, MongoClient, MongoClientOptions } from 'mongodb';
import { MillraceError } from '../../../shared/errors';
import type { OpenConnection } from '../connector';
import type { HeldServer } from '../database/held-servers';
import { OptionReader } from '../database/option-reader';
import { openSocket, resolveHost } from '../database/reach';
import { readSshOptions, type SshOptions, SshTunnel } from '../database/ssh-tunnel';
import { mongoError } from './mongo-error';

const PATIENCE_MILLISECONDS = 10_000;

/** The options of a MongoDB connection as they are used. */
export interface MongoTarget {
  name: string;
  host: string;
  port: number;
  uri: string | undefined;
  database: string | undefined;
  user: string | undefined;
  password: string | undefined;
  authSource: string | undefined;
  replicaSet: string | undefined;
  tls: boolean;
  files: { ca: string | undefined; cert: string | undefined; key: string | undefined };
  ssh: SshOptions | undefined;
  /** Documents that are looked at to tell a structure. */
  sample: number;
}

/** Throws PROJECT_INVALID. */
export function mongoTarget(connection: OpenConnection): MongoTarget {
  const options = new OptionReader(connection);
  const uri = options.text('uri');
  if (uri !== undefined && !/^mongodb(\+srv)?:\/\//.test(uri))
    throw options.wrong('uri', 'begins with mongodb:// or mongodb+srv://');
  const place = uri === undefined ? undefined : /^mongodb(?:\+srv)?:\/\/(?:[^@/]*@)?([^:/,?]+)(?::(\d+))?/.exec(uri);
  return {
    name: connection.name,
    host: place?.[1] ?? options.text('host') ?? 'localhost',
    port: Number(place?.[2] ?? options.number('port') ?? 27_017),
    uri,
    database: options.text('database'),
    user: options.text('user'),
    password: options.text('password'),
    authSource: options.text('auth_source'),
    replicaSet: options.text('replica_set'),
    tls: options.text('tls') === 'true' || uri?.startsWith('mongodb+srv:') === true,
    files: { ca: options.file('ca_file'), cert: options.file('cert_file'), key: options.file('key_file') },
    ssh: readSshOptions(options),
    sample: options.number('sample') ?? 1_000,
  };
}

/** One client for a connection, behind a tunnel where one is asked for. Reads alone: it has no call that writes. */
export class MongoServer implements HeldServer {
  readonly target: MongoTarget;
  private client: Promise<MongoClient> | undefined;
  private tunnel: SshTunnel | undefined;

  constructor(connection: OpenConnection) {
    this.target = mongoTarget(connection);
  }

  get isDead(): boolean {
    return this.tunnel !== undefined && !this.tunnel.isOpen;
  }

  /** What stands behind the host's name. */
  async resolve(): Promise<string> {
    const { host, uri } = this.target;
    if (uri?.startsWith('mongodb+srv:')) return `${host} is looked up by its SRV record`;
    return `${host} is ${await resolveHost(host)}`;
  }

  /** A way to the port, by the tunnel where one is asked for. */
  async reach(signal: AbortSignal): Promise<string | { skipped: string }> {
    const { uri } = this.target;
    if (uri?.startsWith('mongodb+srv:')) return { skipped: 'the SRV record names the hosts' };
    const { host, port } = await this.route(signal);
    const socket = await openSocket({ host, port }, PATIENCE_MILLISECONDS, signal);
    socket.destroy();
    return `${this.target.host}:${this.target.port} answers`;
  }

  /** The connected client. Throws CONNECTION_FAILED, ACCESS_DENIED. */
  async connect(): Promise<MongoClient> {
    this.client ??= this.open().catch((error: unknown) => {
      this.client = undefined;
      throw mongoError(error, this.target);
    });
    return this.client;
  }

  async database(name: string): Promise<Db> {
    return (await this.connect()).db(name);
  }

  async close(): Promise<void> {
    const client = await this.client?.catch(() => undefined); // What did not open needs no closing.
    await client?.close();
    this.tunnel?.close();
  }

  private async route(signal?: AbortSignal): Promise<{ host: string; port: number }> {
    const { host, port, ssh } = this.target;
    if (!ssh) return { host, port };
    this.tunnel ??= await SshTunnel.open(ssh, { host, port }, signal);
    return { host: '127.0.0.1', port: this.tunnel.port };
  }

  private async open(): Promise<MongoClient> {
    const { target } = this;
    const { host, port } = await this.route();
    const uri = target.uri !== undefined && !target.ssh ? target.uri : `mongodb://${host}:${port}`;
    const isAlone = target.replicaSet === undefined && target.uri === undefined;
    const options: MongoClientOptions = {
      appName: 'millrace',
      serverSelectionTimeoutMS: PATIENCE_MILLISECONDS,
      connectTimeoutMS: PATIENCE_MILLISECONDS,
      retryReads: true,
      ...(isAlone || target.ssh ? { directConnection: true } : {}),
      ...(target.replicaSet === undefined ? {} : { replicaSet: target.replicaSet }),
      ...(target.user === undefined ? {} : { auth: { username: target.user, password: target.password ?? '' } }),
      ...(target.authSource === undefined ? {} : { authSource: target.authSource }),
      ...(target.tls ? { tls: true, ...(await this.certificates()) } : {}),
      // The certificate names the server, not the tunnel's end on this machine.
      ...(target.tls && target.ssh ? { servername: target.host } : {}),
    };
    // Loaded with the first connection: it would take a good part of every start.
    const { MongoClient: Driver } = await import('mongodb');
    const client = new Driver(uri, options);
    await client.connect();
    await client.db(target.database ?? 'admin').command({ ping: 1 });
    return client;
  }

  private async certificates(): Promise<MongoClientOptions> {
    const { ca, cert, key } = this.target.files;
    const read = (file: string) =>
      readFile(file).catch((error: unknown) => {
        throw new MillraceError({
          code: 'FILE_UNREADABLE',
          message: `The certificate file ${file} cannot be read.`,
          hint: 'Check its path and rights.',
          cause: error,
        });
      });
    return {
      ...(ca === undefined ? {} : { ca: await read(ca) }),
      ...(cert === undefined ? {} : { cert: await read(cert) }),
      ...(key === undefined ? {} : { key: await read(key) }),
    };
  }
}
