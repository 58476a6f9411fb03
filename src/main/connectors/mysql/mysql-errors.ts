import { MillraceError } from '../../../shared/errors';
import { unreachable } from '../database/reach';
import { errorWithoutSecret } from '../database/without-secret';
import type { MysqlTarget } from './mysql-target';

/** An error of the server or of the way to it, in words that say what to change; the password taken out. */
export function mysqlError(error: unknown, target: MysqlTarget): MillraceError {
  return errorWithoutSecret(shaped(error, target), target.password);
}

interface ServerError extends Error {
  code?: string;
  errno?: number;
}

/** https://mariadb.com/kb/en/mariadb-error-code-reference/ */
function shaped(error: unknown, target: MysqlTarget): MillraceError {
  if (error instanceof MillraceError) return error;
  const { message = String(error), code = '', errno } = error as ServerError;
  const { user, database, host, port } = target;
  const make = (as: MillraceError['code'], text: string, hint: string) =>
    new MillraceError({ code: as, message: text, hint, cause: error });
  switch (errno && errno > 0 ? errno : code) {
    case 1045:
    case 1698:
      return target.password === undefined
        ? make('ACCESS_DENIED', `The server asks "${user}" for a password, and there is none.`, 'Set `password`.')
        : make(
            'ACCESS_DENIED',
            `The server refuses "${user}" with this password: ${message}`,
            'Enter the password again, or check `user` and the host it is allowed from: the server tells them alike.',
          );
    case 1044:
      return make(
        'ACCESS_DENIED',
        `"${user}" may not use the database "${database}".`,
        `Let an administrator run \`grant select on ${database}.* to '${user}'\`, or check \`database\`.`,
      );
    case 1049:
      return make(
        'NOT_FOUND',
        `The server has no database "${database}".`,
        'Check `database`, or leave it out to see all.',
      );
    case 1130:
      return make(
        'ACCESS_DENIED',
        `The server lets nobody in from this machine: ${message}`,
        `Let an administrator allow "${user}" from here: \`create user '${user}'@'%' …\`.`,
      );
    case 1040:
    case 1203:
      return make('CONNECTION_FAILED', `The server takes no more connections: ${message}`, 'Close other clients.');
    case 1142:
    case 1143:
      return make(
        'ACCESS_DENIED',
        `"${user}" may not do this: ${message}`,
        `Let an administrator run GRANT for "${user}".`,
      );
    case 3159:
      return make('CONNECTION_FAILED', 'The server takes encrypted connections alone.', 'Set `sslmode: require`.');
    case 1969:
    case 3024:
      return make('LIMIT_EXCEEDED', 'The server stopped the statement.', 'Raise `statement_timeout`, or read less.');
    case 1064:
      return make('SQL_PARSE', message, 'Check the spelling at the place that the server names.');
    case 'HANDSHAKE_NO_SSL_SUPPORT':
      return make(
        'CONNECTION_FAILED',
        `The server ${host}:${port} does not speak TLS, and \`sslmode: ${target.sslmode}\` asks for it.`,
        'Turn TLS on at the server, or set `sslmode: prefer` where the network is trusted.',
      );
    case 'PROTOCOL_CONNECTION_LOST':
      return make(
        'CONNECTION_LOST',
        `The connection to ${host}:${port} was lost.`,
        'Test the connection; when the server is back, run again.',
      );
    default:
      return otherError(error as ServerError, message, target);
  }
}

function otherError(error: ServerError, message: string, target: MysqlTarget): MillraceError {
  const { code = '' } = error;
  if (/^(ECONN|EHOST|ENET|ETIME|ENOENT|EACCES)/.test(code)) {
    return unreachable({ ...target, ...(target.socket === undefined ? {} : { path: target.socket }) }, error);
  }
  if (/certificate|altname|SSL|TLS|HANDSHAKE_SSL/i.test(`${code} ${message}`)) {
    return new MillraceError({
      code: 'CONNECTION_FAILED',
      message: `The certificate of ${target.host}:${target.port} does not hold: ${message}`,
      hint: /altname|hostname/i.test(`${code} ${message}`)
        ? 'Use the name that the certificate carries as `host`, or `sslmode: verify-ca`.'
        : 'Set `ca_file` to the certificate of the authority that signed it.',
      cause: error,
    });
  }
  return new MillraceError({
    code: error.errno && error.errno > 0 ? 'SQL_RUNTIME' : 'CONNECTION_FAILED',
    message: `The server ${target.host}:${target.port} says: ${message}`,
    hint: 'Test the connection: it tells which step fails.',
    cause: error,
  });
}
