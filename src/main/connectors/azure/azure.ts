import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import type { Attachable, Browsable, Connector, OpenConnection } from '../connector';
import { describeObject, listNodes } from '../objects/object-browsing';
import type { ObjectStoring } from '../objects/object-storing';
import { openPerConnection } from '../objects/per-connection';
import { urlScopes } from '../url-scope';
import { azureConnectionString, azureOptions } from './azure-options';

async function open(connection: OpenConnection) {
  const [{ openAzure }, { azureStore }] = await Promise.all([import('./azure-client'), import('./azure-store')]);
  return azureStore(connection, openAzure(connection));
}

/** Azure's blob storage; the engine reads it as `az://container/…`. */
function createAzureConnector(): Connector & Attachable & Browsable & ObjectStoring {
  // The SDK's client has nothing to end.
  const opened = openPerConnection(open, () => undefined);
  return {
    type: 'azure',
    async *test(connection, signal) {
      const { testAzure } = await import('./azure-test');
      yield* testAzure(connection, signal);
    },
    attach: (connection, engine) => engine.run(secretSql(connection, secretName(connection), urlScopes(connection))),
    detach: (connection, engine) =>
      engine.run(`DROP TEMPORARY SECRET IF EXISTS ${quoteIdentifier(secretName(connection))}`),
    list: async (connection, path, page) => listNodes(connection, (await opened.get(connection)).reader, path, page),
    describe: async (connection, path) => describeObject(connection, (await opened.get(connection)).reader, path),
    store: (connection) => opened.get(connection),
    secretFor: async (connection, name, url) => secretSql(connection, name, [url]),
    attachedUntil: () => undefined,
    close: (connection) => opened.close(connection),
  };
}

export const azureConnector = createAzureConnector();

function secretName(connection: OpenConnection): string {
  return `millrace_${connection.name}`;
}

function secretSql(connection: OpenConnection, name: string, scopes: string[]): string {
  const text = quoteLiteral(azureConnectionString(azureOptions(connection)));
  const scope = scopes.map(quoteLiteral).join(', ');
  return `CREATE OR REPLACE TEMPORARY SECRET ${quoteIdentifier(name)} (TYPE azure, CONNECTION_STRING ${text}, SCOPE [${scope}])`;
}
