import { columnKind } from '../../../shared/columns';
import type { RemoteDescription, RemoteKey, RemoteNode, RemotePage } from '../../../shared/connections';
import { MillraceError } from '../../../shared/errors';
import type { OpenConnection } from '../connector';
import { relationText } from '../database/relation-text';
import { ValueShape } from './document-shape';
import { mongoError } from './mongo-error';
import type { MongoServer } from './mongo-server';

/** Databases of the server's own housekeeping. */
const OWN_DATABASES = new Set(['admin', 'config', 'local']);
const PAGE = 500;

/** The databases that the user may see, or the one that the connection is bound to. */
export async function listDatabases(server: MongoServer): Promise<RemotePage> {
  const bound = server.target.database;
  if (bound !== undefined) return { nodes: [databaseNode(bound)] };
  return guarded(server, async () => {
    const client = await server.connect();
    const { databases } = await client.db('admin').admin().listDatabases({ authorizedDatabases: true });
    return {
      nodes: databases
        .filter(({ name }) => !OWN_DATABASES.has(name))
        .map(({ name, sizeOnDisk }) => databaseNode(name, sizeOnDisk)),
    };
  });
}

function databaseNode(name: string, size?: number): RemoteNode {
  return { path: [name], name, kind: 'schema', expandable: true, ...(size ? { size } : {}) };
}

/** The collections and views of a database with the server's count of documents. */
export async function listCollections(
  server: MongoServer,
  connection: OpenConnection,
  database: string,
  page: { after?: string; size?: number } = {},
): Promise<RemotePage> {
  return guarded(server, async () => {
    const db = await server.database(database);
    const all = await db.listCollections({}, { nameOnly: false }).toArray();
    const found = all
      .filter(({ name }) => !name.startsWith('system.'))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .filter(({ name }) => page.after === undefined || name > page.after);
    const size = page.size ?? PAGE;
    const shown = found.slice(0, size);
    const nodes = await Promise.all(
      shown.map(async ({ name, type }): Promise<RemoteNode> => {
        const isView = type === 'view';
        const node = collectionNode(connection, database, name, isView);
        return isView ? node : { ...node, rows: await db.collection(name).estimatedDocumentCount(), estimated: true };
      }),
    );
    const last = shown.at(-1)?.name;
    return { nodes, ...(found.length > size && last !== undefined ? { next: last } : {}) };
  });
}

function collectionNode(connection: OpenConnection, database: string, name: string, isView: boolean): RemoteNode {
  return {
    path: [database, name],
    name,
    kind: isView ? 'view' : 'collection',
    expandable: false,
    relation: relationText([connection.alias, database, name]),
  };
}

/** The fields of a collection as a sample of its documents shows them: types with their shares, and what is nested. */
export async function describeCollection(
  server: MongoServer,
  connection: OpenConnection,
  database: string,
  name: string,
): Promise<RemoteDescription> {
  return guarded(server, async () => {
    const db = await server.database(database);
    const [info] = await db.listCollections({ name }).toArray();
    if (!info) throw noCollection(connection.name, database, name);
    const isView = info.type === 'view';
    const collection = db.collection(name);
    const rows = isView ? undefined : await collection.estimatedDocumentCount();
    const shape = new ValueShape();
    const pipeline = [{ $sample: { size: server.target.sample } }];
    const isWhole = rows !== undefined && rows <= server.target.sample;
    const documents = isWhole
      ? collection.find({}, EXACT)
      : collection.aggregate(isView ? [{ $limit: server.target.sample }] : pipeline, EXACT);
    let seen = 0;
    for await (const document of documents) {
      shape.write(document);
      seen += 1;
    }
    const indexes = isView ? [] : await collection.indexes();
    return {
      node: {
        ...collectionNode(connection, database, name, isView),
        ...(rows === undefined ? {} : { rows, estimated: true }),
      },
      columns: shape.columns().map((column) => ({
        name: column.name,
        type: column.type,
        kind: columnKind(column.type),
        nativeType: nativeType(column.shape),
        ...shares(column.shape, seen),
      })),
      keys: indexes.map(indexKey),
      notes: [
        isWhole
          ? `Seen in all ${seen} documents.`
          : `Seen in ${seen} documents${rows === undefined ? '' : ` of about ${rows}`}; a query looks at all that it reads.`,
      ],
    };
  });
}

const EXACT = { promoteValues: false, promoteLongs: false, promoteBuffers: false } as const;

function nativeType(shape: ValueShape): string {
  const kinds = [...shape.kinds.keys()].filter((kind) => kind !== 'null');
  return kinds.join(' | ') || 'null';
}

/** Told where a field is missing, null or of several types. */
function shares(shape: ValueShape, seen: number): { nullable: boolean; comment?: string } {
  const told = [...shape.kinds].filter(([kind]) => kind !== 'null');
  const present = told.reduce((sum, [, count]) => sum + count, 0);
  const percent = (count: number) => `${Math.round((count / Math.max(seen, 1)) * 100)} %`;
  const parts = told.length > 1 ? told.map(([kind, count]) => `${kind} ${percent(count)}`) : [];
  if (present < seen) parts.push(`missing or null ${percent(seen - present)}`);
  return { nullable: present < seen, ...(parts.length > 0 ? { comment: parts.join(', ') } : {}) };
}

function indexKey(index: { name?: string; key: Record<string, unknown>; unique?: boolean }): RemoteKey {
  const columns = Object.keys(index.key);
  const kind = index.name === '_id_' ? 'primary' : index.unique === true ? 'unique' : 'index';
  return { name: index.name ?? columns.join('_'), kind, columns, definition: JSON.stringify(index.key) };
}

async function guarded<T>(server: MongoServer, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw mongoError(error, server.target);
  }
}

/** The error for a collection that is not there. */
export function noCollection(connection: string, database: string, name: string): MillraceError {
  return new MillraceError({
    code: 'NOT_FOUND',
    message: `${connection} has no collection ${database}.${name}.`,
    hint: `\`millrace ls ${connection}:${database}\` shows what is there.`,
  });
}
