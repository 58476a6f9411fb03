import { MillraceError } from '../../shared/errors';
import type { Connections } from '../connectors/connections';
import { postgresSecret, postgresServer } from '../connectors/postgres/postgres';
import type { LakeConnections } from '../lake/attach-lake';

/** How a team lake reaches its catalog and its files: by connections of the project, which stay open for it. */
export function lakeConnections(connections: Connections): LakeConnections {
  return {
    async postgres(name) {
      const connection = await connections.open(name);
      if (connection.type !== 'postgres') throw unfit(`"${name}" is no PostgreSQL connection.`);
      if (connection.access === 'read') {
        throw new MillraceError({
          code: 'CONNECTION_READ_ONLY',
          message: `The lake's catalog is written through "${name}", which only reads.`,
          hint: 'Set `access: write` for that connection in millrace.yaml.',
        });
      }
      await connections.use(connection.alias, true);
      const server = await postgresServer(connection);
      return { text: await server.connectionText(), secret: postgresSecret(connection) };
    },
    async openStorage(address) {
      const name = await connections.attachUrl(address, true);
      if (name === undefined && /^[a-z0-9]+:\/\//i.test(address)) throw unfit(`No connection answers for ${address}.`);
    },
  };
}

function unfit(message: string): MillraceError {
  return new MillraceError({
    code: 'NOT_FOUND',
    message,
    hint: 'A team lake needs a `postgres` connection for its catalog and one of its storage, for example `s3`.',
  });
}
