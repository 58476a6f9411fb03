import type { OpenConnection } from '../../../../src/main/connectors/connector';
import { Transfers } from '../../../../src/main/connectors/objects/transfers';
import { s3Connector } from '../../../../src/main/connectors/s3/s3';

// A process of its own that uploads, so that a test can end it with -9. Says how far it is, a line of JSON each time.
const { connection, stateFolder, path, file, resume } = JSON.parse(process.argv[2] ?? '{}') as {
  connection: OpenConnection;
  stateFolder: string;
  path: string;
  file: string;
  resume?: boolean;
};

const transfers = new Transfers({
  stateFolder,
  projectFolder: '/',
  storeOf: async () => ({ connection, store: await s3Connector.store(connection) }),
  emit: (transfer) => process.stdout.write(`${JSON.stringify({ ...transfer, memory: process.memoryUsage().rss })}\n`),
});

if (resume) for (const { id } of await transfers.list()) await transfers.resume(id);
else await transfers.upload({ connection: connection.name, path, file });
