import { MillraceError } from '../../../shared/errors';
import { REDACTED, redactText } from '../../../shared/sql/redact';

/** A text without the password, in whatever form it stands there. */
export function withoutSecret(text: string, secret: string | undefined): string {
  const shown = redactText(text);
  if (secret === undefined || secret.length < 3) return shown;
  return [secret, secret.replaceAll("'", "''"), encodeURIComponent(secret)].reduce(
    (rest, form) => rest.replaceAll(form, REDACTED),
    shown,
  );
}

/** The error with the password taken out of its texts; its cause goes where it holds the password. */
export function errorWithoutSecret(error: MillraceError, secret: string | undefined): MillraceError {
  const shape = error.toShape();
  const clean = (text: string) => withoutSecret(text, secret);
  return new MillraceError({
    code: shape.code,
    message: clean(shape.message),
    ...(shape.hint === undefined ? {} : { hint: clean(shape.hint) }),
    ...(shape.sql === undefined ? {} : { sql: clean(shape.sql) }),
    ...(shape.at === undefined ? {} : { at: shape.at }),
    ...(shape.cause === undefined ? {} : { cause: clean(shape.cause) }),
  });
}
