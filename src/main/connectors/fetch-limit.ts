import { CONNECTION_FIELDS } from '../../shared/connection-fields';
import type { OpenConnection } from './connector';

const DEFAULT_FETCH_LIMIT = 10_000;

/** Rows at which a result straight from the connection stops; undefined where it does not. */
export function fetchLimitOf({ type, options }: Pick<OpenConnection, 'type' | 'options'>): number | undefined {
  if (!CONNECTION_FIELDS[type].some((field) => field.key === 'fetch_limit')) return undefined;
  const own = options.fetch_limit;
  const rows = own === undefined || own === '' ? DEFAULT_FETCH_LIMIT : Number(own);
  // 0 lifts it.
  return rows > 0 ? rows : undefined;
}
