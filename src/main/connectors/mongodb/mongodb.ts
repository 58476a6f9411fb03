import { MillraceError } from '../../../shared/errors';
import type { Browsable, Connector, OpenConnection } from '../connector';
import { HeldServers } from '../database/held-servers';
import { noPlace } from '../database/no-place';
import { runTestSteps, type StepWork } from '../database/test-steps';
import type { ExactReading } from '../exact-reading';
import type { RecordSource } from '../record-source';
import { CollectionCopies } from './collection-copies';
import { describeCollection, listCollections, listDatabases, noCollection } from './mongo-catalog';
import { mongoError } from './mongo-error';
import { readCollection } from './mongo-reader';
import { MongoServer } from './mongo-server';

/** The servers that are held open, by connection. */
const servers = new HeldServers(async (connection) => new MongoServer(connection));
const copies = new CollectionCopies();

/**
 * MongoDB, read by its own driver: the engine's extension alters values (Decimal128 becomes DOUBLE, a text in a field
 * of numbers becomes 0, seen in 1.5.5), so that a statement reads a copy of the collection with the types of all its
 * documents. Nothing here writes to a server.
 */
export const mongodbConnector: Connector & Browsable & RecordSource & ExactReading = {
  type: 'mongodb',

  async *test(connection, signal) {
    const held: { server?: MongoServer } = {};
    const server = () => {
      held.server ??= new MongoServer(connection);
      return held.server;
    };
    try {
      yield* runTestSteps(testSteps(server, signal), signal, (error) =>
        held.server ? mongoError(error, held.server.target) : error,
      );
    } finally {
      await held.server?.close();
    }
  },

  async list(connection, path, page) {
    const server = await servers.of(connection);
    const [database, ...rest] = path;
    if (database === undefined) return listDatabases(server);
    if (rest.length > 0) return { nodes: [] };
    return listCollections(server, connection, database, page);
  },

  async describe(connection, path) {
    const server = await servers.of(connection);
    const { database, collection } = placeOf(connection, server, path);
    return describeCollection(server, connection, database, collection);
  },

  async read(connection, request) {
    const server = await servers.of(connection);
    const place = placeOf(connection, server, request.path);
    await requireCollection(connection, server, place);
    return readCollection(server, { ...request, ...place });
  },

  defaults() {
    return {};
  },

  async exactRelation(connection, request) {
    const server = await servers.of(connection);
    const place = placeOf(connection, server, request.path);
    await requireCollection(connection, server, place);
    return copies.relation(server, connection, place, request.limit);
  },

  async inexactTarget(connection) {
    return `A statement cannot write to ${connection.name}: MongoDB is read alone.`;
  },

  async close(connection) {
    await copies.remove(connection);
    await servers.close(connection);
  },
};

function testSteps(server: () => MongoServer, signal: AbortSignal): StepWork[] {
  return [
    { step: 'name', work: () => server().resolve() },
    { step: 'route', work: () => server().reach(signal) },
    {
      step: 'tls',
      work: async () => {
        if (!server().target.tls) return { skipped: 'The connection uses no TLS.' };
        await server().connect();
        return 'the certificate is valid';
      },
    },
    {
      step: 'login',
      work: async () => {
        const client = await server().connect();
        const { version } = await client.db('admin').command({ buildInfo: 1 });
        const { user } = server().target;
        return `${user === undefined ? 'without a user' : `"${user}" is let in`}, MongoDB ${version}`;
      },
    },
    {
      step: 'right',
      work: async () => {
        const { nodes } = await listDatabases(server());
        const [first] = nodes;
        if (!first) return 'there is no database that may be read yet';
        const db = await server().database(first.name);
        const collections = await db.listCollections({}, { nameOnly: true }).toArray();
        const name = collections.find((one) => !one.name.startsWith('system.'))?.name;
        if (name !== undefined) await db.collection(name).findOne({});
        return `${nodes.length} databases; ${first.name} may be read`;
      },
    },
  ];
}

function placeOf(connection: OpenConnection, server: MongoServer, path: string[]) {
  const bound = server.target.database;
  const [database, ...rest] = path.length === 1 && bound !== undefined ? [bound, ...path] : path;
  // Collections may have dots in their names.
  const collection = rest.join('.');
  if (database === undefined || collection === '') throw noPlace(connection.name, path);
  return { database, collection };
}

/** A collection that is not there reads as an empty one, which a misspelt name must not. */
async function requireCollection(
  connection: OpenConnection,
  server: MongoServer,
  { database, collection }: { database: string; collection: string },
): Promise<void> {
  try {
    const db = await server.database(database);
    const found = await db.listCollections({ name: collection }, { nameOnly: true }).toArray();
    if (found.length === 0) throw noCollection(connection.name, database, collection);
  } catch (error) {
    throw error instanceof MillraceError ? error : mongoError(error, server.target);
  }
}
