import { MillraceError } from '../../shared/errors';
import type { NativeRunner } from '../engine/native-runner';
import { leadingWords } from '../engine/statement';
import type { OpenConnection } from './connector';
import { fetchLimitOf } from './fetch-limit';
import { isNativeQuery, type NativeQuery } from './native-query';
import type { KnownConnections } from './remote-statements';

/** Each statement has a session of its own, so these would hold for nothing. */
const SESSION_WORDS: ReadonlySet<string> = new Set(
  'BEGIN START COMMIT END ROLLBACK ABORT SAVEPOINT RELEASE SET RESET PREPARE EXECUTE DEALLOCATE DECLARE FETCH LISTEN'.split(
    ' ',
  ),
);

/** Runs worksheets' statements on the servers of a project's connections; on production they only read. */
export function createNativeRunner(connections: Pick<KnownConnections, 'connectorOf' | 'open'>): NativeRunner {
  const opened = async (name: string, sql: string): Promise<{ native: NativeQuery; connection: OpenConnection }> => {
    const connector = connections.connectorOf(name);
    if (!isNativeQuery(connector)) {
      throw new MillraceError({
        code: 'UNSUPPORTED',
        message: `Worksheets do not run on "${name}".`,
        hint: 'Let the worksheet run on the engine: it reads the connection by name.',
      });
    }
    const word = leadingWords(sql)[0] ?? '';
    if (SESSION_WORDS.has(word)) {
      throw new MillraceError({
        code: 'UNSUPPORTED',
        message: `${word} has no effect here: each statement that runs on the server is a transaction of its own.`,
        hint: 'Let the worksheet run on the engine for transactions over several statements.',
      });
    }
    return { native: connector, connection: await connections.open(name) };
  };
  return {
    async run(name, sql, { fetchLimit, ...take }) {
      const { native, connection } = await opened(name, sql);
      const limit = fetchLimit === 'all' ? undefined : (fetchLimit ?? fetchLimitOf(connection));
      const isProduction = connection.environment === 'prod';
      try {
        return await native.runNative(connection, sql, {
          ...take,
          limit,
          readOnly: isProduction || connection.access !== 'write',
        });
      } catch (error) {
        throw isProduction && connection.access === 'write' ? explained(error, name) : error;
      }
    },
    async explain(name, sql, options) {
      const { native, connection } = await opened(name, sql);
      const readOnly = connection.environment === 'prod' || connection.access !== 'write';
      return native.explainNative(connection, sql, { ...options, readOnly });
    },
  };
}

function explained(error: unknown, name: string): unknown {
  if (!(error instanceof MillraceError) || error.code !== 'CONNECTION_READ_ONLY') return error;
  return new MillraceError({
    ...error.toShape(),
    message: `On "${name}", which is production, a worksheet that runs on the server only reads.`,
    hint: 'Let the worksheet run on the engine: the write waits there until you commit it.',
  });
}
