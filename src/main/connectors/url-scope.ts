import { fieldValue } from '../../shared/connection-fields';
import type { ConnectionConfig, ConnectionType } from '../../shared/connections';

/** The schemes under which SQL writes the objects of a store. */
const SCHEMES: Partial<Record<ConnectionType, readonly string[]>> = {
  s3: ['s3', 's3a', 's3n'],
  gcs: ['gs', 'gcs'],
  azure: ['az', 'azure', 'abfss'],
};

/**
 * The beginnings of the URLs that a connection answers for: `s3://bucket/prefix` where it is bound, else `s3://`. The
 * SCOPE of its secret must be the same.
 */
export function urlScopes({ type, options }: Pick<ConnectionConfig, 'type' | 'options'>): string[] {
  const text = (key: string) => String(fieldValue(options, key) ?? '').replace(/^\/+/, '');
  const bucket = text(type === 'azure' ? 'container' : 'bucket');
  // A bucket called `raw` must not answer for `raw2`: the slash ends its name.
  const place = bucket === '' ? '' : `${bucket}/${text('prefix')}`;
  return (SCHEMES[type] ?? []).map((scheme) => `${scheme}://${place}`);
}

/** Whether SQL reaches objects of this type by URL. */
export function isObjectStore(type: ConnectionType): boolean {
  return SCHEMES[type] !== undefined;
}

/** How much of the URL a connection's scope covers, in characters; -1 where it does not answer for it. */
export function scopeLength(config: Pick<ConnectionConfig, 'type' | 'options'>, url: string): number {
  const covered = urlScopes(config).filter((scope) => `${url}/`.toLowerCase().startsWith(scope.toLowerCase()));
  return Math.max(-1, ...covered.map((scope) => scope.length));
}
