import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import type { Attachable, Browsable, Connector, OpenConnection, Refreshable } from '../connector';
import { HeldServers } from '../database/held-servers';
import { noPlace } from '../database/no-place';
import { runTestSteps, type StepWork } from '../database/test-steps';
import type { ExactReading } from '../exact-reading';
import type { NativeQuery } from '../native-query';
import type { Cancelling } from '../remote-cancel';
import { exactRelation, inexactTarget } from './exact-relation';
import { explainNative, runNative } from './native-postgres';
import { listSchemas, listTables } from './postgres-catalog';
import { describeTable } from './postgres-describe';
import { attachError, postgresError } from './postgres-errors';
import { checkRights } from './postgres-rights';
import { PostgresServer } from './postgres-server';

/** The servers that are held open, by connection. */
const servers = new HeldServers((connection) => PostgresServer.of(connection));

/** PostgreSQL and what speaks its protocol. */
export const postgresConnector: Connector &
  Attachable &
  Browsable &
  ExactReading &
  Cancelling &
  NativeQuery &
  Refreshable = {
  type: 'postgres',

  async *test(connection, signal) {
    const held: { server?: PostgresServer } = {};
    const server = async () => {
      held.server ??= await PostgresServer.of(connection);
      return held.server;
    };
    try {
      yield* runTestSteps(testSteps(server, signal), signal, (error) =>
        held.server ? postgresError(error, held.server.target) : error,
      );
    } finally {
      await held.server?.close();
    }
  },

  async attach(connection, engine) {
    const server = await servers.of(connection);
    const secret = postgresSecret(connection);
    const { target } = server;
    const alias = quoteIdentifier(connection.alias);
    const password = target.password === undefined ? '' : `, PASSWORD ${quoteLiteral(target.password)}`;
    try {
      const text = await server.connectionText();
      await engine.run(
        `CREATE OR REPLACE SECRET ${secret} (TYPE postgres, USER ${quoteLiteral(target.user)}${password})`,
      );
      const readOnly = target.readOnly ? ', READ_ONLY' : '';
      await engine.run(
        `ATTACH IF NOT EXISTS ${quoteLiteral(text)} AS ${alias} (TYPE postgres, SECRET ${secret}${readOnly})`,
      );
    } catch (error) {
      await engine.run(`DROP SECRET IF EXISTS ${secret}`);
      throw await attachError(error, server);
    }
  },

  async detach(connection, engine) {
    await engine.run(`DETACH DATABASE IF EXISTS ${quoteIdentifier(connection.alias)}`);
    await engine.run(`DROP SECRET IF EXISTS ${postgresSecret(connection)}`);
  },

  async refresh(engine) {
    await engine.run('CALL pg_clear_cache()');
  },

  async list(connection, path, page) {
    const server = await servers.of(connection);
    const [schema, ...rest] = path;
    if (schema === undefined) return listSchemas(server);
    if (rest.length > 0) return { nodes: [] };
    return listTables(server, connection, schema, page);
  },

  async describe(connection, path) {
    const [schema, table] = path;
    if (schema === undefined || table === undefined) throw noPlace(connection.name, path);
    return describeTable(await servers.of(connection), connection, schema, table);
  },

  async exactRelation(connection, request) {
    return exactRelation(await servers.of(connection), connection, request);
  },

  async inexactTarget(connection, request) {
    return inexactTarget(await servers.of(connection), request);
  },

  async cancelRunning(connection, statement) {
    await (await servers.of(connection)).cancelRunning(statement);
  },

  async runNative(connection, sql, take) {
    return runNative(await servers.of(connection), sql, take);
  },

  async explainNative(connection, sql, options) {
    return explainNative(await servers.of(connection), sql, options);
  },

  async close(connection) {
    await servers.close(connection);
  },
};

/** The server of a connection, held open until the connection is closed. */
export function postgresServer(connection: OpenConnection): Promise<PostgresServer> {
  return servers.of(connection);
}

/** The secret of the engine that holds user and password while the connection is attached; a name in double quotes. */
export function postgresSecret(connection: OpenConnection): string {
  return quoteIdentifier(`millrace_${connection.alias}`);
}

function testSteps(server: () => Promise<PostgresServer>, signal: AbortSignal): StepWork[] {
  return [
    { step: 'name', work: async () => (await server()).resolve() },
    { step: 'route', work: async () => (await server()).reach(signal) },
    { step: 'tls', work: async () => (await server()).secure() },
    {
      step: 'login',
      work: async () => {
        const { target } = await server();
        const client = await (await server()).connect();
        await client.end();
        return `"${target.user}" is let into "${target.database}"`;
      },
    },
    { step: 'right', work: async () => checkRights(await server()) },
  ];
}
