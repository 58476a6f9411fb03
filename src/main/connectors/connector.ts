import type {
  ConnectionConfig,
  ConnectionType,
  RemoteDescription,
  RemotePage,
  TestStep,
} from '../../shared/connections';
import type { EngineConnection } from '../engine/connection';

/** A connection whose secrets are filled in. Never leaves the backend, is never logged. */
export interface OpenConnection extends ConnectionConfig {
  name: string;
  /** The database name under which SQL reaches it. */
  alias: string;
  /** Absolute folder of the project, for paths among the options. */
  projectFolder: string;
}

/** What every system can do. Abilities beyond it are interfaces of their own; a connector has those that it can keep. */
export interface Connector {
  readonly type: ConnectionType;
  /**
   * Tries name, route, TLS, login and rights in this order and gives each step as it ends; the first that fails is the
   * last one given. Never throws for what a test is there to find out.
   */
  test(connection: OpenConnection, signal: AbortSignal): AsyncIterable<TestStep>;
  /** Ends what the connector holds open for this connection: pools, tunnels, agents. */
  close(connection: OpenConnection): Promise<void>;
}

/** A system that the engine reads by itself once a secret or an attached database stands. */
export interface Attachable {
  /** Runs what makes the connection readable (CREATE SECRET, ATTACH …). Throws CONNECTION_FAILED and its likes. */
  attach(connection: OpenConnection, engine: EngineConnection): Promise<void>;
  /** Takes it away again. Harmless where it is not attached. */
  detach(connection: OpenConnection, engine: EngineConnection): Promise<void>;
}

/** A system that can be unfolded in the tree. */
export interface Browsable {
  /** What is below a place, a page at a time; `[]` is the connection itself. */
  list(connection: OpenConnection, path: string[], page?: { after?: string; size?: number }): Promise<RemotePage>;
  /** Columns, keys, DDL of a table, or the columns of an object. */
  describe(connection: OpenConnection, path: string[]): Promise<RemoteDescription>;
}

/** A system that is unfolded through the engine, to which it is attached first where it is {@link Attachable}. */
export interface EngineBrowsable {
  listAttached(
    connection: OpenConnection,
    engine: EngineConnection,
    path: string[],
    page?: { after?: string; size?: number },
  ): Promise<RemotePage>;
  describeAttached(connection: OpenConnection, engine: EngineConnection, path: string[]): Promise<RemoteDescription>;
}

/** A system whose tables the engine remembers from when it first looked. */
export interface Refreshable {
  /** Lets the engine see what was made, changed or dropped since. Not to be called while something reads. */
  refresh(engine: EngineConnection): Promise<void>;
}

export function isRefreshable(connector: Connector): connector is Connector & Refreshable {
  return 'refresh' in connector;
}

export function isAttachable(connector: Connector): connector is Connector & Attachable {
  return 'attach' in connector;
}

export function isBrowsable(connector: Connector): connector is Connector & Browsable {
  return 'list' in connector;
}

export function isEngineBrowsable(connector: Connector): connector is Connector & EngineBrowsable {
  return 'listAttached' in connector;
}
