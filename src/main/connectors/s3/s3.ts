import { quoteIdentifier } from '../../../shared/sql/quote';
import type { Attachable, Browsable, Connector, OpenConnection } from '../connector';
import { describeObject, listNodes } from '../objects/object-browsing';
import type { ObjectStore } from '../objects/object-store';
import type { ObjectStoring } from '../objects/object-storing';
import { openPerConnection } from '../objects/per-connection';
import type { S3Access } from './s3-client';
import { secretName, secretSql } from './s3-secret';

type S3Connector = Connector & Attachable & Browsable & ObjectStoring;

/** The SDK is loaded at first use: it takes a quarter of a second. */
async function open(connection: OpenConnection): Promise<S3Access & { store: ObjectStore }> {
  // Which versions of Node the SDK means to support next year is nothing for a command's output.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const [{ openS3 }, { s3Store }] = await Promise.all([import('./s3-client'), import('./s3-store')]);
  const access = openS3(connection);
  return { ...access, store: s3Store(connection, access) };
}

/** Amazon S3 and whatever speaks its protocol; `type` gcs is Google's door to it, with HMAC keys. */
export function createS3Connector(type: 's3' | 'gcs'): S3Connector {
  const opened = openPerConnection(open, ({ client }) => client.destroy());
  const expiries = new Map<string, number>();
  return {
    type,
    async *test(connection, signal) {
      const { testS3 } = await import('./s3-test');
      yield* testS3(connection, signal);
    },
    async attach(connection, engine) {
      const { sql, expires } = await secretSql(connection, await opened.get(connection));
      await engine.run(sql);
      if (expires === undefined) expiries.delete(connection.name);
      else expiries.set(connection.name, expires);
    },
    async detach(connection, engine) {
      expiries.delete(connection.name);
      await engine.run(`DROP TEMPORARY SECRET IF EXISTS ${quoteIdentifier(secretName(connection))}`);
    },
    attachedUntil: (connection) => expiries.get(connection.name),
    list: async (connection, path, page) =>
      listNodes(connection, (await opened.get(connection)).store.reader, path, page),
    describe: async (connection, path) => describeObject(connection, (await opened.get(connection)).store.reader, path),
    store: async (connection) => (await opened.get(connection)).store,
    secretFor: async (connection, name, url) =>
      (await secretSql(connection, await opened.get(connection), name, [url])).sql,
    close: (connection) => opened.close(connection),
  };
}

export const s3Connector = createS3Connector('s3');
