import type { DatabaseError } from 'pg';
import { MillraceError } from '../../../shared/errors';
import { unreachable } from '../database/reach';
import { errorWithoutSecret } from '../database/without-secret';
import { type PostgresTarget, socketPath } from './postgres-target';

/** An error of the server or of the way to it, in words that say what to change; the password taken out. */
export function postgresError(error: unknown, target: PostgresTarget): MillraceError {
  return errorWithoutSecret(shaped(error, target), target.password);
}

function shaped(error: unknown, target: PostgresTarget): MillraceError {
  if (error instanceof MillraceError) return error;
  if (isFromServer(error)) return fromServer(error, target);
  const { message = String(error), code } = error as NodeJS.ErrnoException;
  if (target.password === undefined && /^SASL:.*password/.test(message)) return noPassword(target, undefined);
  if (/does not support SSL/i.test(message)) return noTls(target);
  if (code && /^(ECONN|EHOST|ENET|ETIME|ENOENT|EACCES)/.test(code)) {
    return unreachable(endpointOf(target), error as Error);
  }
  if (isTlsCode(code, message)) return tlsFailed(error as Error, target);
  if (/terminated|ended|closed|ECONNRESET/i.test(message)) return lost(target, error);
  return new MillraceError({
    code: 'CONNECTION_FAILED',
    message: `PostgreSQL at ${target.host}:${target.port} cannot be used: ${message}`,
    hint: 'Test the connection: it tells which step fails.',
    cause: error,
  });
}

function endpointOf(target: PostgresTarget) {
  const path = socketPath(target);
  return { host: target.host, port: target.port, ...(path === undefined ? {} : { path }) };
}

/** The error where a server is gone in the middle of its work. */
export function lost(target: PostgresTarget, cause?: unknown): MillraceError {
  return new MillraceError({
    code: 'CONNECTION_LOST',
    message: `The connection to PostgreSQL at ${target.host}:${target.port} was lost.`,
    hint: 'Test the connection; when the server is back, run again. What had arrived is no whole result.',
    cause,
  });
}

function noPassword(target: PostgresTarget, cause: unknown): MillraceError {
  return new MillraceError({
    code: 'ACCESS_DENIED',
    message: `The server asks "${target.user}" for a password, and there is none.`,
    hint: 'Set `password`, or write a line into ~/.pgpass (mode 0600, else it is passed over).',
    cause,
  });
}

function noTls(target: PostgresTarget): MillraceError {
  return new MillraceError({
    code: 'CONNECTION_FAILED',
    message: `The server ${target.host}:${target.port} does not speak TLS, and \`sslmode: ${target.sslmode}\` asks for it.`,
    hint: 'Turn TLS on at the server (`ssl = on`), or set `sslmode: prefer` where the network is trusted.',
  });
}

function isTlsCode(code: string | undefined, message: string): boolean {
  return (
    /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_|UNABLE_|HOSTNAME)/.test(code ?? '') || /certificate|SSL|TLS/.test(message)
  );
}

/** A failed handshake, told by what OpenSSL calls it. */
export function tlsFailed(error: Error, target: PostgresTarget): MillraceError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const hint = /ALTNAME|HOSTNAME/.test(code)
    ? 'Use the name that the certificate carries as `host`, or `sslmode: verify-ca` if the name is not to be checked.'
    : /EXPIRED|NOT_YET/.test(code)
      ? 'Renew the certificate of the server, and check the clock of this machine.'
      : /SELF_SIGNED|UNABLE|ISSUER|LEAF/.test(code)
        ? 'Set `ca_file` to the certificate of the authority that signed it.'
        : 'Check `ca_file`, `cert_file` and `key_file`.';
  return new MillraceError({
    code: 'CONNECTION_FAILED',
    message: `The certificate of ${target.host}:${target.port} does not hold: ${error.message}`,
    hint,
    cause: error,
  });
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
/** Its class is the driver's, which is loaded with the first connection: an error of the server has a severity. */
function isFromServer(error: unknown): error is DatabaseError {
  return error instanceof Error && 'severity' in error && 'code' in error;
}

function fromServer(error: DatabaseError, target: PostgresTarget): MillraceError {
  const { user, database } = target;
  const make = (code: MillraceError['code'], message: string, hint: string) =>
    new MillraceError({ code, message, hint, cause: error });
  switch (error.code) {
    case '28P01':
      if (target.password === undefined) return noPassword(target, error);
      return make(
        'ACCESS_DENIED',
        `The server refuses the user "${user}" with this password.`,
        'Enter the password again, or check `user`: PostgreSQL tells a wrong password and an unknown user alike.',
      );
    case '3D000':
      return make(
        'NOT_FOUND',
        `The server has no database "${database}".`,
        'Check `database`; `psql -l` lists those that are there.',
      );
    case '28000':
      return authorization(error, target);
    case '53300':
      return make(
        'CONNECTION_FAILED',
        `The server takes no more connections: ${error.message}`,
        'Close other clients, or raise max_connections.',
      );
    case '57P03':
      return make('CONNECTION_FAILED', `The server is not ready: ${error.message}`, 'Try again in a moment.');
    case '57P01':
    case '57P02':
      return lost(target, error);
    case '42501':
      return make(
        'ACCESS_DENIED',
        `The user "${user}" may not do this: ${error.message}`,
        `Let an owner run GRANT for "${user}", or use another user.`,
      );
    case '25006':
      return make(
        'CONNECTION_READ_ONLY',
        'This connection only reads.',
        'Set `access: write` for it in millrace.yaml if it is meant to write.',
      );
    case '57014':
      return make(
        'LIMIT_EXCEEDED',
        `The server stopped the statement: ${error.message}`,
        'Raise `statement_timeout` of the connection, or read less.',
      );
    default:
      return statementError(error);
  }
}

function authorization(error: DatabaseError, target: PostgresTarget): MillraceError {
  const { user, database } = target;
  if (/pg_hba\.conf/.test(error.message)) {
    const tls = /no encryption|SSL off/.test(error.message);
    const line = `${tls ? 'hostssl' : 'host'} ${database} ${user} <address of this machine>/32 scram-sha-256`;
    return new MillraceError({
      code: 'ACCESS_DENIED',
      message: `The server's pg_hba.conf does not let "${user}" into "${database}" from here: ${error.message}`,
      hint: `Add \`${line}\` to pg_hba.conf and run \`select pg_reload_conf()\`${tls ? ', or set `sslmode: require` if it has a hostssl line' : ''}.`,
      cause: error,
    });
  }
  const isUnknown = /role ".*" does not exist/.test(error.message);
  return new MillraceError({
    code: 'ACCESS_DENIED',
    message: isUnknown ? `The server knows no user "${user}".` : `The server refuses "${user}": ${error.message}`,
    hint: isUnknown
      ? `Check \`user\`, or let an administrator run \`create role "${user}" login password …\`.`
      : 'It may ask for a client certificate (`cert_file`, `key_file`) or for a role with LOGIN.',
    cause: error,
  });
}

function statementError(error: DatabaseError): MillraceError {
  const isSyntax = error.code === '42601';
  const isName = /^42/.test(error.code ?? '');
  return new MillraceError({
    code: isSyntax ? 'SQL_PARSE' : isName ? 'SQL_BIND' : 'SQL_RUNTIME',
    message: error.message,
    ...(error.hint || error.detail ? { hint: error.hint ?? error.detail ?? '' } : {}),
    ...(error.position ? { at: { offset: Number(error.position) - 1 } } : {}),
    cause: error,
  });
}

/**
 * An error of the engine's own way to the server. It tells little of a refused login, so the server is asked once more
 * in its own protocol; where that goes well, the engine's words stand.
 */
export async function attachError(
  error: unknown,
  server: { target: PostgresTarget; connect(): Promise<{ end(): Promise<void> }> },
): Promise<MillraceError> {
  try {
    await (await server.connect()).end();
  } catch (told) {
    return postgresError(told, server.target);
  }
  return errorWithoutSecret(
    error instanceof MillraceError
      ? new MillraceError({ ...error.toShape(), code: 'CONNECTION_FAILED' })
      : new MillraceError({ code: 'CONNECTION_FAILED', message: String(error) }),
    server.target.password,
  );
}
