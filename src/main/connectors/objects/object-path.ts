import { MillraceError } from '../../../shared/errors';
import type { OpenConnection } from '../connector';

/** A place in a store. `bucket` is empty at the root of a connection that is bound to none. */
export interface ObjectPlace {
  bucket: string;
  /** A key, or a prefix that ends with a slash or is empty. */
  key: string;
}

/** `bucket/key` taken apart. A scheme before it (`s3://`) is left out; no slash at the end names a key. */
export function parseObjectPath(path: string): ObjectPlace {
  const bare = path.replace(/^[a-z0-9]+:\/\//i, '').replace(/^\/+/, '');
  const slash = bare.indexOf('/');
  return slash < 0 ? { bucket: bare, key: '' } : { bucket: bare.slice(0, slash), key: bare.slice(slash + 1) };
}

/** The way of the tree: `['bucket', 'raw/', 'a.parquet']`. */
export function placeOfTreePath(path: string[]): ObjectPlace {
  return { bucket: path[0] ?? '', key: path.slice(1).join('') };
}

export function formatObjectPath(place: ObjectPlace): string {
  return place.bucket === '' ? '' : `${place.bucket}/${place.key}`;
}

/** The bucket and prefix that a connection is bound to; a prefix has its closing slash, where there is one. */
export function boundPlace(connection: OpenConnection): ObjectPlace {
  const bucket = textOption(connection, connection.type === 'azure' ? 'container' : 'bucket') ?? '';
  const prefix = (textOption(connection, 'prefix') ?? '').replace(/^\/+|\/+$/g, '');
  return { bucket, key: bucket === '' || prefix === '' ? '' : `${prefix}/` };
}

/** The place, seen from a bound connection: its root is the bound prefix. Throws FORBIDDEN for what lies beside that. */
export function insideOf(connection: OpenConnection, place: ObjectPlace): ObjectPlace {
  const bound = boundPlace(connection);
  if (bound.bucket === '') return place;
  if (place.bucket === '') return bound;
  if (place.bucket === bound.bucket && place.key.startsWith(bound.key)) return place;
  // A path above the bound prefix leads to it, as `bucket/` does in the path box.
  if (place.bucket === bound.bucket && bound.key.startsWith(place.key)) return bound;
  throw new MillraceError({
    code: 'FORBIDDEN',
    message: `${formatObjectPath(place)} lies outside of ${formatObjectPath(bound)}, to which the connection ${connection.name} is bound.`,
    hint: 'Change `bucket` and `prefix` of the connection, or make another one.',
  });
}

/** Throws CONNECTION_READ_ONLY unless the connection may change what is behind it. */
export function requireWritable(connection: OpenConnection): void {
  if (connection.access === 'write') return;
  throw new MillraceError({
    code: 'CONNECTION_READ_ONLY',
    message: `The connection ${connection.name} only reads.`,
    hint: `Write \`access: write\` under \`${connection.name}\` in millrace.yaml, or in the connection's form.`,
  });
}

/** An option that is text; numbers count, as YAML reads `123` as one. */
export function textOption(connection: OpenConnection, name: string): string | undefined {
  const value = connection.options[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
