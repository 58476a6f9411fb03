import { errorShape, MillraceError } from '../../../shared/errors';
import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import type { EngineConnection } from '../../engine/connection';
import type { OpenConnection } from '../connector';
import { connectionPath } from './connection-file';

/** Attaches a database file under the connection's alias, READ_ONLY unless it may write. Throws FILE_LOCKED and its likes. */
export async function attachFile(connection: OpenConnection, engine: EngineConnection, type: string): Promise<void> {
  const file = connectionPath(connection);
  const options = [`TYPE ${type}`, ...(connection.access === 'write' ? [] : ['READ_ONLY'])].join(', ');
  try {
    await engine.run(`ATTACH ${quoteLiteral(file)} AS ${quoteIdentifier(connection.alias)} (${options})`);
  } catch (error) {
    throw attachError(error, connection, file);
  }
}

/** Lets the file go. Harmless where it is not attached. */
export async function detachFile(connection: OpenConnection, engine: EngineConnection): Promise<void> {
  await engine.run(`DETACH DATABASE IF EXISTS ${quoteIdentifier(connection.alias)}`);
}

function attachError(error: unknown, connection: OpenConnection, file: string): MillraceError {
  const { message } = errorShape(error);
  const failed = (code: 'FILE_LOCKED' | 'NAME_TAKEN' | 'CONNECTION_FAILED', text: string, hint: string) =>
    new MillraceError({ code, message: text, hint, at: { file }, cause: error });
  if (/could not set lock|conflicting lock|being used by another process/i.test(message)) {
    const holder = /\(PID (\d+)\)/.exec(message)?.[1];
    return failed(
      'FILE_LOCKED',
      `${file} is open in another process${holder ? ` (process ${holder})` : ''}, which may be writing to it.`,
      'Close it there; DuckDB lets either one writer or several readers have a file.',
    );
  }
  if (/already attached|Unique file handle conflict/i.test(message)) {
    return failed(
      'NAME_TAKEN',
      `${file} is attached already, under another name or for another use.`,
      'Use the connection that has it, or DETACH the other one.',
    );
  }
  if (/database with name|already exists/i.test(message)) {
    return failed(
      'NAME_TAKEN',
      `A database called "${connection.alias}" is attached already.`,
      `DETACH it, or rename the connection ${connection.name}.`,
    );
  }
  if (error instanceof MillraceError && error.code !== 'SQL_RUNTIME') return error;
  return failed(
    'CONNECTION_FAILED',
    `${file} cannot be opened: ${message}`,
    'Check the file and `path` of the connection.',
  );
}
