import { MillraceError } from '../../../shared/errors';

/** The error for a place of a connection that is no table. */
export function noPlace(connection: string, path: readonly string[]): MillraceError {
  return new MillraceError({
    code: 'NOT_FOUND',
    message: `${[connection, ...path].join(' › ')} is no table.`,
    hint: 'A table is named by its schema and its own name.',
  });
}
