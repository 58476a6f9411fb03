import { MillraceError } from '../../shared/errors';
import type { BackendEvent } from '../../shared/events';
import type { DeletionOutcome, DeletionPlan, ObjectDetails, ObjectPage, ObjectPreview } from '../../shared/objects';
import { findConnectionReferences } from '../connectors/connection-references';
import type { Connections } from '../connectors/connections';
import type { Connector, OpenConnection } from '../connectors/connector';
import { Deletions } from '../connectors/objects/deletions';
import { type EntryPage, listEntries } from '../connectors/objects/object-browsing';
import { objectFailure } from '../connectors/objects/object-failure';
import { insideOf, parseObjectPath, requireWritable } from '../connectors/objects/object-path';
import { objectDetails, previewObject } from '../connectors/objects/object-preview';
import type { ObjectStore } from '../connectors/objects/object-store';
import { isObjectStoring, type ObjectStoring } from '../connectors/objects/object-storing';
import { Transfers } from '../connectors/objects/transfers';
import type { EngineConnection } from '../engine/connection';
import type { Project } from '../project/project';

export interface ObjectServiceOptions {
  project: Pick<Project, 'folder' | 'stateFolder'>;
  connections: Pick<Connections, 'open' | 'connectorOf' | 'nameOfUrl'>;
  connect(): Promise<EngineConnection>;
  emit(event: BackendEvent): void;
}

interface OpenStore {
  connection: OpenConnection;
  connector: Connector & ObjectStoring;
  store: ObjectStore;
}

/** What the object browser of a window asks for, by the name of the connection. */
export class ObjectService {
  readonly transfers: Transfers;
  private readonly deletions = new Deletions();

  constructor(private readonly options: ObjectServiceOptions) {
    this.transfers = new Transfers({
      stateFolder: options.project.stateFolder,
      projectFolder: options.project.folder,
      storeOf: (connection) => this.open(connection),
      emit: (transfer) => options.emit({ type: 'transfer', transfer }),
    });
  }

  async list(name: string, path: string, page: EntryPage): Promise<ObjectPage> {
    const { connection, store } = await this.open(name);
    return listEntries(connection, store.reader, path, page);
  }

  async details(name: string, path: string): Promise<ObjectDetails> {
    const { connection, store } = await this.open(name);
    return objectDetails(connection, store.reader, path);
  }

  async preview(name: string, path: string): Promise<ObjectPreview> {
    const { connection, connector } = await this.open(name);
    const engine = await this.options.connect();
    try {
      return await previewObject(connection, connector, engine, path);
    } finally {
      engine.close();
    }
  }

  /** Makes an empty prefix, which an object with a name that ends with a slash stands for. */
  async createPrefix(name: string, path: string): Promise<void> {
    const { connection, store } = await this.open(name);
    requireWritable(connection);
    const place = insideOf(connection, parseObjectPath(path.endsWith('/') ? path : `${path}/`));
    if (place.key === '') throw new MillraceError({ code: 'BAD_REQUEST', message: `"${path}" names no prefix.` });
    await store.writer.put(place.bucket, place.key, new Uint8Array());
  }

  async measure(name: string, paths: string[]): Promise<DeletionPlan> {
    const { connection, store } = await this.open(name);
    return this.deletions.measure(connection, store.reader, paths);
  }

  remove(token: string): Promise<DeletionOutcome> {
    return this.deletions.remove(token, (name) => this.open(name));
  }

  async link(name: string, path: string, seconds: number): Promise<string> {
    const { connection, store } = await this.open(name);
    const place = insideOf(connection, parseObjectPath(path));
    return store.reader.link(place.bucket, place.key, seconds);
  }

  /** Throws UNSUPPORTED for a connection that is no object store, and what opening throws. */
  async open(name: string): Promise<OpenStore> {
    const connector = this.options.connections.connectorOf(name);
    if (!isObjectStoring(connector)) {
      throw new MillraceError({
        code: 'UNSUPPORTED',
        message: `The connection ${name} is no object store.`,
        hint: 'Objects are browsed in connections of the types s3, gcs and azure.',
      });
    }
    const connection = await this.options.connections.open(name);
    return { connection, connector, store: await connector.store(connection) };
  }

  /**
   * The engine's error on objects as what is wrong: to it a missing key and a missing bucket are one, and so are a key
   * without rights and one that does not exist. Any other error comes back as it is.
   */
  async explain(sql: string, error: MillraceError): Promise<MillraceError> {
    if (!/\bHTTP\b|\b(403|404)\b|No files found/i.test(`${error.message} ${String(error.cause ?? '')}`)) return error;
    for (const { url } of findConnectionReferences(sql).urls) {
      const reason = await this.reasonOf(url).catch(asMillraceError);
      if (reason) return new MillraceError({ ...error.toShape(), ...reason.toShape(), sql: error.sql ?? sql });
    }
    return error;
  }

  private async reasonOf(url: string): Promise<MillraceError | undefined> {
    const name = this.options.connections.nameOfUrl(url);
    return name === undefined ? undefined : objectFailure((await this.open(name)).store.reader, url);
  }

  close(): Promise<void> {
    return this.transfers.close();
  }
}

function asMillraceError(error: unknown): MillraceError | undefined {
  return error instanceof MillraceError ? error : undefined;
}
