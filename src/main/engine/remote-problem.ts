import { type ErrorCode, MillraceError } from '../../shared/errors';

/** What the client libraries of databases say when a server went away, as the engine passes it on. */
const LOST =
  /server closed the connection|no connection to the server|terminating connection|could not receive data from server|could not send data to server|connection (?:already closed|not open|was lost|reset by peer)|SSL SYSCALL error|server has gone away|Lost connection to (?:server|MySQL)|Failed to execute query "(?:ROLLBACK|COMMIT)[^"]*":\s*\.?$/i;

const UNREACHABLE = /Failed to connect to MySQL|Unable to connect to Postgres/i;

const READ_ONLY = /attached in read-only mode|in a read-only transaction/i;

const STOPPED =
  /canceling statement due to statement timeout|max_statement_time exceeded|maximum statement execution time exceeded/i;

/** An error of a database behind the engine, or undefined for what is none. */
export function remoteProblem(message: string): { code: ErrorCode; message: string; hint: string } | undefined {
  if (LOST.test(message)) {
    const isBare = /^Failed to execute query "(?:ROLLBACK|COMMIT)/i.test(message);
    return {
      code: 'CONNECTION_LOST',
      message: isBare
        ? 'The connection to the database was lost.'
        : `The connection to the database was lost: ${message}`,
      hint: 'Test the connection; when the server is back, run again. What had arrived is no whole result.',
    };
  }
  if (UNREACHABLE.test(message)) {
    return {
      code: 'CONNECTION_FAILED',
      message: `The database cannot be reached: ${message}`,
      hint: 'Test the connection: it tells which step fails.',
    };
  }
  if (READ_ONLY.test(message)) {
    return {
      code: 'CONNECTION_READ_ONLY',
      message,
      hint: 'Set `access: write` for the connection if it is meant to write.',
    };
  }
  if (!STOPPED.test(message)) return undefined;
  return {
    code: 'LIMIT_EXCEEDED',
    message: `The server stopped the statement: ${message}`,
    hint: 'Raise `statement_timeout` of the connection, or read less.',
  };
}

/** A server that cannot be reached any more, after it gave rows, was lost on the way. */
export function lostMidway(error: MillraceError, rows: number): MillraceError {
  if (error.code !== 'CONNECTION_FAILED' || rows === 0) return error;
  return new MillraceError({
    ...error.toShape(),
    code: 'CONNECTION_LOST',
    message: `The connection was lost after ${rows.toLocaleString('en-US')} rows. ${error.message}`,
  });
}
