import { CONNECTION_FIELDS, fieldValue, withFieldValue } from '../../shared/connection-fields';
import type {
  ConnectionConfig,
  ConnectionInfo,
  RemoteDescription,
  RemotePage,
  TestStep,
} from '../../shared/connections';
import { CancelledError, type ErrorShape, MillraceError } from '../../shared/errors';
import type { BackendEvent } from '../../shared/events';
import { trustCertificates } from '../engine/certificates';
import type { EngineConnection } from '../engine/connection';
import { noConnection, readConnections } from '../project/connection-config';
import { KeyedQueue } from '../project/keyed-queue';
import type { Project } from '../project/project';
import { confirmSecret, openBinding, referencesIn, resolveOptions } from '../project/secrets';
import { connectionError } from './connection-error';
import { findConnectionReferences } from './connection-references';
import {
  type Attachable,
  type Connector,
  type EngineBrowsable,
  isAttachable,
  isBrowsable,
  isEngineBrowsable,
  isRefreshable,
  type OpenConnection,
} from './connector';
import { readOption } from './network';
import { isObjectStoring } from './objects/object-storing';
import { findConnector } from './registry';
import { isObjectStore, scopeLength } from './url-scope';

/** What connections need of the engine. */
export interface ConnectionsEngine {
  readonly generation: number;
  /** Whether a query runs or a worksheet has a transaction open. */
  isInUse(): boolean;
  connect(): Promise<EngineConnection>;
}

export interface ConnectionsOptions {
  project: Pick<Project, 'config' | 'folder' | 'stateFolder' | 'trusted'>;
  engine: ConnectionsEngine;
  emit(event: BackendEvent): void;
  /** How long an attachment stays after its last use, in milliseconds. Default 10 minutes. */
  idleMilliseconds?: number;
  /** Names of the lake's schemas: a connection of such a name is attached as `name_conn`. */
  schemaNames?(): Promise<string[]>;
}

const IDLE_MILLISECONDS = 10 * 60_000;

/** A connection that was used: what is open for it, and how that went. */
interface Used {
  config: ConnectionConfig;
  opened?: Opened;
  attached?: { generation: number; timer: NodeJS.Timeout; kept: boolean };
  state: ConnectionInfo['state'];
  error?: ErrorShape;
}

/** A connection that need not stand in millrace.yaml, with secrets as they were typed, by the key of their field. */
export interface TriedConnection {
  name: string;
  config: ConnectionConfig;
  secrets?: Record<string, string>;
}

interface Opened {
  connection: OpenConnection;
  secrets: string[];
}

/**
 * The connections of a project. Nothing connects before it is used; what was attached is let go when it was idle for a
 * while, and again made when the engine was opened anew.
 */
export class Connections {
  private readonly used = new Map<string, Used>();
  private readonly queue = new KeyedQueue();
  /** In lower case, as last read. */
  private schemas: ReadonlySet<string> = new Set();
  private closed = false;

  constructor(private readonly options: ConnectionsOptions) {}

  /** Every entry of millrace.yaml as a window shows it. */
  list(): ConnectionInfo[] {
    const { names, connections, problems } = readConnections(this.options.project);
    return names.flatMap((name): ConnectionInfo[] => {
      const config = connections.get(name);
      if (config) return [this.infoOf(name, config)];
      const broken = problems.get(name);
      return broken ? [{ ...broken.config, name, alias: name, state: 'idle', problem: broken.problem }] : [];
    });
  }

  /** One of the list. Throws NOT_FOUND. */
  info(name: string): ConnectionInfo {
    const info = this.list().find((one) => one.name === name);
    if (!info) throw noConnection(name, [...readConnections(this.options.project).connections.keys()]);
    return info;
  }

  /** Throws NOT_FOUND, PROJECT_INVALID for an entry that cannot be used, and UNSUPPORTED. */
  connectorOf(name: string): Connector {
    return findConnector(this.configOf(name).type);
  }

  /**
   * A connection with its secrets filled in; the same object until its entry changes or it is closed. Throws NOT_FOUND,
   * PROJECT_INVALID, NOT_TRUSTED, SECRET_MISSING, SECRET_HOST_CHANGED, KEYCHAIN_UNAVAILABLE.
   */
  async open(name: string): Promise<OpenConnection> {
    return (await this.opened(name)).connection;
  }

  /**
   * Tries a connection, of millrace.yaml or one that is not stored yet, step by step; the first step that fails is the
   * last. A secret that cannot be had fails the login. Throws NOT_FOUND, PROJECT_INVALID, NOT_TRUSTED.
   */
  async *test(target: string | TriedConnection, signal: AbortSignal): AsyncIterable<TestStep> {
    const { name, config, secrets: entered = {} } = this.tried(target);
    const connector = findConnector(config.type);
    let opened: Opened;
    try {
      opened = await this.openConfig(name, config, entered);
    } catch (error) {
      const shape = connectionError(error, name, Object.values(entered)).toShape();
      if (shape.code === 'NOT_TRUSTED') throw error;
      yield { step: 'login', state: 'failed', message: shape.message, milliseconds: 0, error: shape };
      return;
    }
    const { connection, secrets } = opened;
    try {
      for await (const step of connector.test(connection, signal)) {
        yield withoutSecrets(step, name, secrets);
        if (step.state === 'failed') return;
      }
    } catch (error) {
      throw signal.aborted ? new CancelledError() : connectionError(error, name, secrets);
    } finally {
      // Not the one that is in use: a test opens its own.
      await connector.close(connection);
    }
  }

  /**
   * Attaches the connection of that database name, if there is one and it is not attached yet; true if there is such a
   * connection. With `keep` it stays, however long it is idle. Throws what `open` throws, and what the system says to the
   * login.
   */
  async use(alias: string, keep = false): Promise<boolean> {
    const name = this.nameOf(alias);
    if (name === undefined) return false;
    await this.attach(name, keep);
    return true;
  }

  /**
   * Makes the objects of a URL readable by the connection with the longest matching bucket and prefix; gives its name,
   * undefined where none answers for the URL. With `keep` it stays so, however long it is idle. Throws BAD_REQUEST where
   * two do so alike.
   */
  async attachUrl(url: string, keep = false): Promise<string | undefined> {
    const name = this.nameOfUrl(url);
    if (name !== undefined) await this.attach(name, keep);
    return name;
  }

  /**
   * Attaches what a statement is about to need. `databases` are those that it reads tables of; what it writes to, and
   * addresses of objects, are found here. Throws what `use` throws, and CONNECTION_READ_ONLY for a COPY to a store behind
   * a connection that only reads.
   */
  async prepare(sql: string, databases: readonly string[]): Promise<void> {
    const { names } = readConnections(this.options.project);
    if (names.length === 0) return;
    const found = findConnectionReferences(sql);
    const written = [...databases, ...found.databases, ...found.defaults].map((alias) => alias.toLowerCase());
    if (names.some((name) => written.some((alias) => alias.startsWith(name.toLowerCase())))) await this.readSchemas();
    for (const alias of found.defaults) await this.use(alias, true);
    for (const alias of new Set([...databases, ...found.databases])) await this.use(alias);
    for (const { url, writes } of found.urls) {
      const name = this.nameOfUrl(url);
      if (name !== undefined && writes) this.requireWritable(name, url);
      await this.attachUrl(url);
    }
    for (const alias of found.detached) this.forget(alias);
  }

  /** The connection that answers for a URL of an object store, undefined where none does. Throws BAD_REQUEST. */
  nameOfUrl(url: string): string | undefined {
    const found = [...readConnections(this.options.project).connections]
      .map(([name, config]) => ({ name, length: scopeLength(config, url) }))
      .filter((one) => one.length >= 0)
      .sort((a, b) => b.length - a.length);
    const [first, second] = found;
    if (!first || first.length !== second?.length) return first?.name;
    throw new MillraceError({
      code: 'BAD_REQUEST',
      message: `Both ${first.name} and ${second.name} may answer for ${url}.`,
      hint: 'Bind them to their buckets: set `bucket` in one of the two connections.',
    });
  }

  /** The name of the connection that SQL reaches under the alias, in any case. */
  nameOf(alias: string): string | undefined {
    const wanted = alias.toLowerCase();
    const names = [...readConnections(this.options.project).connections.keys()];
    return names.find((name) => this.aliasOf(name).toLowerCase() === wanted);
  }

  /** What is below a place of the connection, a page at a time. Throws UNSUPPORTED, and what `open` throws. */
  async listRemote(name: string, path: string[], page?: { after?: string; size?: number }): Promise<RemotePage> {
    const connector = this.connectorOf(name);
    if (isBrowsable(connector)) {
      if (page?.after === undefined) await this.refreshSchema(name, connector);
      return this.tracked(name, (connection) => connector.list(connection, path, page));
    }
    return this.browseAttached(name, connector, (browsable, connection, engine) =>
      browsable.listAttached(connection, engine, path, page),
    );
  }

  /** What the tree shows anew, worksheets are to find as well; while something reads, they find it later. */
  private async refreshSchema(name: string, connector: Connector): Promise<void> {
    if (!isRefreshable(connector) || !this.used.get(name)?.attached || this.options.engine.isInUse()) return;
    await this.onEngine((engine) => connector.refresh(engine));
  }

  /** Columns, keys and DDL of a place of the connection. Throws UNSUPPORTED, NOT_FOUND, and what `open` throws. */
  async describeRemote(name: string, path: string[]): Promise<RemoteDescription> {
    const connector = this.connectorOf(name);
    if (isBrowsable(connector)) return this.tracked(name, (connection) => connector.describe(connection, path));
    return this.browseAttached(name, connector, (browsable, connection, engine) =>
      browsable.describeAttached(connection, engine, path),
    );
  }

  /** Throws NAME_TAKEN for a name that would make a schema of the lake ambiguous. */
  async refuseName(name: string): Promise<void> {
    await this.readSchemas();
    if (this.aliasOf(name) === name) return;
    throw new MillraceError({
      code: 'NAME_TAKEN',
      message: `The lake has a schema "${name}", and a connection of that name would make both ambiguous.`,
      hint: 'Take another name, for example one that ends with _db.',
    });
  }

  /**
   * Allows the secrets of a connection for the host that its entry names now, after the user said so. Throws NOT_FOUND,
   * NOT_TRUSTED, KEYCHAIN_UNAVAILABLE.
   */
  async confirmHost(name: string): Promise<void> {
    const config = this.configOf(name);
    const binding = openBinding(config);
    for (const reference of referencesIn(config.options)) {
      await confirmSecret(reference, binding, this.options.project);
    }
    await this.release(name);
  }

  /** Lets go of what is attached and open for a connection: before its entry changes, or to log in anew. */
  release(name: string): Promise<void> {
    return this.queue.run(name, () => this.letGo(name));
  }

  /** Lets go of connections whose entries were changed or removed in millrace.yaml, and tells the windows. */
  async refresh(): Promise<void> {
    const { connections } = readConnections(this.options.project);
    for (const [name, used] of this.used) {
      const config = connections.get(name);
      if (config !== undefined && sameConfig(config, used.config)) continue;
      await this.release(name).catch((error: unknown) =>
        this.tell(name, 'failed', connectionError(error, name).toShape()),
      );
    }
    // A lake that cannot be read now tells so itself; the names of before hold until it can.
    await this.readSchemas().catch(() => undefined);
    this.options.emit({ type: 'connections' });
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const name of [...this.used.keys()]) await this.release(name);
  }

  private infoOf(name: string, config: ConnectionConfig): ConnectionInfo {
    const used = this.used.get(name);
    const isCurrent = used !== undefined && sameConfig(used.config, config);
    return {
      ...config,
      name,
      alias: this.aliasOf(name),
      state: isCurrent ? used.state : 'idle',
      ...(isCurrent && used.error ? { error: used.error } : {}),
    };
  }

  private aliasOf(name: string): string {
    if (this.schemas.has(name.toLowerCase())) return `${name}_conn`;
    return name;
  }

  private configOf(name: string): ConnectionConfig {
    const { connections, problems } = readConnections(this.options.project);
    const config = connections.get(name);
    if (config) return config;
    const broken = problems.get(name);
    if (broken) throw new MillraceError(broken.problem);
    throw noConnection(name, [...connections.keys()]);
  }

  private async opened(name: string): Promise<Opened> {
    return this.queue.run(`open ${name}`, async () => {
      const config = this.configOf(name);
      const used = this.used.get(name);
      if (used?.opened && sameConfig(used.config, config)) return used.opened;
      if (used) await this.letGo(name);
      const opened = await this.openConfig(name, config);
      this.used.set(name, { config, opened, state: 'idle' });
      return opened;
    });
  }

  private tried(target: string | TriedConnection): TriedConnection {
    return typeof target === 'string' ? { name: target, config: this.configOf(target) } : target;
  }

  private async openConfig(
    name: string,
    config: ConnectionConfig,
    entered: Record<string, string> = {},
  ): Promise<Opened> {
    const { project } = this.options;
    const resolved = await resolveOptions(
      { ...config, options: without(config.options, Object.keys(entered)) },
      project,
    );
    const options = Object.entries(entered).reduce(
      (filled, [key, secret]) => withFieldValue(filled, key, secret),
      resolved.options,
    );
    const secrets = [...resolved.secrets, ...Object.values(entered)];
    return {
      connection: {
        ...config,
        options: withNumbers(config, options),
        name,
        alias: this.aliasOf(name),
        projectFolder: project.folder,
      },
      secrets,
    };
  }

  private async browseAttached<T>(
    name: string,
    connector: Connector,
    work: (connector: EngineBrowsable, connection: OpenConnection, engine: EngineConnection) => Promise<T>,
  ): Promise<T> {
    if (!isEngineBrowsable(connector)) {
      throw new MillraceError({ code: 'UNSUPPORTED', message: `${name} has nothing below it to list.` });
    }
    await this.attach(name);
    return this.tracked(name, (connection) => this.onEngine((engine) => work(connector, connection, engine)));
  }

  /** Does something with an open connection; how that went is its state. */
  private async tracked<T>(
    name: string,
    work: (connection: OpenConnection) => Promise<T>,
    isAttaching = false,
  ): Promise<T> {
    let secrets: string[] = [];
    try {
      const opened = await this.opened(name);
      secrets = opened.secrets;
      const result = await work(opened.connection);
      this.tell(name, 'connected');
      return result;
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      const clean = connectionError(error, name, secrets);
      if (isAttaching || FAILURES.has(clean.code)) this.tell(name, 'failed', clean.toShape());
      throw clean;
    }
  }

  private attach(name: string, keep = false): Promise<void> {
    return this.queue.run(name, async () => {
      if (this.closed) throw new CancelledError('The project was closed.');
      const connector = this.connectorOf(name);
      if (!isAttachable(connector)) return;
      const used = this.used.get(name);
      const isCurrent = used?.opened !== undefined && sameConfig(used.config, this.configOf(name));
      if (isCurrent && used.attached?.generation === this.options.engine.generation && this.isAliasCurrent(used)) {
        used.attached.timer.refresh();
        if (keep) used.attached.kept = true;
        if (!endsSoon(connector, used.opened)) return;
        // Keys that a role or SSO gave end: new ones take their place, and nothing is taken away meanwhile.
        const { kept } = used.attached;
        clearTimeout(used.attached.timer);
        await this.tracked(name, (connection) => this.attachNow(connector, connection), true);
        if (kept && used.attached) used.attached.kept = true;
        return;
      }
      if (used?.attached) await this.letGo(name);
      await this.tracked(name, (connection) => this.attachNow(connector, connection), true);
      const attached = this.used.get(name)?.attached;
      if (keep && attached) attached.kept = true;
    });
  }

  private async attachNow(connector: Connector & Attachable, connection: OpenConnection): Promise<void> {
    const generation = this.options.engine.generation;
    if (isObjectStore(connection.type)) await this.trustAuthority(connection);
    await this.onEngine((engine) => connector.attach(connection, engine));
    const idle = this.options.idleMilliseconds ?? IDLE_MILLISECONDS;
    const timer = setTimeout(() => void this.releaseIdle(connection.name).catch(() => timer.refresh()), idle);
    timer.unref();
    const used = this.used.get(connection.name);
    if (used) used.attached = { generation, timer, kept: false };
  }

  /** The engine has one bundle for all that it reads by itself; a database's own client takes the file as it is. */
  private async trustAuthority(connection: OpenConnection): Promise<void> {
    await trustCertificates(this.options.project.stateFolder, connection.name, readOption(connection, 'ca_file'));
  }

  /** While a query or a worksheet's transaction may be reading, nothing is taken away from under it. */
  private async releaseIdle(name: string): Promise<void> {
    const attached = this.used.get(name)?.attached;
    if (!attached) return;
    if (attached.kept || this.options.engine.isInUse()) attached.timer.refresh();
    else await this.release(name);
  }

  /** A schema may have come by another machine: it then keeps its name, and the connection takes the other. */
  private async readSchemas(): Promise<void> {
    const names = await this.options.schemaNames?.();
    if (names) this.schemas = new Set(names.map((name) => name.toLowerCase()));
  }

  private requireWritable(name: string, url: string): void {
    if (this.configOf(name).access === 'write') return;
    throw new MillraceError({
      code: 'CONNECTION_READ_ONLY',
      message: `${url} would be written through the connection ${name}, which only reads.`,
      hint: `Write \`access: write\` under \`${name}\` in millrace.yaml, or in the connection's form.`,
    });
  }

  /** A worksheet detaches it itself; the next use attaches it again. */
  private forget(alias: string): void {
    const used = this.used.get(this.nameOf(alias) ?? '');
    if (!used?.attached) return;
    clearTimeout(used.attached.timer);
    delete used.attached;
  }

  private isAliasCurrent(used: Used): boolean {
    return used.opened?.connection.alias === this.aliasOf(used.opened?.connection.name ?? '');
  }

  private async letGo(name: string): Promise<void> {
    const used = this.used.get(name);
    if (!used) return;
    const { attached, opened } = used;
    if (opened) {
      const connector = findConnector(used.config.type);
      if (attached && isAttachable(connector) && attached.generation === this.options.engine.generation) {
        await this.onEngine((engine) => connector.detach(opened.connection, engine));
      }
      if (attached) clearTimeout(attached.timer);
      await connector.close(opened.connection);
    }
    this.used.delete(name);
    if (used.state !== 'idle') this.options.emit({ type: 'connections' });
  }

  private async onEngine<T>(work: (engine: EngineConnection) => Promise<T>): Promise<T> {
    const engine = await this.options.engine.connect();
    try {
      return await work(engine);
    } finally {
      engine.close();
    }
  }

  private tell(name: string, state: ConnectionInfo['state'], error?: ErrorShape): void {
    const config = readConnections(this.options.project).connections.get(name);
    if (!config) return;
    const used: Used = this.used.get(name) ?? { config, state: 'idle' };
    const changed = used.state !== state || used.error?.message !== error?.message;
    used.state = state;
    if (error) used.error = error;
    else delete used.error;
    this.used.set(name, used);
    if (changed) this.options.emit({ type: 'connections' });
  }
}

/** Errors that tell of the connection itself, not of what was asked of it. */
const FAILURES: ReadonlySet<string> = new Set([
  'CONNECTION_FAILED',
  'CONNECTION_LOST',
  'ACCESS_DENIED',
  'SECRET_MISSING',
  'SECRET_HOST_CHANGED',
  'KEYCHAIN_UNAVAILABLE',
  'NOT_TRUSTED',
  'EXTENSION_MISSING',
]);

/** As long before its end the SDK gets new keys. */
const RENEW_MILLISECONDS = 5 * 60_000;

function endsSoon(connector: Connector, opened: Opened | undefined): boolean {
  if (!opened || !isObjectStoring(connector)) return false;
  const until = connector.attachedUntil(opened.connection);
  return until !== undefined && until - Date.now() < RENEW_MILLISECONDS;
}

function sameConfig(a: ConnectionConfig, b: ConnectionConfig): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** `port: ${PORT}` gives a text where a number is meant. */
function withNumbers(config: ConnectionConfig, options: OpenConnection['options']): OpenConnection['options'] {
  return CONNECTION_FIELDS[config.type]
    .filter((field) => field.kind === 'number')
    .reduce((filled, field) => {
      const value = fieldValue(filled, field.key);
      return typeof value === 'string' && /^\d+$/.test(value)
        ? withFieldValue(filled, field.key, Number(value))
        : filled;
    }, options);
}

function without(options: OpenConnection['options'], keys: string[]): OpenConnection['options'] {
  return keys.reduce((left, key) => withFieldValue(left, key, undefined), options);
}

function withoutSecrets(step: TestStep, name: string, secrets: readonly string[]): TestStep {
  const message = connectionError(
    new MillraceError({ code: 'CONNECTION_FAILED', message: step.message }),
    name,
    secrets,
  );
  const error = step.error && connectionError(new MillraceError(step.error), name, secrets).toShape();
  return { ...step, message: message.message, ...(error ? { error } : {}) };
}
