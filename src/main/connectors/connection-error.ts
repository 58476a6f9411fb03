import { MillraceError } from '../../shared/errors';
import { REDACTED, redactText } from '../../shared/sql/redact';

/** A secret shorter than this would take harmless letters out of a message. */
const SHORTEST = 3;

/**
 * What went wrong with a connection as an error that shows none of its secrets: neither by their form nor, wherever they
 * stand, by their value. One without a code of ours becomes CONNECTION_FAILED.
 */
export function connectionError(error: unknown, name: string, secrets: readonly string[] = []): MillraceError {
  const clean = (text: string) => redactText(withoutValues(text, secrets));
  if (error instanceof MillraceError) {
    const shape = error.toShape();
    // A new error object: the cause of the old one still holds what was to be taken out.
    return new MillraceError({
      ...shape,
      message: clean(shape.message),
      ...(shape.hint === undefined ? {} : { hint: clean(shape.hint) }),
      ...(shape.cause === undefined ? {} : { cause: clean(shape.cause) }),
      ...(shape.sql === undefined ? {} : { sql: clean(shape.sql) }),
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new MillraceError({
    code: 'CONNECTION_FAILED',
    message: `The connection ${name} failed: ${clean(message)}`,
    hint: `\`millrace connections test ${name}\` says at which step.`,
  });
}

/** The text with every one of the secrets replaced, also as they stand in URLs and in quotes. */
function withoutValues(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret), secret.replaceAll("'", "''")]);
  const longest = [...new Set(forms)].filter((form) => form.length >= SHORTEST).sort((a, b) => b.length - a.length);
  return longest.reduce((clean, form) => clean.replaceAll(form, REDACTED), text);
}
