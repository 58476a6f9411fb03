import { MillraceError } from '../../../shared/errors';
import { redactText } from '../../../shared/sql/redact';

const DENIED = new Set([11, 13, 18, 8000]);

/** What the driver throws as an error that says what to look at. */
export function mongoError(
  error: unknown,
  target: { name: string; host: string; port: number; user: string | undefined },
): MillraceError {
  if (error instanceof MillraceError) return error;
  const given = error instanceof Error ? error : new Error(String(error));
  const { code } = given as { code?: number };
  const message = redactText(given.message);
  const place = `${target.host}:${target.port}`;
  if (DENIED.has(Number(code)) || /authentication failed|requires authentication|not authorized/i.test(message)) {
    const isRight = code === 13 || /not authorized/i.test(message);
    return new MillraceError({
      code: 'ACCESS_DENIED',
      message: `${place}: ${message}`,
      hint: isRight
        ? `Give ${target.user ?? 'the user'} the role read on the database.`
        : 'Check `user`, `password` and `auth_source` (the database that holds the user, often admin).',
      cause: given,
    });
  }
  if (/certificate|self.signed|TLS|SSL/i.test(message)) {
    return new MillraceError({
      code: 'CONNECTION_FAILED',
      message: `${place}: ${message}`,
      hint: 'Check `tls`; an own authority is named by `ca_file` of the connection.',
      cause: given,
    });
  }
  const isLost = /interrupted|closed|ECONNRESET|EPIPE|topology|pool.*cleared|socket/i.test(message);
  return new MillraceError({
    code: isLost ? 'CONNECTION_LOST' : 'CONNECTION_FAILED',
    message: `${place}: ${message}`,
    hint: isLost
      ? 'The server or the network went away. Run again when it is back.'
      : `\`millrace connections test ${target.name}\` says at which step.`,
    cause: given,
  });
}
