import { MillraceError } from '../../../shared/errors';
import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import type { Attachable, Browsable, Connector, OpenConnection, Refreshable } from '../connector';
import { HeldServers } from '../database/held-servers';
import { noPlace } from '../database/no-place';
import { runTestSteps, type StepWork } from '../database/test-steps';
import type { ExactReading } from '../exact-reading';
import type { Cancelling } from '../remote-cancel';
import { exactRelation, inexactTarget } from './exact-relation';
import { describeTable, listDatabases, listTables } from './mysql-catalog';
import { mysqlError } from './mysql-errors';
import { checkRights } from './mysql-rights';
import { MysqlServer } from './mysql-server';
import { secretValues } from './mysql-target';

/** The servers that are held open, by connection. */
const servers = new HeldServers(async (connection) => new MysqlServer(connection));

/** MySQL and MariaDB. */
export const mysqlConnector: Connector & Attachable & Browsable & ExactReading & Cancelling & Refreshable = {
  type: 'mysql',

  async *test(connection, signal) {
    const held: { server?: MysqlServer } = {};
    const server = () => {
      held.server ??= new MysqlServer(connection);
      return held.server;
    };
    try {
      yield* runTestSteps(testSteps(server, signal), signal, (error) =>
        held.server ? mysqlError(error, held.server.target) : error,
      );
    } finally {
      await held.server?.close();
    }
  },

  async attach(connection, engine) {
    const server = await servers.of(connection);
    const secret = secretName(connection);
    const values = secretValues(server.target, await server.route());
    const settings = values.map(([name, value]) => `, ${name} ${quoteLiteral(value)}`).join('');
    try {
      await engine.run(`CREATE OR REPLACE SECRET ${secret} (TYPE mysql${settings})`);
      const readOnly = server.target.readOnly ? ', READ_ONLY' : '';
      const alias = quoteIdentifier(connection.alias);
      await engine.run(`ATTACH IF NOT EXISTS '' AS ${alias} (TYPE mysql, SECRET ${secret}${readOnly})`);
    } catch (error) {
      await engine.run(`DROP SECRET IF EXISTS ${secret}`);
      throw await attachError(error, server);
    }
  },

  async detach(connection, engine) {
    await engine.run(`DETACH DATABASE IF EXISTS ${quoteIdentifier(connection.alias)}`);
    await engine.run(`DROP SECRET IF EXISTS ${secretName(connection)}`);
  },

  async refresh(engine) {
    await engine.run('CALL mysql_clear_cache()');
  },

  async list(connection, path, page) {
    const server = await servers.of(connection);
    const [database, ...rest] = path;
    if (database === undefined) return listDatabases(server);
    if (rest.length > 0) return { nodes: [] };
    return listTables(server, connection, database, page);
  },

  async describe(connection, path) {
    const [database, table] = path;
    if (database === undefined || table === undefined) throw noPlace(connection.name, path);
    return describeTable(await servers.of(connection), connection, database, table);
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

  async close(connection) {
    await servers.close(connection);
  },
};

function secretName(connection: OpenConnection): string {
  return quoteIdentifier(`millrace_${connection.alias}`);
}

/** The engine tells little of a refused login, so the server is asked once more in its own protocol. */
async function attachError(error: unknown, server: MysqlServer): Promise<MillraceError> {
  try {
    await (await server.connect()).end();
  } catch (told) {
    return mysqlError(told, server.target);
  }
  const shape = error instanceof MillraceError ? error.toShape() : { message: String(error) };
  return mysqlError(new MillraceError({ ...shape, code: 'CONNECTION_FAILED' }), server.target);
}

function testSteps(server: () => MysqlServer, signal: AbortSignal): StepWork[] {
  return [
    { step: 'name', work: () => server().resolve() },
    { step: 'route', work: () => server().reach(signal) },
    { step: 'tls', work: () => server().secure() },
    {
      step: 'login',
      work: async () => {
        const { user, database } = server().target;
        await (await server().connect()).end();
        return `"${user}" is let in${database === undefined ? '' : ` to "${database}"`}`;
      },
    },
    { step: 'right', work: () => checkRights(server()) },
  ];
}
